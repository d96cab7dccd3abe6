/**
 * Follows the keys for the life of the page: when what had them goes (an answered card, a closed tab, a menu whose
 * button isn't there any more), they land where the next one belongs, never on nothing.
 */
import { placeNow } from "./focus-pane.ts";
import { inboxPanel, nextCard, openCard, paneInFront } from "./focus-places.ts";
import { first, moveFocus } from "./move-focus.ts";

/** What had the keys last; noted while it is still on the page. */
type Held = {
  element: HTMLElement;
  inInbox: boolean;
  card: { id: string; among: string; order: string[] } | null;
};

let held: Held | null = null;

/** Call once, before the page listens for anything else. */
export function landFocus(): void {
  document.addEventListener("focusin", ({ target }) => void (held = target instanceof HTMLElement ? holding(target) : null));
  // A frame for what moves the focus itself, as dialogs and menus do when they close.
  document.addEventListener("focusout", () => requestAnimationFrame(() => requestAnimationFrame(land)));
  // Not every browser tells that what had the focus is gone; then it is the next key that lands.
  window.addEventListener("keydown", land, { capture: true });
}

function holding(element: HTMLElement): Held {
  const card = element.closest<HTMLElement>(openCard);
  const inInbox = element.closest(inboxPanel) !== null;
  const among = inInbox ? inboxPanel : paneInFront;
  const id = card?.dataset["approval"];
  return { element, inInbox, card: id === undefined ? null : { id, among, order: cardsIn(among) } };
}

function cardsIn(place: string): string[] {
  const cards = document.querySelectorAll<HTMLElement>(`${place} ${openCard}`);
  return [...cards].map((card) => card.dataset["approval"] ?? "");
}

function land(): void {
  const focused = document.activeElement;
  if ((focused !== null && focused !== document.body) || !document.hasFocus()) return;
  const was = held;
  const above = document.querySelectorAll<HTMLElement>(":is([role=dialog], [role=alertdialog], [role=menu]):not([data-toast])");
  const over = [...above].at(-1);
  if (over) return over.focus();
  // Beside it was pressed: the keys stay near, and open nothing.
  if (was && isUsable(was.element)) return first(["[data-page]", paneInFront, "main"])?.focus({ preventScroll: true });
  const next = was?.card ? nextCard(was.card.order, was.card.id, cardsIn(was.card.among)) : null;
  if (was?.card && next !== null) return first([`${was.card.among} [data-approval="${CSS.escape(next)}"]`])?.focus();
  const inbox = was?.inInbox && !was.card ? first([inboxPanel]) : null;
  if (inbox) return inbox.focus();
  moveFocus(placeNow);
}

function isUsable(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    !element.matches(":disabled") &&
    element.closest("[inert]") === null &&
    element.checkVisibility({ visibilityProperty: true })
  );
}
