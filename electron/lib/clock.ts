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
export class ManualClock implements Clock {
  readonly #startMs: number;
  #now: number;
  #timers: { at: number; call: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = end;
  }

  /** Time passes without anybody noticing: what was due meanwhile is due now, once. */
  skip(ms: number): void {
    const due = this.#timers.filter((timer) => timer.at <= this.#now + ms).toSorted((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    this.#now += ms;
    for (const timer of due) timer.call();
  }

  pending(): number {
    return this.#timers.length;
  }
}

/** ISO 8601 in UTC. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
