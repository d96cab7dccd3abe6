/** How far from the end still counts as being there, in px. */
export const nearEnd = 48;

export function distanceFromEnd({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number {
  return scrollHeight - clientHeight - scrollTop;
}

const upKeys: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);

/**
 * `onScroll` hears whether the end is followed or in view, `onLeave` that they go up, `onHold` whether the view stays where
 * it is, the end in sight or not: since they opened something, until they scroll or close it.
 */
type Handlers = { onScroll: (atEnd: boolean) => void; onLeave: () => void; onHold: (held: boolean) => void };

export type Place = { top: number; height: number; view: number };

/**
 * Whether the end is followed after a scroll from one place to another: until the reader goes up, be it by a step or a
 * hair, and again once they come back down to it. Rows that are measured as smaller move the place up as well, but with
 * them the whole becomes smaller; so does a view that becomes higher, which stands at what was the end then, whatever was
 * added meanwhile. `goesUp`: what they pressed last leads up, so that a scroll to the end isn't theirs.
 */
export function isPinned(was: boolean, before: Place, now: Place, goesUp = false): boolean {
  const left = now.height - now.view - now.top;
  const isMoved = now.height < before.height || (now.view > before.view && now.top >= before.height - now.view - 1);
  if (now.top < before.top && !isMoved) return false;
  if (was || goesUp) return was;
  return left <= 1 || (now.top > before.top && left <= nearEnd);
}

/**
 * Sets `pinned` by what the reader does, and keeps the end in view while it is. Whether they were at the end is known from
 * the last scroll alone: by the time a new height is told, the distance is already another. What scrolls in `element` is its
 * first child. Listens until what it returns is called.
 */
export function watchReader(element: HTMLElement, pinned: { current: boolean }, handlers: Handlers): () => void {
  let goesUp = false;
  let held = false;
  const hold = (now: boolean): void => {
    held = now;
    handlers.onHold(now);
  };
  const onIntent = (up: boolean): void => {
    goesUp = up && element.scrollTop > 0;
    if (!goesUp) return;
    pinned.current = false;
    handlers.onLeave();
  };
  let before: Place = { top: 0, height: 0, view: 0 };
  const onScroll = (): void => {
    const now = { top: element.scrollTop, height: element.scrollHeight, view: element.clientHeight };
    pinned.current = isPinned(pinned.current, before, now, goesUp);
    before = now;
    hold(false);
    handlers.onScroll(pinned.current || distanceFromEnd(element) <= nearEnd);
  };
  // The next line of a stream may be there before the scroll is told of.
  const onWheel = (event: WheelEvent): void => {
    if (event.deltaY !== 0) onIntent(event.deltaY < 0);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.target === element) onIntent(upKeys.has(event.key));
  };
  const onPress = (): void => onIntent(false);
  // Who opens something wants to read it from its beginning.
  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest("[aria-expanded], summary")) {
      pinned.current = false;
      hold(true);
    }
  };
  let height = 0;
  const onResize = (): void => {
    // What was opened is closed, and the end is in view again.
    if (held && element.scrollHeight < height && distanceFromEnd(element) <= 1) {
      pinned.current = true;
      hold(false);
    }
    height = element.scrollHeight;
    if (pinned.current) element.scrollTop = height;
    handlers.onScroll(pinned.current || distanceFromEnd(element) <= nearEnd);
  };
  const sizes = new ResizeObserver(onResize);
  // Before the virtualizer hears of it and measures what comes into view.
  element.addEventListener("scroll", onScroll, { passive: true, capture: true });
  element.addEventListener("wheel", onWheel, { passive: true });
  element.addEventListener("keydown", onKey);
  element.addEventListener("pointerdown", onPress);
  element.addEventListener("click", onClick);
  sizes.observe(element);
  if (element.firstElementChild) sizes.observe(element.firstElementChild);
  return () => {
    element.removeEventListener("scroll", onScroll, { capture: true });
    element.removeEventListener("wheel", onWheel);
    element.removeEventListener("keydown", onKey);
    element.removeEventListener("pointerdown", onPress);
    element.removeEventListener("click", onClick);
    sizes.disconnect();
  };
}
