import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** One sentence, one action. */
export function EmptyState({
  children,
  action,
  className,
}: {
  children: ReactNode;
  action?: ReactNode;
  className?: string;
}): React.JSX.Element {
  return (
    <div className={cx("flex h-full flex-col items-center justify-center gap-3 p-6 text-center text-muted", className)}>
      <p className="max-w-72 text-balance">{children}</p>
      {action}
    </div>
  );
}
