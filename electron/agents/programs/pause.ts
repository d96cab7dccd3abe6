import type { Clock } from "../../lib/clock.ts";

/** Resolves after `ms`, or at once when the signal ends. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const takeBack = clock.after(ms, resolve);
    const stop = (): void => {
      takeBack();
      resolve();
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
