/**
 * Owns, for the life of the page, which button is the filled one: of all that could be, the one that matters most. What
 * lies over the page comes first, then what asks, then what is written and can be sent, then what can be applied.
 */
import { createContext, useContext, useLayoutEffect, useState, useSyncExternalStore } from "react";

const ranks = { apply: 0, send: 1, asks: 2, over: 3 } as const;
export type EmberRank = keyof typeof ranks;

/** Where on the page something stands: out of sight, in sight, where the keys are, in a page or panel, in a dialog. */
export const sights = { hidden: 0, seen: 1, front: 2, panel: 3, dialog: 4 } as const;
export const Sight = createContext<keyof typeof sights>("seen");

/** By what stands for each button, in the order that they came in; how much it matters. */
const claims = new Map<object, number>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Of equals the one that was there first. */
function winner(): object | undefined {
  let best: [object, number] | undefined;
  for (const claim of claims) if (!best || claim[1] > best[1]) best = claim;
  return best?.[0];
}

/** Whether this is the filled one now; `wanted`: whether it could be. */
export function useEmber(rank: EmberRank, wanted: boolean): boolean {
  const sight = useContext(Sight);
  const [claim] = useState(() => ({}));
  const weight = ranks[rank] * 10 + sights[sight];
  const isWanted = wanted && sight !== "hidden";
  useLayoutEffect(() => {
    if (!isWanted) return undefined;
    claims.set(claim, weight);
    for (const listener of listeners) listener();
    return () => {
      claims.delete(claim);
      for (const listener of listeners) listener();
    };
  }, [claim, weight, isWanted]);
  return useSyncExternalStore(subscribe, () => winner() === claim);
}
