import { useEffect, useRef, useState, type RefObject } from "react";

type Find = { root: RefObject<HTMLDivElement | null>; open: boolean; show: () => void; close: () => void };

/** Ctrl+F or ⌘F in the active chat opens its find bar; a terminal or dialog that has the focus keeps the key. */
export function useFindKey(active: boolean): Find {
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (
        event.defaultPrevented ||
        event.key.toLowerCase() !== "f" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      const target = event.target instanceof Node ? event.target : null;
      if (target !== document.body && !root.current?.contains(target)) return;
      event.preventDefault();
      setOpen(true);
      root.current?.querySelector<HTMLInputElement>("[role=search] input")?.select();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [active]);
  return { root, open, show: () => setOpen(true), close: () => setOpen(false) };
}
