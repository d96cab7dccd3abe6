import { KeyedQueue } from "../../lib/keyed-queue.ts";
import { unlessAborted } from "../../lib/unless-aborted.ts";

/**
 * Which model servers work for a turn, and what else is asked of them beside the turns: one thing at a time, only while
 * they don't. Work for a turn ends it at once, and it is begun anew when the server is free.
 */
export class ServerUse {
  /** Server → how many turns go on, whether or not they ask it for something now. */
  readonly #turns = new Map<string, number>();
  /** Server → how many of them it works for. */
  readonly #working = new Map<string, number>();
  readonly #beside = new Map<string, AbortController>();
  readonly #waiting = new Set<() => void>();
  readonly #queue = new KeyedQueue();

  /** A turn begins at the server of this address; returns what ends it, which may be called more than once. */
  beginTurn(url: string): () => void {
    return count(this.#turns, serverOf(url), () => {});
  }

  /** The server of this address works for a turn; returns what ends that, which may be called more than once. */
  begin(url: string): () => void {
    const server = serverOf(url);
    const end = count(this.#working, server, () => {
      for (const look of [...this.#waiting]) look();
    });
    this.#beside.get(server)?.abort();
    return end;
  }

  /** Whether neither a turn nor anything beside the turns goes on, or waits, at the server of this address. */
  isFree(url: string): boolean {
    const server = serverOf(url);
    return !this.#turns.has(server) && !this.#working.has(server) && !this.#queue.busy(server);
  }

  /**
   * Does the work when nothing else is done there. Its signal aborts for a turn as well as by `signal`; null: by `signal`,
   * at once, also while something else is waited for.
   */
  beside<T>(url: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | null> {
    return unlessAborted(this.#whenItsTurn(serverOf(url), work, signal), signal);
  }

  #whenItsTurn<T>(server: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | null> {
    return this.#queue.run(server, async () => {
      for (;;) {
        await this.#whenFree(server, signal);
        if (signal.aborted) return null;
        const turn = new AbortController();
        this.#beside.set(server, turn);
        const done = await work(AbortSignal.any([signal, turn.signal])).finally(() => this.#beside.delete(server));
        if (signal.aborted) return null;
        if (!turn.signal.aborted) return done;
      }
    });
  }

  #whenFree(server: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#working.has(server) && !signal.aborted) return;
        this.#waiting.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }
}

/** One more of a server; returns what takes it back once. */
function count(counts: Map<string, number>, server: string, onNone: () => void): () => void {
  counts.set(server, (counts.get(server) ?? 0) + 1);
  let over = false;
  return () => {
    if (over) return;
    over = true;
    const left = (counts.get(server) ?? 1) - 1;
    if (left > 0) return void counts.set(server, left);
    counts.delete(server);
    onNone();
  };
}

/** Two addresses of one server are one. */
function serverOf(url: string): string {
  return new URL(url).origin.replace("//localhost", "//127.0.0.1");
}
