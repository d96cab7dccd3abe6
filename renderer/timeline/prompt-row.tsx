import { FileText, MessageSquare, SquareTerminal } from "lucide-react";
import type { Turn } from "../../shared/contract/chats.ts";
import { promptText, type ContentBlock } from "../../shared/prompt.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";
import { clockText } from "./words.ts";

const promptBounds = { maxLines: 16, maxChars: 3_000 };

/** What the person wrote, with what they gave along. */
export function PromptRow({ turn }: { turn: Turn }): React.JSX.Element {
  const { run } = turn;
  return (
    <section aria-label="Your prompt" className="group/turn pt-6 pb-1">
      <header className="flex h-6 items-center gap-1.5 text-small text-muted">
        <span className="font-semibold text-text">You</span>
        <span aria-hidden>·</span>
        <time dateTime={run.createdAt}>{clockText(run.createdAt)}</time>
        <span className="flex-1" />
        <span className="opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 touch:opacity-100">
          <CopyButton label="Copy prompt" text={() => promptText(run.prompt)} />
        </span>
      </header>
      <div className="rounded-card border border-line bg-panel px-3 py-2 text-prose">
        <Blocks blocks={run.prompt} />
      </div>
    </section>
  );
}

type Piece = { kind: "words"; blocks: Extract<ContentBlock, { type: "text" | "mention" }>[] } | { kind: "part"; block: Exclude<ContentBlock, { type: "text" | "mention" }> };

function Blocks({ blocks }: { blocks: readonly ContentBlock[] }): React.JSX.Element {
  return (
    <div className="flex flex-col gap-2">
      {piecesOf(blocks).map((piece, index) => (piece.kind === "words" ? <Words key={index} blocks={piece.blocks} /> : <Part key={index} block={piece.block} />))}
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

function Words({ blocks }: { blocks: Extract<Piece, { kind: "words" }>["blocks"] }): React.JSX.Element | null {
  if (blocks.every((block) => block.type === "text")) {
    const text = blocks.map((block) => block.text).join("\n").trim();
    return text === "" ? null : <PlainText text={text} bounds={promptBounds} />;
  }
  return (
    <p className="selectable break-words whitespace-pre-wrap">
      {blocks.map((block, index) =>
        block.type === "text" ? (
          <Visible key={index} text={block.text.slice(0, promptBounds.maxChars * 4)} />
        ) : (
          <code key={index} className="rounded-mark bg-accent-soft px-1 break-all">
            @<Visible text={block.path} />
          </code>
        ),
      )}
    </p>
  );
}

function Part({ block }: { block: Extract<Piece, { kind: "part" }>["block"] }): React.JSX.Element {
  switch (block.type) {
    case "image":
      return <img src={`data:${block.mimeType};base64,${block.data}`} alt="What you gave along" className="max-h-48 w-fit max-w-full rounded-control border border-line" />;
    case "selection":
      return <Given icon={<FileText className="size-3.5" aria-hidden />} title={`${block.path}:${block.startLine}–${block.endLine}`} text={block.text} />;
    case "comment":
      return <Given icon={<MessageSquare className="size-3.5" aria-hidden />} title={`${block.path}:${block.line}`} text={`${block.excerpt}\n\n${block.text}`} />;
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
