import { ChevronRight } from "lucide-react";
import { cx } from "../ui/cx.ts";
import type { StepsRow as Row } from "./fold-turn.ts";
import { useTurnFolds } from "./timeline-actions.ts";

/** What led to the answer of a turn that is over; opened in place. */
export function StepsRow({ row: { runId, steps, failed, open } }: { row: Row }): React.JSX.Element {
  const toggle = useTurnFolds();
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={() => toggle(runId)}
      className="row -mx-1.5 flex w-[calc(100%+0.75rem)] items-center gap-2 rounded-control px-1.5 text-left text-muted hover:bg-hover"
    >
      <span className="inline-flex w-4 shrink-0 justify-center">
        <ChevronRight className={cx("size-3.5 text-faint transition-transform", open && "rotate-90")} aria-hidden />
      </span>
      <span className="tabular-nums">{steps} steps</span>
      {failed > 0 ? <span className="text-small text-removed tabular-nums">{failed} failed</span> : null}
    </button>
  );
}
