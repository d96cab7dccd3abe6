import type { ReactNode } from "react";
import { cx } from "./cx.ts";

type Props = {
  /** What happened, in one short sentence. */
  title: string;
  /** What it means for the work. */
  children?: ReactNode;
  /** The one way on: a button. */
  action?: ReactNode;
  /** Code, message, output: for whoever wants to know. */
  details?: string;
  className?: string;
};

export function ErrorState({ title, children, action, details, className }: Props): React.JSX.Element {
  return (
    <div role="alert" className={cx("flex h-full flex-col items-center justify-center gap-3 p-6", className)}>
      <div className="flex max-w-104 min-w-0 flex-col gap-2">
        <p className="font-semibold">
          <span aria-hidden className="mr-2 text-removed">
            ✕
          </span>
          {title}
        </p>
        {children ? <div className="text-muted">{children}</div> : null}
        {action ? <div className="mt-1 flex gap-2">{action}</div> : null}
        {details ? (
          <details className="mt-1">
            <summary className="w-fit rounded-control text-small text-muted hover:text-text">Details</summary>
            <pre className="selectable mt-1 max-h-48 overflow-auto rounded-control border border-line bg-panel p-2 whitespace-pre-wrap break-words">
              {details}
            </pre>
          </details>
        ) : null}
      </div>
    </div>
  );
}
