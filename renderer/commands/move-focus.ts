import type { FocusPlace } from "./focus-places.ts";

/** At sixty a second; the code of a first terminal or diff is loaded in that time. */
const waitFrames = 180;

/**
 * Gives the keys to the place, which is asked for anew each frame, as soon as it is drawn; what was typed into before
 * has them no longer. A person who has turned to something else meanwhile keeps the focus there.
 */
export function moveFocus(place: () => FocusPlace, frames = waitFrames): void {
  const there = first(place().best);
  if (there) return focus(there);
  leaveField();
  const waiting = new AbortController();
  const { signal } = waiting;
  const turnedAway = (): void => waiting.abort();
  window.addEventListener("pointerdown", turnedAway, { capture: true, signal });
  window.addEventListener("keydown", (event) => isTyping(event) || turnedAway(), { capture: true, signal });
  const look = (framesLeft: number): void => {
    if (signal.aborted) return;
    const { best, otherwise } = place();
    const found = first(best);
    if (isInDialogBeside(found)) return turnedAway();
    if (found) focus(found);
    else if (otherwise !== null) holdAt(otherwise);
    if (!found && framesLeft > 0) return void requestAnimationFrame(() => look(framesLeft - 1));
    waiting.abort();
  };
  requestAnimationFrame(() => look(frames));
}

export function first(selectors: readonly string[]): HTMLElement | null {
  return selectors.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null) ?? null;
}

function focus(element: HTMLElement): void {
  if (document.activeElement !== element) element.focus();
}

/** What was opened over the place meanwhile keeps the keys, the palette for one. */
function isInDialogBeside(place: HTMLElement | null): boolean {
  const dialog = document.activeElement?.closest("[role=dialog]:not([data-closed], [data-toast])");
  return dialog instanceof HTMLElement && !dialog.contains(place);
}

function holdAt(selector: string): void {
  const place = document.querySelector<HTMLElement>(selector);
  if (place && !place.contains(document.activeElement)) place.focus({ preventScroll: true });
}

/** What is pressed before the new place is drawn is no text for the old one. */
function leaveField(): void {
  const field = document.activeElement;
  if (field?.matches("input, textarea")) field.closest<HTMLElement>("[role=tabpanel]")?.focus({ preventScroll: true });
}

/** Who writes already, writes for what is about to have the focus; a key that is still held is no new one. */
function isTyping(event: KeyboardEvent): boolean {
  const writes = event.key.length === 1 || ["Enter", "Backspace", "Shift", "Dead", "Process"].includes(event.key);
  return event.repeat || (writes && !event.ctrlKey && !event.metaKey && !event.altKey);
}
