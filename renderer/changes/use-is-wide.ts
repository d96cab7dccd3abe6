import { useCallback, useState } from "react";

/** Two columns of some forty characters each; in less, both sides would be cut off at every line. */
const wideRem = 42;

/** Whether the element that is given to the first is wide enough for two columns of code; followed for as long as it is there. */
export function useIsWide(): [(element: HTMLElement | null) => (() => void) | undefined, boolean] {
  const [wide, setWide] = useState(false);
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      if (entry) setWide(entry.contentRect.width >= wideRem * remPx);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, wide];
}
