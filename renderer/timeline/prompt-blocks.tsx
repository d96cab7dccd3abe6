import { FileText, MessageSquare, SquareTerminal } from "lucide-react";
import type { ContentBlock } from "../../shared/prompt.ts";
import { boundText, mostDrawn, type Bounds } from "../markdown/bound-text.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import { Visible } from "../markdown/visible.tsx";

export const folded: Bounds = { maxLines: 14, maxChars: 2_000 };

type Piece =
  | { kind: "words"; blocks: Extract<ContentBlock, { type: "text" | "mention" }>[] }
  | { kind: "part"; block: Exclude<ContentBlock, { type: "text" | "mention" }> };

/** What a prompt is made of. */
export function PromptBlocks({ blocks, bounds }: { blocks: readonly ContentBlock[]; bounds: Bounds }): React.JSX.Element {
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
