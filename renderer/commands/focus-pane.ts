import { activeTab } from "../../shared/layout.ts";
import type { Tab } from "../../shared/layout-tree.ts";
import { useApp } from "../stores/app.ts";
import { closeDialog, closePage, setDrawer, setInboxOpen, useFrame } from "../stores/frame.ts";
import { getLayout } from "../stores/layout.ts";
import { inboxPlace, pagePlace, paneInFront, placeOfTab, startPlace, type FocusPlace } from "./focus-places.ts";
import { moveFocus } from "./move-focus.ts";

const coarse = window.matchMedia("(pointer: coarse)");

export const placeIn = (tab: Tab | null): FocusPlace => placeOfTab(tab, coarse.matches);

/** Where the keys belong on what the page shows now. */
export function placeNow(): FocusPlace {
  const { sessionId, page } = useFrame.getState();
  if (page !== null) return pagePlace;
  const { app } = useApp.getState();
  const layout = getLayout(sessionId);
  if (layout) return placeIn(activeTab(layout));
  const isLoading = !app || app.sessions.some((session) => session.id === sessionId);
  return isLoading ? { best: [], otherwise: null } : startPlace;
}

/** Ready to go on in the focused pane, without what lay over it. */
export function focusInPane(): void {
  setDrawer(false);
  closeDialog();
  closePage();
  moveFocus(placeNow);
}

/** Ready to write as the page opens, unless the person was faster. */
export function focusComposerAtStart(): void {
  const composer = `body:not(:has(:focus)) ${paneInFront} [data-composer]`;
  if (!coarse.matches) moveFocus(() => ({ best: [composer], otherwise: null }));
}

/** Opens the inbox with the keys on its first card, or closes it with the keys back in what lies below. */
export function toggleInbox(): void {
  const open = !useFrame.getState().inboxOpen;
  setInboxOpen(open);
  // What comes later takes no focus.
  setDrawer(false);
  if (open) moveFocus(() => inboxPlace, 2);
  else moveFocus(placeNow);
}
