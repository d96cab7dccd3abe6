/** How far from the end still counts as being there, in px. */
export const nearEnd = 48;

export function isNearEnd({ scrollHeight, clientHeight, scrollTop }: HTMLElement): boolean {
  return scrollHeight - clientHeight - scrollTop <= nearEnd;
}

/** `onScroll` hears whether the end is followed or in view, `onOpen` that something in it was opened. */
type Handlers = { onScroll: (atEnd: boolean) => void; onOpen: () => void; onResize: () => void };

/**
 * Sets `pinned` by what the reader does: the end is followed until they go away from it, and again once they are back.
 * Whether they were there is known from the last scroll alone: by the time a new height is told, the distance is already
 * another. Listens until what it returns is called.
 */
export function watchReader(element: HTMLElement, pinned: { current: boolean }, handlers: Handlers): () => void {
  let before = { top: 0, height: 0 };
  // Away goes only who scrolls up; rows that are measured as smaller move the place up as well, but with them the whole
  // becomes smaller.
  const onScroll = (): void => {
    const now = { top: element.scrollTop, height: element.scrollHeight };
    const near = isNearEnd(element);
    if (near) pinned.current = true;
    else if (now.top < before.top && now.height >= before.height) pinned.current = false;
    before = now;
    handlers.onScroll(pinned.current || near);
  };
  // The next line of a stream may be there before the scroll is told of.
  const onWheel = (event: WheelEvent): void => {
    if (event.deltaY < 0 && element.scrollTop > 0) pinned.current = false;
  };
  // Who opens something wants to read it from its beginning.
  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("[aria-expanded], summary")) {
      pinned.current = false;
      handlers.onOpen();
    }
  };
  const sizes = new ResizeObserver(handlers.onResize);
  // Before the virtualizer hears of it and measures what comes into view.
  element.addEventListener("scroll", onScroll, { passive: true, capture: true });
  element.addEventListener("wheel", onWheel, { passive: true });
  element.addEventListener("click", onClick);
  sizes.observe(element);
  return () => {
    element.removeEventListener("scroll", onScroll, { capture: true });
    element.removeEventListener("wheel", onWheel);
    element.removeEventListener("click", onClick);
    sizes.disconnect();
  };
}
