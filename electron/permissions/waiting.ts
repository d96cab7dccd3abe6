/**
 * Owns the promises of asks that are open: one per id, from `wait` until `settle` or the end of its signal.
 * Whoever settles first wins; everybody later is told so.
 */
export type Waiting<Outcome> = {
  /** `onAbort` is called once if the signal ends the wait; it settles it. */
  wait(id: string, runId: string, signal: AbortSignal, onAbort: () => void): Promise<Outcome>;
  /** Whether this call ended the wait. */
  settle(id: string, outcome: Outcome): boolean;
  has(id: string): boolean;
  idsOf(runId: string): string[];
};

export function createWaiting<Outcome>(): Waiting<Outcome> {
  const open = new Map<string, { runId: string; resolve: (outcome: Outcome) => void }>();
  return {
    wait(id, runId, signal, onAbort) {
      return new Promise((resolve) => {
        open.set(id, {
          runId,
          resolve(outcome) {
            signal.removeEventListener("abort", onAbort);
            resolve(outcome);
          },
        });
        signal.addEventListener("abort", onAbort, { once: true });
        if (signal.aborted) onAbort();
      });
    },
    settle(id, outcome) {
      const entry = open.get(id);
      open.delete(id);
      entry?.resolve(outcome);
      return entry !== undefined;
    },
    has: (id) => open.has(id),
    idsOf: (runId) => [...open].filter(([, entry]) => entry.runId === runId).map(([id]) => id),
  };
}
