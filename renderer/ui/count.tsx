import { cx } from "./cx.ts";

/** Lines added and removed: `+12 −3`. Zeroes are left out; nothing at all is drawn for none. */
export function Count({
  additions,
  deletions,
  className,
}: {
  additions: number;
  deletions: number;
  className?: string;
}): React.JSX.Element | null {
  if (additions === 0 && deletions === 0) return null;
  return (
    <span className={cx("inline-flex shrink-0 gap-1 text-small tabular-nums", className)}>
      {additions > 0 ? (
        <span className="text-added">
          +{additions}
          <span className="sr-only"> lines added</span>
        </span>
      ) : null}
      {deletions > 0 ? (
        <span className="text-removed">
          −{deletions}
          <span className="sr-only"> lines removed</span>
        </span>
      ) : null}
    </span>
  );
}
