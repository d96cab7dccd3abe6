import { create } from "zustand";
import type { Side } from "../../shared/layout-tree.ts";

/** The tab that is being dragged, by its key. */
export const useDrag = create<{ key: string | null }>(() => ({ key: null }));

/** Where in a pane a dragged tab would go: into it, or beside it if the pointer is in the outer quarter. */
export function dropPlace(x: number, y: number): Side | "center" {
  const edges: [Side, number][] = [
    ["left", x],
    ["right", 1 - x],
    ["up", y],
    ["down", 1 - y],
  ];
  const [side, distance] = edges.reduce((nearest, edge) => (edge[1] < nearest[1] ? edge : nearest));
  return distance < 0.25 ? side : "center";
}
