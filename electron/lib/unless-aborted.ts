/**
 * What the work gives, or null as soon as the signal aborts. The work itself isn't ended by it, and a failure of work that
 * nobody waits for any more is dropped.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(null);
    const settle = (): void => signal.removeEventListener("abort", leave);
    signal.addEventListener("abort", leave, { once: true });
    work.finally(settle).then(resolve, reject);
    if (signal.aborted) leave();
  });
}
