import { CallError, type CallErrorCode } from "./call-error.ts";
import { limitOf } from "./call-rules.ts";

/** The calls that have no answer yet. Each ends with its answer, at its time limit, or with the connection. */
export class CallsUnderWay {
  readonly #after: (ms: number, run: () => void) => () => void;
  readonly #fails = new Set<(code: CallErrorCode) => void>();

  constructor(after: (ms: number, run: () => void) => () => void) {
    this.#after = after;
  }

  run<T>(path: readonly string[], signal: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = new AbortController();
      const fail = (code: CallErrorCode): void => {
        settle();
        reject(new CallError(code));
        abort.abort();
      };
      const limitMs = limitOf(path);
      const off = limitMs === null ? null : this.#after(limitMs, () => fail("CALL_TIMED_OUT"));
      const settle = (): void => {
        off?.();
        this.#fails.delete(fail);
      };
      this.#fails.add(fail);
      call(signal ? AbortSignal.any([signal, abort.signal]) : abort.signal)
        .finally(settle)
        .then(resolve, reject);
    });
  }

  failAll(): void {
    for (const fail of this.#fails) fail("CONNECTION_LOST");
  }
}
