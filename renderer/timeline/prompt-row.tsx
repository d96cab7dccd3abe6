import { History, PencilLine } from "lucide-react";
import { useId, type ReactNode } from "react";
import type { Turn } from "../../shared/contract/chats.ts";
import { promptText, type ContentBlock } from "../../shared/prompt.ts";
import { boundText, mostDrawn } from "../markdown/bound-text.ts";
import { CopyButton } from "../markdown/copy-button.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { folded, PromptBlocks } from "./prompt-blocks.tsx";
import { useOpened, useTimelineActions } from "./timeline-actions.ts";
import { clockText } from "./format.ts";

type PromptRowProps = { rowKey: string; run: Turn["run"]; before: string | null };

/** What the person wrote, with what they gave along; folded where it is long. */
export function PromptRow({ rowKey, run, before }: PromptRowProps): React.JSX.Element {
  const { prompt, createdAt } = run;
  const { editAgain, takeBack } = useTimelineActions();
  return (
    <PromptSection rowKey={rowKey} prompt={prompt} createdAt={createdAt}>
      <span className="flex opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 touch:opacity-100">
        <CopyButton label="Copy prompt" text={() => promptText(prompt)} />
        <IconButton label="Edit and send again" small onClick={() => editAgain(run)}>
          <PencilLine className="size-3.5" aria-hidden />
        </IconButton>
        {before === null ? null : (
          <IconButton label="Restore the files from before this prompt…" small onClick={() => takeBack(before)}>
            <History className="size-3.5" aria-hidden />
          </IconButton>
        )}
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
    <div role="group" aria-label="Your prompt" className="group/turn pt-6 pb-1">
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
          <PromptBlocks blocks={prompt} bounds={isLong && !open ? folded : mostDrawn} />
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
    </div>
  );
}
