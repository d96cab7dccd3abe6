import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Which projects are folded in the sidebar, by id; kept in this browser. */
export const useFolds = create<Record<string, boolean | undefined>>()(persist(() => ({}), { name: "hearth.folds" }));

export function toggleFold(projectId: string): void {
  useFolds.setState((state) => ({ [projectId]: !state[projectId] }));
}
