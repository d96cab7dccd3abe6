import { SquareTerminal, WrapText } from "lucide-react";
import { memo, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { boundText, mostDrawn, type Bounds } from "./bound-text.ts";
import { useCodeActions } from "./code-actions.ts";
import "./code.css";
import { useColouredLines } from "./coloured-lines.ts";
import { CopyButton } from "./copy-button.tsx";
import type { CodeToken } from "./highlight-protocol.ts";
import { ShowMore } from "./show-more.tsx";
import { useHighlight } from "./use-highlight.ts";
import { Visible } from "./visible.tsx";

const first: Bounds = { maxLines: 120, maxChars: 16_000 };

type Props = { code: string; lang: string; live: boolean };

/** A fenced block: its language, wrap and copy on top; long ones cut, with a way to the rest. `live`: it still grows. */
export const CodeBlock = memo(function CodeBlock({ code, lang, live }: Props): React.JSX.Element {
  const [wrap, setWrap] = useState(false);
  const [all, setAll] = useState(false);
  const latest = useRef(code);
  useLayoutEffect(() => void (latest.current = code), [code]);
  const bounded = boundText(code, all ? mostDrawn : first);
  return (
    <div className="code-block group/code overflow-hidden rounded-control border border-line bg-panel">
      <CodeHead code={latest} lang={lang} wrap={wrap} onWrap={setWrap} />
      <pre
        tabIndex={0}
        aria-label={`Code, ${lang === "" ? "text" : lang}`}
        className={cx("selectable overflow-x-auto px-2.5 py-2 -outline-offset-2", wrap && "break-words whitespace-pre-wrap")}
      >
        <CodeLines code={bounded.text} lang={lang} live={live && bounded.hiddenChars === 0} />
      </pre>
      <ShowMore bounded={bounded} shownAll={all} onShowAll={() => setAll(true)} />
    </div>
  );
});

type HeadProps = { code: RefObject<string>; lang: string; wrap: boolean; onWrap: (wrap: boolean) => void };

/** Not drawn anew as the code grows. */
const CodeHead = memo(function CodeHead({ code, lang, wrap, onWrap }: HeadProps): React.JSX.Element {
  const { insertInTerminal } = useCodeActions();
  return (
    <div className="flex h-7 items-center gap-1 border-b border-line pr-1 pl-2.5">
      <span className="min-w-0 flex-1 truncate text-small text-faint">{lang === "" ? "text" : lang}</span>
      <div className="flex opacity-0 transition-opacity group-focus-within/code:opacity-100 group-hover/code:opacity-100 touch:opacity-100">
        <IconButton label="Wrap lines" pressed={wrap} small onClick={() => onWrap(!wrap)}>
          <WrapText className="size-3.5" aria-hidden />
        </IconButton>
        {insertInTerminal ? (
          <IconButton label="Insert in terminal, without running it" small onClick={() => insertInTerminal(code.current)}>
            <SquareTerminal className="size-3.5" aria-hidden />
          </IconButton>
        ) : null}
        <CopyButton label="Copy code" text={() => code.current} />
      </div>
    </div>
  );
});

/** The lines of a code, coloured once it has ended. The same as long as they are, whatever comes behind what is shown. */
const CodeLines = memo(function CodeLines({ code, lang, live }: Props): React.JSX.Element {
  const tokens = useHighlight(code, lang, live);
  const coloured = useColouredLines(tokens);
  return (
    <code dir="ltr">
      {code.split("\n").map((line, index) => (
        <CodeLine key={index} line={line} tokens={index < coloured ? tokens?.[index] : undefined} />
      ))}
    </code>
  );
});

const CodeLine = memo(function CodeLine({ line, tokens }: { line: string; tokens: CodeToken[] | undefined }): React.JSX.Element {
  return (
    <>
      {tokens ? tokens.map((token, index) => <TokenRun key={index} token={token} />) : <Visible text={line} />}
      {"\n"}
    </>
  );
});

function TokenRun({ token: { text, kind } }: { token: CodeToken }): React.JSX.Element {
  if (kind === null) return <Visible text={text} />;
  return (
    <span data-code={kind}>
      <Visible text={text} />
    </span>
  );
}
