import { cx } from "./cx.ts";

export type DotState = "working" | "waiting" | "done" | "idle" | "failed" | "unknown" | "none";

const words: Record<DotState, string> = {
  working: "working",
  waiting: "needs you",
  done: "done",
  idle: "idle",
  failed: "failed",
  unknown: "not known",
  none: "none",
};

/** State by shape and colour; its text is for screen readers, or shown with `withText`. */
export function StateDot({
  state,
  withText,
  className,
}: {
  state: DotState;
  withText?: boolean;
  className?: string;
}): React.JSX.Element {
  return (
    <span className={cx("inline-flex shrink-0 items-center gap-1.5", className)}>
      <svg
        viewBox="0 0 10 10"
        className={cx(
          "size-2.5",
          state === "working" && "animate-pulse-dot",
          state === "working" || state === "waiting" || state === "done"
            ? "text-accent"
            : state === "failed"
              ? "text-removed"
              : "text-faint",
        )}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden
      >
        <Shape state={state} />
      </svg>
      <span className={withText ? "text-small text-muted" : "sr-only"}>{words[state]}</span>
    </span>
  );
}

function Shape({ state }: { state: DotState }): React.JSX.Element {
  switch (state) {
    case "working":
      return <circle cx="5" cy="5" r="4" fill="currentColor" stroke="none" />;
    case "waiting":
      return (
        <>
          <circle cx="5" cy="5" r="3.75" />
          <path d="M5 1.25a3.75 3.75 0 0 0 0 7.5z" fill="currentColor" stroke="none" />
        </>
      );
    case "idle":
      return <circle cx="5" cy="5" r="3" strokeWidth="1.25" />;
    case "done":
      return <path d="m1.75 5.5 2.25 2.25 4.25-5" strokeLinecap="round" strokeLinejoin="round" />;
    case "unknown":
      return <circle cx="5" cy="5" r="3.25" strokeDasharray="1.7 1.7" strokeWidth="1.25" />;
    case "failed":
      return <path d="m2 2 6 6m0-6-6 6" strokeLinecap="round" />;
    case "none":
      return <path d="M2.5 5h5" strokeLinecap="round" />;
  }
}
