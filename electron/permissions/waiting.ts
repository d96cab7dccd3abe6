type Open<Outcome> = { runId: string; resolve: (outcome: Outcome) => void };

/**
 * Owns the promises of what is asked and open: one per id, from `wait` until `settle` or the end of its signal.
 * Whoever settles first wins; everybody later is told so.
 */
export class Waiting<Outcome> {
  readonly #open = new Map<string, Open<Outcome>>();

  /** `onAbort` is called once if the signal ends the wait; it settles it. */
  wait(id: string, runId: string, signal: AbortSignal, onAbort: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#open.set(id, {
        runId,
        resolve(outcome) {
          signal.removeEventListener("abort", onAbort);
          resolve(outcome);
        },
      });
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }

  /** Whether this call ended the wait. */
  settle(id: string, outcome: Outcome): boolean {
    const waits = this.#open.get(id);
    this.#open.delete(id);
    waits?.resolve(outcome);
    return waits !== undefined;
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  idsOf(runId: string): string[] {
    return [...this.#open].filter(([, waits]) => waits.runId === runId).map(([id]) => id);
  }
}
