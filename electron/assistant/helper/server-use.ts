import { KeyedQueue } from "../../lib/keyed-queue.ts";
import { unlessAborted } from "../../lib/unless-aborted.ts";

/**
 * Which model servers work on a turn, and what else is asked of them beside the turns: one thing at a time, only while no
 * turn goes on there. A turn that begins ends it at once, and it is begun anew when the server is free.
 */
export class ServerUse {
  readonly #turns = new Map<string, number>();
  readonly #beside = new Map<string, AbortController>();
  readonly #waiting = new Set<() => void>();
  readonly #queue = new KeyedQueue();

  /** A turn begins at the server of this address; returns what ends it, which may be called more than once. */
  begin(url: string): () => void {
    const server = serverOf(url);
    this.#turns.set(server, (this.#turns.get(server) ?? 0) + 1);
    this.#beside.get(server)?.abort();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const left = (this.#turns.get(server) ?? 1) - 1;
      if (left > 0) return void this.#turns.set(server, left);
      this.#turns.delete(server);
      for (const look of [...this.#waiting]) look();
    };
  }

  /** Whether neither a turn nor anything beside the turns goes on, or waits, at the server of this address. */
  isFree(url: string): boolean {
    const server = serverOf(url);
    return !this.#turns.has(server) && !this.#queue.busy(server);
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
        if (this.#turns.has(server) && !signal.aborted) return;
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

/** Two addresses of one server are one. */
function serverOf(url: string): string {
  return new URL(url).origin.replace("//localhost", "//127.0.0.1");
}
