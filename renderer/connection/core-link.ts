/**
 * Owns the page's one connection to the core for as long as the page lives: makes it, asks it now and then whether the
 * core still answers, and makes it anew with growing pauses. All rules of what a call may do without a core are here.
 */
import { CallError } from "./call-error.ts";
import { isRead } from "./call-rules.ts";
import { CallsUnderWay } from "./calls-under-way.ts";

type Options = { signal?: AbortSignal | undefined };
export type Call<O extends Options> = (path: readonly string[], input: unknown, options: O) => Promise<unknown>;

/** `closed` resolves when the connection is gone; `close` makes it go, also where the other side no longer answers. */
export type Connection<O extends Options> = { call: Call<O>; closed: Promise<void>; close(): void };

export type CoreLinkDeps<O extends Options> = {
  /** Null where nobody was reached. */
  connect(): Promise<Connection<O> | null>;
  /** Rejects where the core doesn't answer. */
  ping(connection: Connection<O>, signal: AbortSignal): Promise<unknown>;
  onOpen(): void;
  onLost(): void;
  /** No connection could be made. */
  onRefused(): Promise<void>;
  after(ms: number, run: () => void): () => void;
};

const pings = { everyMs: 10_000, limitMs: 5_000 };
const connectLimitMs = 8_000;
const firstPauseMs = 250;
const longestPauseMs = 8_000;

export class CoreLink<O extends Options> {
  readonly #deps: CoreLinkDeps<O>;
  readonly #waiting = new Set<(connection: Connection<O>) => void>();
  readonly #underWay: CallsUnderWay;
  #current: Connection<O> | null = null;
  /** Ends the pause that is being made. */
  #wake: (() => void) | null = null;

  constructor(deps: CoreLinkDeps<O>) {
    this.#deps = deps;
    this.#underWay = new CallsUnderWay((ms, run) => deps.after(ms, run));
  }

  /** Reads and subscriptions wait for a connection, orders fail without one. */
  async call(path: readonly string[], input: unknown, options: O): Promise<unknown> {
    const connection = this.#current ?? (isRead(path) ? await this.#next(options.signal) : null);
    if (!connection) throw new CallError("CORE_AWAY");
    return this.#underWay.run(path, options.signal, (signal) => connection.call(path, input, { ...options, signal }));
  }

  /** Looks at once whether the core is there, instead of after the pause. */
  look(): void {
    this.#wake?.();
  }

  /** Connects, and stays connected until the page goes. Call once. */
  async keep(): Promise<never> {
    let pauseMs = firstPauseMs;
    for (;;) {
      const connection = await this.#connect();
      if (connection) {
        pauseMs = firstPauseMs;
        this.#begin(connection);
        await this.#untilGone(connection);
        this.#end(connection);
      } else {
        await this.#deps.onRefused();
      }
      await this.#pause(pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
  }

  /** A connection counts once the core has answered on it: a relay takes calls for a core that isn't there. */
  async #connect(): Promise<Connection<O> | null> {
    const connection = await this.#made();
    if (!connection) return null;
    if (await this.#answers(connection)) return connection;
    connection.close();
    return null;
  }

  /** What is made too late is closed. */
  #made(): Promise<Connection<O> | null> {
    return new Promise((resolve) => {
      let isLate = false;
      const off = this.#deps.after(connectLimitMs, () => {
        isLate = true;
        resolve(null);
      });
      void this.#deps.connect().then((connection) => {
        off();
        if (isLate) connection?.close();
        else resolve(connection);
      });
    });
  }

  #begin(connection: Connection<O>): void {
    this.#current = connection;
    this.#deps.onOpen();
    for (const resolve of this.#waiting) resolve(connection);
    this.#waiting.clear();
  }

  async #untilGone(connection: Connection<O>): Promise<void> {
    let isGone = false;
    void connection.closed.then(() => {
      isGone = true;
      this.#wake?.();
    });
    for (;;) {
      await this.#pause(pings.everyMs);
      if (isGone || !(await this.#answers(connection))) return;
    }
  }

  #end(connection: Connection<O>): void {
    this.#current = null;
    this.#deps.onLost();
    this.#underWay.failAll();
    connection.close();
  }

  async #answers(connection: Connection<O>): Promise<boolean> {
    const abort = new AbortController();
    const late = Promise.withResolvers<boolean>();
    const off = this.#deps.after(pings.limitMs, () => late.resolve(false));
    const answer = this.#deps.ping(connection, abort.signal).then(
      () => true,
      () => false,
    );
    const isThere = await Promise.race([answer, late.promise]);
    off();
    abort.abort();
    return isThere;
  }

  #next(signal: AbortSignal | undefined): Promise<Connection<O>> {
    return new Promise((resolve, reject) => {
      const done = (connection: Connection<O>): void => {
        signal?.removeEventListener("abort", givenUp);
        resolve(connection);
      };
      const givenUp = (): void => {
        this.#waiting.delete(done);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return givenUp();
      signal?.addEventListener("abort", givenUp, { once: true });
      this.#waiting.add(done);
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        off();
        this.#wake = null;
        resolve();
      };
      const off = this.#deps.after(ms, done);
      this.#wake = done;
    });
  }
}
