/**
 * Focuses what the first selector that finds something finds, as soon as a frame has it; after so many frames, what
 * `atLast` finds. A person who has turned to something else meanwhile keeps the focus there.
 */
export function focusWhenDrawn(selectors: readonly string[], frames = 30, atLast?: string): void {
  const waiting = new AbortController();
  const { signal } = waiting;
  const turnedAway = (): void => waiting.abort();
  window.addEventListener("pointerdown", turnedAway, { capture: true, signal });
  window.addEventListener("keydown", (event) => isTyping(event) || turnedAway(), { capture: true, signal });
  const look = (framesLeft: number): void => {
    if (signal.aborted) return;
    const found = first(selectors);
    if (!found && framesLeft > 0) return void requestAnimationFrame(() => look(framesLeft - 1));
    waiting.abort();
    (found ?? (atLast === undefined ? null : first([atLast])))?.focus();
  };
  requestAnimationFrame(() => look(frames));
}

/** Who writes already, writes for what is about to have the focus; a key that is still held is no new one. */
function isTyping(event: KeyboardEvent): boolean {
  const writes = event.key.length === 1 || ["Enter", "Backspace", "Shift", "Dead", "Process"].includes(event.key);
  return event.repeat || (writes && !event.ctrlKey && !event.metaKey && !event.altKey);
}

function first(selectors: readonly string[]): HTMLElement | null {
  return selectors.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null) ?? null;
}
