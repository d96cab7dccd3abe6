import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { callFailure } from "../rpc.ts";
import { useConnection } from "../stores/connection.ts";
import type { TerminalCalls } from "./terminal-calls.ts";

type FollowDeps = {
  calls: TerminalCalls;
  /** Called for each piece in order. */
  take: (output: TerminalOutput) => void;
  lost: () => void;
  missing: () => void;
};

/**
 * Reads a terminal until its end or until `signal` says so; begins again, with the screen anew, when the connection
 * broke or when it is asked to.
 */
export class TerminalReading {
  readonly #deps: FollowDeps;
  #attached = new AbortController();

  constructor(deps: FollowDeps) {
    this.#deps = deps;
  }

  /** What comes from now on begins with the screen anew. */
  again(): void {
    this.#attached.abort();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { lost, missing } = this.#deps;
    while (!signal.aborted) {
      const { epoch } = useConnection.getState();
      this.#attached = new AbortController();
      try {
        if (await this.#readOnce(signal)) return;
      } catch (error) {
        if (signal.aborted) return;
        if (callFailure(error).code === "TERMINAL_NOT_FOUND") return missing();
        // The connection broke; the frame shows it, and the next round waits for the new one.
      }
      if (this.#attached.signal.aborted) continue;
      lost();
      await nextTry(epoch, signal);
    }
  }

  /** Whether there is nothing more to read. */
  async #readOnce(signal: AbortSignal): Promise<boolean> {
    const attached = this.#attached.signal;
    for await (const output of await this.#deps.calls.attach(AbortSignal.any([signal, attached]))) {
      if (signal.aborted) return true;
      if (attached.aborted) return false;
      this.#deps.take(output);
      if (output.type === "exit" && !attached.aborted) return true;
    }
    return signal.aborted;
  }
}

/** A new connection, or a second later on the same one. */
function nextTry(epoch: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => useConnection.getState().state === "open" && done(), 1_000);
    const off = useConnection.subscribe((state) => state.epoch > epoch && done());
    signal.addEventListener("abort", done, { once: true });
    if (useConnection.getState().epoch > epoch || signal.aborted) done();
    function done(): void {
      clearTimeout(timer);
      off();
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
