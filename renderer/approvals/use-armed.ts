import { useEffect, useState, type RefObject } from "react";

export const armAfterMs = 500;

/**
 * True once the element has been in view for half a second without a break, so that a card which appears under a
 * moving hand answers nothing. Goes back to false when it leaves the view.
 */
export function useArmed(ref: RefObject<Element | null>): boolean {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer);
        if (entry?.isIntersecting) timer = setTimeout(() => setArmed(true), armAfterMs);
        else setArmed(false);
      },
      { threshold: 0.5 },
    );
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [ref]);
  return armed;
}
