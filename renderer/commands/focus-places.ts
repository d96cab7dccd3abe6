/** Where the keys belong, as selectors on the page: decisions only, nothing is looked up or focused here. */
import { tabKey, type Tab, type TabKind } from "../../shared/layout-tree.ts";

/** `best` is what is wanted, the first that is drawn; `otherwise` has the keys until then, and where there is none of it. */
export type FocusPlace = { best: readonly string[]; otherwise: string | null };

export const paneInFront = "[data-pane-focused]";
/** Not the panel that is still drawn while the pane without tabs is on its way. */
const emptyPaneInFront = `${paneInFront}:not([data-tab])`;

const takesKeys: Record<TabKind, readonly string[]> = {
  chat: ["[data-composer]"],
  terminal: [".xterm-helper-textarea"],
  file: ["[data-file-text]"],
  changes: ["[role=listbox]"],
  history: ["nav [aria-pressed=true]", "nav button"],
};
// Under a finger a field brings up a keyboard over half the screen, so there it is only focused by touching it.
const hasKeyboard: ReadonlySet<TabKind> = new Set(["chat", "terminal"]);

/** The place in a tab of the focused pane; null: the pane has no tabs, and offers some. */
export function placeOfTab(tab: Tab | null, byFinger: boolean): FocusPlace {
  if (tab === null) return { best: [`${emptyPaneInFront} button`], otherwise: emptyPaneInFront };
  const panel = `${paneInFront}[data-tab="${tabKey(tab).replaceAll(/["\\]/g, String.raw`\$&`)}"]`;
  const parts = byFinger && hasKeyboard.has(tab.kind) ? [] : takesKeys[tab.kind];
  return { best: parts.map((part) => `${panel} ${part}`), otherwise: panel };
}

/** A page in the session's place: what was chosen in it or can be typed into. */
export const pagePlace: FocusPlace = {
  best: ["[data-page] [role=tab][aria-selected=true]", "[data-page] input"],
  otherwise: "[data-page]",
};

/** The place where no session is shown: what begins one. */
export const startPlace: FocusPlace = { best: ["main :is(input, button)"], otherwise: null };

/** What waits for an answer; what only tells of an alarm that there was can have the keys, but they aren't moved to it. */
export const openCard = '[data-approval]:not([tabindex="-1"])';
export const inboxPanel = "[data-inbox]";
export const inboxPlace: FocusPlace = { best: [`${inboxPanel} ${openCard}`], otherwise: inboxPanel };

/**
 * The card that has the keys when `gone` is no longer there: the one that followed it, else the first of the others.
 * `before` and `now` are the cards' ids in their order on the page.
 */
export function nextCard(before: readonly string[], gone: string, now: readonly string[]): string | null {
  const left = now.filter((id) => id !== gone);
  const follows = before.slice(before.indexOf(gone) + 1).find((id) => left.includes(id));
  return follows ?? left[0] ?? null;
}
