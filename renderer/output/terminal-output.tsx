import { useMemo, useState, type CSSProperties, type ReactNode } from "react";
import type { BoundedText } from "../markdown/bound-text.ts";
import { SafeLink } from "../markdown/safe-link.tsx";
import { ShowMore } from "../markdown/show-more.tsx";
import { Visible } from "../markdown/visible.tsx";
import "./ansi.css";
import { plainLook, type Look } from "./terminal-look.ts";
import { terminalLines, type OutputLine, type OutputRun } from "./terminal-text.ts";

const atFirst = 40;
const atMost = 5_000;
const longestLine = 4_000;

/** What a program wrote, as a terminal would leave it: with its colours and links, without what it wrote over. */
export function TerminalOutput({ text }: { text: string }): React.JSX.Element {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => withoutEmptyEnd(terminalLines(text)), [text]);
  const shown = lines.slice(0, all ? atMost : atFirst);
  return (
    <div>
      <pre tabIndex={0} className="selectable px-2.5 py-2 break-words whitespace-pre-wrap -outline-offset-2">
        <OutputLines lines={shown} />
      </pre>
      <ShowMore bounded={boundedOf(lines.slice(shown.length))} shownAll={all} onShowAll={() => setAll(true)} />
    </div>
  );
}

/** The lines as they are, one below the other. */
export function OutputLines({ lines }: { lines: readonly OutputLine[] }): ReactNode {
  return lines.map((line, index) => <Line key={index} line={line} />);
}

function boundedOf(left: readonly OutputLine[]): BoundedText {
  return { text: "", hiddenLines: left.length, hiddenChars: left.length };
}

function withoutEmptyEnd(lines: OutputLine[]): OutputLine[] {
  return lines.slice(0, lines.findLastIndex((line) => line.length > 0) + 1);
}

function Line({ line }: { line: OutputLine }): ReactNode {
  let left = longestLine;
  const drawn: ReactNode[] = [];
  for (const [index, run] of line.entries()) {
    if (left <= 0) break;
    drawn.push(<Run key={index} run={{ ...run, text: run.text.slice(0, left) }} />);
    left -= run.text.length;
  }
  return (
    <>
      {drawn}
      {left < 0 ? <span className="text-faint"> … {-left} more characters</span> : null}
      {"\n"}
    </>
  );
}

function Run({ run: { text, look } }: { run: OutputRun }): React.JSX.Element {
  const shown = <Visible text={text} />;
  if (look === plainLook) return shown;
  return (
    <span style={styleOf(look)}>
      {look.link === null ? (
        shown
      ) : (
        <SafeLink address={look.link} text={text}>
          {shown}
        </SafeLink>
      )}
    </span>
  );
}

function styleOf(look: Look): CSSProperties {
  const color = look.color === null ? null : `var(--ansi-${look.color})`;
  const background = look.background === null ? null : `color-mix(in oklch, var(--ansi-${look.background}) 22%, transparent)`;
  const lines = [look.underline && "underline", look.strike && "line-through"].filter((line) => line !== false);
  return {
    ...(color ? { color } : {}),
    ...(look.inverse ? { background: "var(--color-selected)" } : background ? { background } : {}),
    ...(look.bold ? { fontWeight: 600 } : {}),
    ...(look.dim && !color ? { color: "var(--color-muted)" } : {}),
    ...(look.italic ? { fontStyle: "italic" } : {}),
    ...(lines.length > 0 ? { textDecoration: lines.join(" ") } : {}),
  };
}
