import { FileText, MessageSquare, SquareTerminal } from "lucide-react";
import { useId, type ReactNode } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { promptText, type ContentBlock } from "../../shared/prompt.ts";
import { boundText, mostDrawn, type Bounds } from "../markdown/bound-text.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import { useOpened } from "./timeline-actions.ts";
import { clockText } from "./format.ts";

const folded: Bounds = { maxLines: 14, maxChars: 2_000 };

/** What the person wrote, with what they gave along; folded where it is long. */
export function PromptRow({ rowKey, turn }: { rowKey: string; turn: Turn }): React.JSX.Element {
  const { prompt, createdAt } = turn.run;
  return (
    <PromptSection rowKey={rowKey} prompt={prompt} createdAt={createdAt}>
      <span className="opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 touch:opacity-100">
        <CopyButton label="Copy prompt" text={() => promptText(prompt)} />
      </span>
    </PromptSection>
  );
}

type SectionProps = { rowKey: string; prompt: ContentBlock[]; createdAt: string; children: ReactNode };

export function PromptSection({ rowKey, prompt, createdAt, children }: SectionProps): React.JSX.Element {
  const [open, toggle] = useOpened(rowKey);
  const id = useId();
  const isLong = boundText(promptText(prompt), folded).hiddenChars > 0;
  return (
    <section aria-label="Your prompt" className="group/turn pt-6 pb-1">
      <header className="flex h-6 items-center gap-1.5 text-small text-muted">
        <span className="font-semibold text-text">You</span>
        <span aria-hidden>·</span>
        <time dateTime={createdAt}>{clockText(createdAt)}</time>
        <span className="flex-1" />
        {children}
      </header>
      <div className="border-l-2 border-line-strong pl-3 text-prose">
        <div
          id={id}
          className={cx(
            isLong && !open && "max-h-[19.25rem] overflow-hidden [mask-image:linear-gradient(black_calc(100%-3rem),transparent)]",
          )}
        >
          <Blocks blocks={prompt} bounds={isLong && !open ? folded : mostDrawn} />
        </div>
        {isLong ? (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={toggle}
            className="row -ml-1.5 rounded-control px-1.5 text-small text-muted hover:bg-hover hover:text-text"
          >
            {open ? "Show less" : "Show all"}
          </button>
        ) : null}
      </div>
    </section>
  );
}

type Piece =
  | { kind: "words"; blocks: Extract<ContentBlock, { type: "text" | "mention" }>[] }
  | { kind: "part"; block: Exclude<ContentBlock, { type: "text" | "mention" }> };

function Blocks({ blocks, bounds }: { blocks: readonly ContentBlock[]; bounds: Bounds }): React.JSX.Element {
  return (
    <div className="flex flex-col gap-2">
      {piecesOf(blocks).map((piece, index) =>
        piece.kind === "words" ? (
          <Words key={index} blocks={piece.blocks} bounds={bounds} />
        ) : (
          <Part key={index} block={piece.block} />
        ),
      )}
    </div>
  );
}

/** Text and mentions flow together; everything else stands by itself. */
function piecesOf(blocks: readonly ContentBlock[]): Piece[] {
  const pieces: Piece[] = [];
  for (const block of blocks) {
    const last = pieces.at(-1);
    if (block.type !== "text" && block.type !== "mention") pieces.push({ kind: "part", block });
    else if (last?.kind === "words") last.blocks.push(block);
    else pieces.push({ kind: "words", blocks: [block] });
  }
  return pieces;
}

function Words({
  blocks,
  bounds,
}: {
  blocks: Extract<Piece, { kind: "words" }>["blocks"];
  bounds: Bounds;
}): React.JSX.Element | null {
  if (blocks.every((block) => block.type === "text")) {
    const text = blocks
      .map((block) => block.text)
      .join("\n")
      .trim();
    if (text === "") return null;
    // What is folded is cut here too, so that a book of a prompt isn't laid out only to be hidden.
    return bounds === folded ? <Plain text={boundText(text, folded).text} /> : <PlainText text={text} bounds={bounds} />;
  }
  return (
    <p className="selectable break-words whitespace-pre-wrap">
      {blocks.map((block, index) =>
        block.type === "text" ? (
          <Visible key={index} text={boundText(block.text, mostDrawn).text} />
        ) : (
          <code key={index} className="rounded-mark bg-accent-soft px-1 break-all">
            @<Visible text={block.path} />
          </code>
        ),
      )}
    </p>
  );
}

function Plain({ text }: { text: string }): React.JSX.Element {
  return (
    <p className="selectable break-words whitespace-pre-wrap">
      <Visible text={text} />
    </p>
  );
}

function Part({ block }: { block: Extract<Piece, { kind: "part" }>["block"] }): React.JSX.Element {
  switch (block.type) {
    case "image":
      return (
        <img
          src={`data:${block.mimeType};base64,${block.data}`}
          alt="What you gave along"
          className="max-h-48 w-fit max-w-full rounded-control border border-line"
        />
      );
    case "selection":
      return (
        <Given
          icon={<FileText className="size-3.5" aria-hidden />}
          title={`${block.path}:${block.startLine}–${block.endLine}`}
          text={block.text}
        />
      );
    case "comment":
      return (
        <Given
          icon={<MessageSquare className="size-3.5" aria-hidden />}
          title={`${block.path}:${block.line}`}
          text={`${block.excerpt}\n\n${block.text}`}
        />
      );
    case "terminal":
      return <Given icon={<SquareTerminal className="size-3.5" aria-hidden />} title={block.title} text={block.text} />;
  }
}

function Given({ icon, title, text }: { icon: React.ReactNode; title: string; text: string }): React.JSX.Element {
  return (
    <details className="rounded-control border border-line">
      <summary className="row flex items-center gap-2 px-2 text-small text-muted hover:bg-hover">
        {icon}
        <code className="min-w-0 truncate">
          <Visible text={title} />
        </code>
      </summary>
      <PlainText text={text} mono className="border-t border-line" />
    </details>
  );
}
