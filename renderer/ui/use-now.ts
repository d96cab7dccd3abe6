import { useSyncExternalStore } from "react";
import { useConnection } from "../stores/connection.ts";

/** One clock for all that counts seconds; it ticks only while something watches it. */
const listeners = new Set<() => void>();
let now = Date.now();
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

/** Milliseconds since 1970, new every second; while the core is away, when it was last there: nobody knows what goes on. */
export function useNow(): number {
  const lastSeen = useConnection((state) => (state.away ? state.lastSeen : null));
  const ticking = useSyncExternalStore(subscribe, () => now);
  return lastSeen ?? ticking;
}
