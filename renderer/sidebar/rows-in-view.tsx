import { useEffect, useRef, useState, type ReactNode } from "react";

/**
 * Rows of a list that are made once they come near the window; until then their room is kept. A thousand sessions at
 * once would hold the first page for seconds. `eager`: made at once.
 */
export function RowsInView(props: { count: number; eager: boolean; children: () => ReactNode }): ReactNode {
  const { count, eager, children } = props;
  const [near, setNear] = useState(eager);
  const place = useRef<HTMLLIElement>(null);
  const made = near || eager;
  useEffect(() => {
    if (made || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: "600px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [made]);
  if (made) return children();
  return (
    <li ref={place} aria-hidden>
      {/* As high as the rows will be, whatever the pointer makes of one, so that nothing jumps. */}
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className="row" />
      ))}
    </li>
  );
}
