import { useState } from "react";
import type { ToolDiff } from "../../shared/run-event.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { Visible } from "../markdown/visible.tsx";
import { Count } from "../ui/count.tsx";
import { cx } from "../ui/cx.ts";
import { lineDiff, type DiffLine } from "./diff-lines.ts";

const atFirst = 120;
const atMost = 3_000;
const longestLine = 1_000;

/** One file's change as unified lines. */
export function DiffView({ diff, title, titled }: { diff: ToolDiff; title: string; titled: boolean }): React.JSX.Element {
  const [all, setAll] = useState(false);
  const { lines, additions, deletions } = lineDiff(diff);
  const shown = lines?.slice(0, all ? atMost : atFirst);
  const left = (lines?.length ?? 0) - (shown?.length ?? 0);
  return (
    <div className="border-b border-line last:border-b-0">
      {titled ? (
        <div className="flex h-7 items-center gap-2 border-b border-line px-2.5">
          <code className="min-w-0 flex-1 truncate">
            <Visible text={title} />
          </code>
          <Count additions={additions} deletions={deletions} />
        </div>
      ) : null}
      {shown ? (
        <div className="overflow-x-auto bg-canvas py-1" tabIndex={0} role="group" aria-label={`Changes in ${visibleText(title)}`}>
          <div className="w-max min-w-full font-mono text-code">
            {shown.map((line, index) => (
              <Line key={index} line={line} />
            ))}
          </div>
        </div>
      ) : (
        <p className="px-2.5 py-1.5 text-small text-muted">Too large to compare here. The changes tab shows it.</p>
      )}
      {lines?.length === 0 ? <p className="px-2.5 pb-1.5 text-small text-muted">Nothing changed.</p> : null}
      {left > 0 ? (
        <button
          type="button"
          disabled={all}
          aria-expanded={all}
          onClick={() => setAll(true)}
          className="row w-full border-t border-line px-2.5 text-left text-small text-muted -outline-offset-2 not-disabled:hover:bg-hover"
        >
          {all ? `${left} more lines: the changes tab shows them` : `Show ${left} more lines`}
        </button>
      ) : null}
    </div>
  );
}

const signs = { added: "+", removed: "−", context: " " };

function Line({ line }: { line: DiffLine }): React.JSX.Element {
  if (line.kind === "gap") return <div className="px-2.5 py-0.5 text-small text-faint select-none">{line.text}</div>;
  const cut = line.text.length > longestLine;
  return (
    <div
      className={cx(
        "flex min-h-[1lh] pr-2.5 whitespace-pre",
        line.kind === "added" && "bg-added-soft",
        line.kind === "removed" && "bg-removed-soft",
      )}
    >
      <span aria-hidden className="w-10 shrink-0 pr-2 text-right text-faint select-none">
        {line.newNumber ?? line.oldNumber}
      </span>
      <span
        className={cx(
          "w-4 shrink-0 select-none",
          line.kind === "added" && "text-added",
          line.kind === "removed" && "text-removed",
        )}
      >
        {signs[line.kind]}
      </span>
      <span className="selectable">
        <Visible text={cut ? line.text.slice(0, longestLine) : line.text} />
        {cut ? <span className="text-faint"> … {line.text.length - longestLine} more characters</span> : null}
      </span>
    </div>
  );
}
