import { useSyncExternalStore } from "react";

/** One clock for all that counts seconds; it ticks only while something watches it. */
const listeners = new Set<() => void>();
let now = Date.now();
/** When it was stopped; null while it goes. */
let stopped: number | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
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

/** Stops the clock at a time, where nobody knows what goes on since; null lets it go on. */
export function stopNow(at: number | null): void {
  stopped = at;
  for (const each of listeners) each();
}

/** Milliseconds since 1970, new every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => stopped ?? now);
}
