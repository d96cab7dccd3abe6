/**
 * Lets readers sleep until there may be something for them. Nothing is kept for those who come later: look first, then
 * sleep, and look again.
 */
export class WakeUp {
  #next: PromiseWithResolvers<void> | null = null;

  /** Wakes all who sleep. */
  now(): void {
    this.#next?.resolve();
    this.#next = null;
  }

  /** Resolves with the next `now`, or as soon as `signal` is aborted. */
  async sleep(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    this.#next ??= Promise.withResolvers();
    const { promise } = this.#next;
    if (!signal) return promise;
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const onAbort = (): void => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await Promise.race([promise, aborted]);
    signal.removeEventListener("abort", onAbort);
  }
}
