import { useState } from "react";
import type { ToolDiff } from "../../shared/run-event.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import type { DiffLine } from "./line-diff.ts";
import { useLineDiff } from "./use-line-diff.ts";

const atFirst = 120;
const atMost = 3_000;
const longestLine = 1_000;

type Props = {
  diff: ToolDiff;
  title: string;
  /** Lines wrap, and none is cut: nothing may hide to the right of what is seen. */
  wrap?: boolean;
};

/** One file's change as unified lines; both texts where they can't be compared. */
export function LinesView({ diff, title, wrap = false }: Props): React.JSX.Element {
  const [all, setAll] = useState(false);
  const found = useLineDiff(diff);
  if (found === null) return <Skeleton rows={3} className="p-2" label="Comparing the texts" />;
  const { lines } = found;
  if (lines === null) return <BothTexts diff={diff} />;
  if (lines.length === 0) return <p className="px-2.5 py-1.5 text-small text-muted">Nothing changed.</p>;
  const shown = lines.slice(0, all ? atMost : atFirst);
  const left = lines.length - shown.length;
  return (
    <>
      <div
        className={cx("bg-canvas py-1", !wrap && "overflow-x-auto")}
        tabIndex={0}
        role="group"
        aria-label={`Changes in ${visibleText(title)}`}
      >
        <div className={cx("font-mono text-code", !wrap && "w-max min-w-full")}>
          {shown.map((line, index) => (
            <Line key={index} line={line} wrap={wrap} />
          ))}
        </div>
      </div>
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
    </>
  );
}

/** What can't be compared in a moment is shown as it was and as it becomes. */
function BothTexts({ diff: { oldText, newText, cut } }: { diff: ToolDiff }): React.JSX.Element {
  return (
    <div className="bg-canvas">
      <p className="px-2.5 py-1.5 text-small text-muted">
        {cut ? "Only the beginning of the texts is here." : "Too different to compare line by line: the texts before and after."}
      </p>
      {oldText === null || oldText === "" ? null : (
        <PlainText text={oldText} mono className="border-t border-line bg-removed-soft" />
      )}
      {newText === "" ? null : <PlainText text={newText} mono className="border-t border-line bg-added-soft" />}
    </div>
  );
}

const signs = { added: "+", removed: "−", context: " " };

function Line({ line, wrap }: { line: DiffLine; wrap: boolean }): React.JSX.Element {
  if (line.kind === "gap") return <div className="px-2.5 py-0.5 text-small text-faint select-none">{line.text}</div>;
  const cut = !wrap && line.text.length > longestLine;
  return (
    <div
      className={cx(
        "flex min-h-[1lh] pr-2.5",
        wrap ? "break-all whitespace-pre-wrap" : "whitespace-pre",
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
      <span className="selectable min-w-0">
        <Visible text={cut ? line.text.slice(0, longestLine) : line.text} />
        {cut ? <span className="text-faint"> … {line.text.length - longestLine} more characters</span> : null}
      </span>
    </div>
  );
}
