import { ArrowUp, ListEnd, Square } from "lucide-react";
import { useRef, useState } from "react";
import type { Queue, Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { useAgents } from "../stores/app.ts";
import { rememberChoice, runChoiceOf, type ChatChoice } from "../stores/choices.ts";
import { drafts, useDraft } from "../stores/open-chats.ts";
import { emptyDraft, fromBlocks, isEmptyDraft, type PromptDraft } from "../stores/prompt-draft.ts";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { toast } from "../ui/toast.tsx";
import { Attachments } from "./attachments.tsx";
import { OutlookChip } from "./outlook-chip.tsx";
import { Pickers } from "./pickers.tsx";
import { PromptField } from "./prompt-field.tsx";
import { QueueRows } from "./queue-rows.tsx";
import { readFiles } from "./read-files.ts";
import { ReturnedNote } from "./returned-note.tsx";
import { sendDraft, type Returned } from "./send.ts";
import { useOutlook } from "./use-outlook.ts";
import type { OwnCommand } from "./use-suggestions.ts";

type Props = {
  session: Session;
  chatId: string;
  choice: ChatChoice;
  going: Run | null;
  queue: Queue;
  /** Their prompts are the history. */
  turns: readonly Turn[];
  ownCommands: readonly OwnCommand[];
  onSent: () => void;
  /** Escape was pressed once, and again stops the run. */
  escapeArmed: boolean;
  /** False where there is nothing to stop. */
  onEscape: () => boolean;
  onStop: () => void;
};

/** Where prompts are written. Send becomes Stop while a run goes, and Queue once something is written. */
export function Composer({
  session,
  chatId,
  choice,
  going,
  queue,
  turns,
  ownCommands,
  onSent,
  escapeArmed,
  onEscape,
  onStop,
}: Props): React.JSX.Element {
  const { draft } = useDraft(chatId);
  const agents = useAgents();
  const agent = agents.find((one) => one.id === choice.agentId);
  const field = useRef<HTMLTextAreaElement>(null);
  const [returned, setReturned] = useState<Returned | null>(null);
  const [place, setPlace] = useState(-1);
  const outlook = useOutlook(
    session.id,
    chatId,
    choice.agentId,
    `${going?.id ?? ""}:${going?.status ?? ""}:${agent?.status ?? ""}`,
  );
  const empty = isEmptyDraft(draft);
  const change = (next: (before: PromptDraft) => PromptDraft): void => {
    setPlace(-1);
    drafts.change(chatId, next);
  };

  async function send(): Promise<void> {
    if (empty) return;
    rememberChoice(chatId, choice);
    setPlace(-1);
    setReturned(null);
    onSent();
    setReturned(await sendDraft({ chatId, choice: runChoiceOf(choice), queue: going !== null, returned }));
  }
  /** Only from an empty field or while going through history, so that nothing written is lost. */
  function onHistory(by: 1 | -1): boolean {
    const next = place - by;
    if ((place === -1 && !empty) || next >= turns.length || next < -1) return false;
    setPlace(next);
    const blocks = next === -1 ? undefined : turns.at(-1 - next)?.run.prompt;
    const shown = blocks ? fromBlocks(blocks, () => crypto.randomUUID()) : emptyDraft;
    drafts.change(chatId, () => shown);
    requestAnimationFrame(() => field.current?.setSelectionRange(shown.text.length, shown.text.length));
    return true;
  }
  async function addFiles(files: File[]): Promise<void> {
    const { attachments, problems } = await readFiles(files, () => crypto.randomUUID());
    if (attachments.length > 0) change((before) => ({ ...before, attachments: [...before.attachments, ...attachments] }));
    for (const problem of problems) toast({ title: "Left out", detail: problem, tone: "failed" });
  }

  return (
    <div className="mx-auto w-full max-w-[calc(76ch+1.5rem)] px-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-prose tablet:px-3 tablet:pb-3">
      <div className="text-base">
        <QueueRows queue={queue} />
        {returned ? (
          <ReturnedNote failure={returned.failure} projectId={session.projectId} onDismiss={() => setReturned(null)} />
        ) : null}
        <div
          onDragOver={(event) => event.dataTransfer.types.includes("Files") && event.preventDefault()}
          onDrop={(event) => {
            if (event.dataTransfer.files.length === 0) return;
            event.preventDefault();
            void addFiles([...event.dataTransfer.files]);
          }}
          className="rounded-card border border-line-strong bg-raised transition-colors [anchor-name:--composer] focus-within:border-accent/70"
        >
          <PromptField
            field={field}
            draft={draft}
            placeholder={going ? "Queue a prompt" : "Ask, @ to mention, / for commands"}
            sources={{
              sessionId: session.id,
              agentLabel: agent?.label ?? choice.agentId,
              commands: agent?.options.commands ?? [],
              own: ownCommands,
            }}
            onChange={change}
            onFiles={(files) => void addFiles(files)}
            onSend={() => void send()}
            onEscape={() => onEscape() || field.current?.blur()}
            onHistory={onHistory}
          />
          <Attachments
            attachments={draft.attachments}
            onRemove={(id) => change((before) => ({ ...before, attachments: before.attachments.filter((one) => one.id !== id) }))}
            onInsert={(paste) =>
              change((before) => ({
                ...before,
                text: `${before.text}${paste.text}`,
                attachments: before.attachments.filter((one) => one.id !== paste.id),
              }))
            }
          />
          <div className="flex items-center gap-1 p-1.5 pt-0">
            <div className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto scroll-fade-x [--fade-right:1rem] [scrollbar-width:none]">
              <Pickers session={session} agents={agents} choice={choice} onChoose={(next) => rememberChoice(chatId, next)} />
              {outlook ? <OutlookChip outlook={outlook} /> : null}
            </div>
            {escapeArmed ? (
              <span role="status" className="shrink-0 text-small text-muted">
                Esc again to stop
              </span>
            ) : null}
            {going && !empty ? (
              <IconButton label="Stop" shortcut="Escape Escape" onClick={onStop}>
                <Square className="size-3 fill-current" aria-hidden />
              </IconButton>
            ) : null}
            <MainButton going={going !== null} empty={empty} onSend={() => void send()} onStop={onStop} />
          </div>
        </div>
      </div>
    </div>
  );
}

type MainProps = { going: boolean; empty: boolean; onSend: () => void; onStop: () => void };

/** The one filled button of the composer. */
function MainButton({ going, empty, onSend, onStop }: MainProps): React.JSX.Element {
  const stops = going && empty;
  return (
    <IconButton
      label={stops ? "Stop" : going ? "Queue" : "Send"}
      shortcut={stops ? "Escape Escape" : "Enter"}
      disabled={!going && empty}
      onClick={stops ? onStop : onSend}
      className={cx("bg-accent! text-on-accent! hover:not-disabled:opacity-90")}
    >
      {stops ? (
        <Square className="size-3 fill-current" aria-hidden />
      ) : going ? (
        <ListEnd className="size-4" aria-hidden />
      ) : (
        <ArrowUp className="size-4" aria-hidden />
      )}
    </IconButton>
  );
}
