import { tabKey, type Tab } from "../../shared/layout-tree.ts";
import { setFinding } from "../stores/finding.ts";
import { placeIn } from "./focus-pane.ts";
import { paneInFront } from "./focus-places.ts";
import { moveFocus } from "./move-focus.ts";

/** What had the keys when the bar was opened. */
let cameFrom: HTMLElement | null = null;

export const canFindIn = (tab: Tab | null): tab is Tab => tab?.kind === "chat" || tab?.kind === "terminal";

/** Opens the find bar of a tab, or goes back to it with its text chosen. */
export function openFind(tab: Tab): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && !focused.closest("[role=search], [role=dialog]")) cameFrom = focused;
  setFinding(tabKey(tab), true);
  const bar = document.querySelector<HTMLInputElement>(`${paneInFront} [role=search] input`);
  bar?.focus();
  bar?.select();
}

/** Closes it; the keys go back to where they were in that tab. */
export function closeFind(tab: Tab): void {
  setFinding(tabKey(tab), false);
  const back = cameFrom?.isConnected && cameFrom.closest(paneInFront) ? cameFrom : null;
  cameFrom = null;
  if (back) back.focus({ preventScroll: true });
  else moveFocus(() => placeIn(tab));
}

const stepButton = (by: 1 | -1): HTMLElement | null =>
  document.querySelector<HTMLElement>(`${paneInFront} [role=search] [data-find-step="${by}"]:not(:disabled)`);

export const canStepFind = (by: 1 | -1): boolean => stepButton(by) !== null;

export function stepFind(by: 1 | -1): void {
  stepButton(by)?.click();
}
