import { create } from "zustand";

/** The tabs, by their key, that are searched now. */
const useStore = create<{ tabs: ReadonlySet<string> }>(() => ({ tabs: new Set() }));

export const useIsFinding = (key: string): boolean => useStore((state) => state.tabs.has(key));

export function setFinding(key: string, isFinding: boolean): void {
  useStore.setState(({ tabs }) => ({ tabs: new Set(isFinding ? [...tabs, key] : [...tabs].filter((other) => other !== key)) }));
}
