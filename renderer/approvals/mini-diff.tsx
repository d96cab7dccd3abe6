import { structuredPatch } from "diff";
import type { ToolDiff } from "../../shared/run-event.ts";
import { cx } from "../ui/cx.ts";
import { Visible } from "../markdown/visible.tsx";

const maxLines = 400;

type Line = { sign: "+" | "-" | " " | "@"; text: string };

/** The change as unified lines, for reading before a decision; all of it up to 400 lines, then how many more. */
export function MiniDiff({ diff }: { diff: ToolDiff }): React.JSX.Element {
  const lines = linesOf(diff);
  const rest = lines.length - maxLines;
  return (
    <div className="selectable max-h-56 overflow-y-auto py-1 font-mono text-code">
      {/* Lines wrap: nothing may hide to the right of what is seen. */}
      <div>
        {lines.slice(0, maxLines).map((line, index) => (
          <div
            key={index}
            className={cx(
              "relative min-h-[1lh] pr-2 pl-7 break-all whitespace-pre-wrap",
              line.sign === "+" && "bg-added-soft",
              line.sign === "-" && "bg-removed-soft",
              line.sign === "@" && "text-faint",
            )}
          >
            <span
              aria-hidden
              className={cx(
                "absolute left-2 select-none",
                line.sign === "+" && "text-added",
                line.sign === "-" && "text-removed",
              )}
            >
              {line.sign === "-" ? "−" : line.sign === "@" ? "" : line.sign}
            </span>
            <Visible text={line.text} />
          </div>
        ))}
        {rest > 0 ? <div className="px-2 text-muted">… {rest} more lines. Open the changes to read all of it.</div> : null}
      </div>
    </div>
  );
}

function linesOf(diff: ToolDiff): Line[] {
  const patch = structuredPatch(diff.path, diff.path, diff.oldText ?? "", diff.newText, undefined, undefined, { context: 3 });
  return patch.hunks.flatMap((hunk, index) => [
    ...(index > 0 || hunk.oldStart > 1 ? [{ sign: "@" as const, text: `line ${hunk.newStart}` }] : []),
    ...hunk.lines.filter((line) => !line.startsWith("\\")).map((line): Line => ({ sign: signOf(line), text: line.slice(1) })),
  ]);
}

function signOf(line: string): Line["sign"] {
  return line.startsWith("+") ? "+" : line.startsWith("-") ? "-" : " ";
}
