/** Lets something be started again at most `times` within `windowMs`, so that what dies at once doesn't die for ever. */
export function createRestartLimit(times: number, windowMs: number, now: () => number): { mayRestart(): boolean; reset(): void } {
  let past: number[] = [];
  return {
    mayRestart() {
      past = past.filter((at) => now() - at < windowMs);
      if (past.length >= times) return false;
      past.push(now());
      return true;
    },
    reset() {
      past = [];
    },
  };
}
