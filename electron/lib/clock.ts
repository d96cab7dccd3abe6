/** Time as the core sees it: wall clock for records, monotonic for durations, timers that end with their scope. */
export interface Clock {
  /** Unix time in ms. */
  now(): number;
  /** Monotonic ms; only differences mean something. */
  monotonic(): number;
  /** Calls once after `ms`; returns a function that takes it back. Doesn't keep the process alive. */
  after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only by `advance(ms)`: timers due are called in their order. For tests. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): void; pending(): number } {
  let now = startMs;
  let timers: { at: number; call: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now - startMs,
    after(ms, call) {
      const timer = { at: now + ms, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.call();
      }
      now = end;
    },
    pending: () => timers.length,
  };
}

/** ISO 8601 in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
