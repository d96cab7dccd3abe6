import type { ToolDiff } from "../../shared/run-event.ts";
import { LinesView } from "../diff/lines-view.tsx";
import { useLineDiff } from "../diff/use-line-diff.ts";
import { Visible } from "../markdown/visible.tsx";
import { Count } from "../ui/count.tsx";

/** One file's change, under its name where there are several. */
export function DiffView({ diff, title, titled }: { diff: ToolDiff; title: string; titled: boolean }): React.JSX.Element {
  return (
    <div className="border-b border-line last:border-b-0">
      {titled ? (
        <div className="flex h-7 items-center gap-2 border-b border-line px-2.5">
          <code className="min-w-0 flex-1 truncate">
            <Visible text={title} />
          </code>
          <DiffCount diff={diff} />
        </div>
      ) : null}
      <LinesView diff={diff} title={title} />
    </div>
  );
}

/** How many lines came and went; nothing where that isn't known. */
export function DiffCount({ diff }: { diff: ToolDiff }): React.JSX.Element | null {
  const found = useLineDiff(diff);
  return found?.lines ? <Count additions={found.additions} deletions={found.deletions} /> : null;
}
