/** What closes by Escape itself, or has the key for something of its own. */
const ownsEscape = [
  "[role=dialog], [role=alertdialog], [role=menu], [role=search], [data-records-keys], [data-owns-escape], .xterm",
  ":is([aria-haspopup], [role=combobox])[aria-expanded=true]",
].join(", ");

/** Calls `close` at Escape wherever else the keys are, while it is its turn. Returns what ends that. */
export function onEscape(close: () => void, isItsTurn: () => boolean = () => true): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229 || event.defaultPrevented || !isItsTurn()) return;
    if (!(event.target instanceof Element) || event.target.closest(ownsEscape)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  window.addEventListener("keydown", onKeyDown, { capture: true });
  return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
}
