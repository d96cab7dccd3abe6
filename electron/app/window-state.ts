import { readFileSync } from "node:fs";
import * as z from "zod";
import { saveJson } from "../lib/save-json.ts";

const bounds = z.object({ x: z.number(), y: z.number(), width: z.number().min(360), height: z.number().min(300) });
const state = z.object({ bounds, maximized: z.boolean() });
export type WindowState = z.infer<typeof state>;
type Area = { x: number; y: number; width: number; height: number };

/** Where the window was; null where that isn't known or no screen shows it any more. */
export function loadWindowState(file: string, screens: readonly Area[]): WindowState | null {
  try {
    const loaded = state.parse(JSON.parse(readFileSync(file, "utf8")));
    return screens.some((screen) => overlaps(screen, loaded.bounds)) ? loaded : null;
  } catch {
    return null; // None yet, or damaged: the window opens as it would the first time.
  }
}

export function saveWindowState(file: string, current: WindowState): void {
  saveJson(file, current);
}

/** At least a hand's breadth of the title bar must be within reach. */
function overlaps(screen: Area, window: Area): boolean {
  const across = Math.min(screen.x + screen.width, window.x + window.width) - Math.max(screen.x, window.x);
  return across >= 100 && window.y >= screen.y - 10 && window.y <= screen.y + screen.height - 40;
}
