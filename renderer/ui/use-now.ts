import { useSyncExternalStore } from "react";

/** One clock for all that counts seconds; it ticks only while something watches it. */
const listeners = new Set<() => void>();
let now = Date.now();
/** When it was stopped; null while it goes. */
let stopped: number | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
/** What has passed while this machine was awake, and something watched. */
let awakeMs = 0;
/** Longer than a page that nobody looks at waits for its timers. */
const longestTickMs = 90_000;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      const before = now;
      now = Date.now();
      awakeMs += awakeFor(now - before);
      for (const each of listeners) each();
    }, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** How much of the time between two ticks counts: of one that was slept through, none. */
export function awakeFor(elapsedMs: number): number {
  return elapsedMs < 0 || elapsedMs > longestTickMs ? 0 : elapsedMs;
}

/** Stops the clock at a time, where nobody knows what goes on since; null lets it go on. */
export function stopNow(at: number | null): void {
  stopped = at;
  for (const each of listeners) each();
}

/** Milliseconds since 1970, new every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => stopped ?? now);
}

/** Milliseconds from some moment on, without those that this machine slept; only differences mean something. */
export function useAwakeMs(): number {
  return useSyncExternalStore(subscribe, () => awakeMs);
}
