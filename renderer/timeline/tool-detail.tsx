import { CopyButton } from "../markdown/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";
import { TerminalOutput } from "../output/terminal-output.tsx";
import { DiffView } from "./diff-view.tsx";
import type { ToolItem } from "./rows.ts";
import { useTimelineActions } from "./timeline-actions.ts";
import { commandOf, pathBelow } from "./tool-line.ts";
import { saysOnlyExit } from "./tool-time.ts";

/** What a tool call did: its changes, else the command with its output, else what went in and came out. */
export function ToolDetail({ item }: { item: ToolItem }): React.JSX.Element {
  const { root } = useTimelineActions();
  const { tool, error } = item;
  const command = tool.kind === "execute" ? commandOf(tool.input) : null;
  const output = tool.output?.trimEnd() ?? "";
  const input = command === null && tool.diff.length === 0 ? inputText(tool.input) : null;
  // Of a failed command the reason is often the beginning of what it wrote.
  const isInOutput = tool.diff.length === 0 && output.startsWith(error?.message.trim() ?? "");
  const reason = error && !saysOnlyExit(error.message) && !isInOutput ? error.message : null;
  const { exitCode: _, ...diagnostics } = error?.diagnostics ?? {};
  const isEmpty = tool.diff.length === 0 && command === null && output === "" && input === null && !error;
  return (
    <div className="mt-0.5 mb-2 ml-6 overflow-hidden rounded-control border border-line bg-panel">
      {error ? (
        <div className="border-b border-line px-2.5 py-2 last:border-b-0">
          <code className="text-small text-removed">{error.code}</code>
          {reason === null ? null : (
            <p className="selectable break-words whitespace-pre-wrap">
              <Visible text={reason} />
            </p>
          )}
          {Object.keys(diagnostics).length > 0 ? (
            <PlainText text={JSON.stringify(diagnostics, null, 2)} mono className="-mx-2.5 mt-1 text-muted" />
          ) : null}
        </div>
      ) : null}
      {tool.diff.map((diff) => (
        <DiffView
          key={diff.path}
          diff={diff}
          title={pathBelow(root, diff.path)}
          titled={tool.diff.length > 1 || tool.kind !== "edit"}
        />
      ))}
      {command ? (
        <div className="group/command flex items-start border-b border-line last:border-b-0">
          <pre className="selectable min-w-0 flex-1 px-2.5 py-2 break-words whitespace-pre-wrap">
            <span aria-hidden className="text-faint select-none">
              ${" "}
            </span>
            <Visible text={command} />
          </pre>
          <CopyButton
            label="Copy command"
            text={() => command}
            className="m-1 opacity-0 group-focus-within/command:opacity-100 group-hover/command:opacity-100 touch:opacity-100"
          />
        </div>
      ) : null}
      {input ? <PlainText text={input} mono className="border-b border-line text-muted last:border-b-0" /> : null}
      {output !== "" && tool.diff.length === 0 ? <TerminalOutput text={output} /> : null}
      <WholeFile what="output" file={tool.outputFile} />
      <WholeFile what="input" file={tool.inputFile} />
      <WholeFile what="change" file={tool.diffFile} />
      {isEmpty ? (
        <p className="px-2.5 py-1.5 text-small text-muted">{item.endedAt ? "It told nothing more." : "Nothing to show yet."}</p>
      ) : null}
    </div>
  );
}

/** Where all of something is that is too long for the timeline. */
function WholeFile({ what, file }: { what: string; file: string | undefined }): React.JSX.Element | null {
  if (file === undefined) return null;
  return (
    <p className="border-t border-line px-2.5 py-1.5 text-small text-muted">
      The {what} was cut at 64 KB. All of it: <code className="selectable break-all">{file}</code>
    </p>
  );
}

/** What the agent put in, if it says more than the row does. */
function inputText(input: unknown): string | null {
  if (input === undefined || input === null) return null;
  if (typeof input === "string") return input.trim() === "" ? null : input;
  if (typeof input === "object" && Object.keys(input).length === 0) return null;
  return JSON.stringify(input, null, 2);
}
