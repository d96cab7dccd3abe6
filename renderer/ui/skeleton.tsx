import { createContext, useContext } from "react";
import { cx } from "./cx.ts";

const Why = createContext<string | null>(null);
/** Why nothing can be loaded now; null while it can. */
export const WhyLoading = Why.Provider;

/** Rows of the height that is to come, shown only if it takes over 150 ms; instead of them why nothing comes. */
export function Skeleton({
  rows = 3,
  className,
  label = "Loading",
}: {
  rows?: number;
  className?: string;
  label?: string;
}): React.JSX.Element {
  const why = useContext(Why);
  if (why !== null) {
    return (
      <p role="status" aria-label={label} className={cx("text-muted", className ?? "p-2")}>
        {why}
      </p>
    );
  }
  const widths = ["w-3/5", "w-4/5", "w-2/5", "w-2/3", "w-1/2"];
  return (
    <div role="status" aria-label={label} className={cx("animate-appear", className)}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="row flex items-center px-2">
          <div className={cx("h-2 rounded-full bg-selected", widths[index % widths.length])} />
        </div>
      ))}
    </div>
  );
}
