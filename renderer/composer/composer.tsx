import { useRef } from "react";
import type { Queue } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { useAgents, useApp, useChat } from "../stores/app.ts";
import { rememberChoice, runChoiceOf, type ChatChoice } from "../stores/choices.ts";
import { useAway } from "../stores/connection.ts";
import { drafts, outbox, useDraft, useOpenChat, useOutbox } from "../stores/open-chats.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import { isEmptyDraft, type PromptDraft } from "../stores/prompt-draft.ts";
import { toast } from "../ui/toast.tsx";
import { Attachments } from "./attachments.tsx";
import { contextOf } from "./context-of.ts";
import { ContextRing } from "./context-ring.tsx";
import { HandoverChip } from "./handover-chip.tsx";
import { OutlookChip } from "./outlook-chip.tsx";
import { Pickers } from "./pickers.tsx";
import { PolicyPicker } from "./policy-picker.tsx";
import { PromptField } from "./prompt-field.tsx";
import { QueueRows } from "./queue-rows.tsx";
import { readFiles } from "./read-files.ts";
import { ReturnedNote } from "./returned-note.tsx";
import { SendButtons } from "./send-buttons.tsx";
import { sendDraft } from "./send.ts";
import { useHandover } from "./use-handover.ts";
import { useOutlook } from "./use-outlook.ts";
import { usePromptHistory } from "./use-prompt-history.ts";
import type { OwnCommand } from "./command-groups.ts";

type Props = {
  session: Session;
  chatId: string;
  choice: ChatChoice;
  going: Run | null;
  queue: Queue;
  /** On their way to the core. */
  unsent: readonly OutboxItem[];
  ownCommands: readonly OwnCommand[];
  onSent: () => void;
  /** Escape was pressed once, and again stops the run. */
  escapeArmed: boolean;
  onEscape: () => void;
  onStop: () => void;
};

/** Where prompts are written. Send becomes Stop while a run goes, and Queue once something is written. */
export function Composer({
  session,
  chatId,
  choice,
  going,
  queue,
  unsent,
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
  const returned = useOutbox().find((item) => item.chatId === chatId && item.returned)?.returned ?? null;
  const history = usePromptHistory(chatId, field);
  const opened = useApp((state) => state.agentSessionsVersion[chatId] ?? 0);
  const version = `${going?.id ?? ""}:${going?.status ?? ""}:${agent?.status ?? ""}:${opened}`;
  const outlook = useOutlook(session.id, chatId, choice.agentId, version);
  const handover = useHandover(chatId, choice.agentId, version);
  const tellsMissed = useChat(chatId)?.handover ?? true;
  const context = useOpenChat(chatId, ({ turns }) => contextOf(turns, choice.agentId));
  const away = useAway();
  const empty = isEmptyDraft(draft);
  const change = (next: (before: PromptDraft) => PromptDraft): void => {
    history.leave();
    drafts.change(chatId, next);
  };

  function send(now = false): void {
    if (empty) return;
    rememberChoice(chatId, choice);
    history.leave();
    onSent();
    const waits = going !== null || unsent.some((item) => !item.queue);
    sendDraft(chatId, runChoiceOf(choice), waits ? (now ? "now" : "queue") : "send");
  }
  async function addFiles(files: File[]): Promise<void> {
    const { attachments, problems } = await readFiles(files, () => crypto.randomUUID());
    if (attachments.length > 0) change((before) => ({ ...before, attachments: [...before.attachments, ...attachments] }));
    for (const problem of problems) toast({ title: "Left out", detail: problem, tone: "failed" });
  }
  const remove = (id: string): void => change((before) => withoutAttachment(before, id));

  return (
    <div className="mx-auto w-full max-w-[calc(76ch+1.5rem)] px-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-prose tablet:px-3 tablet:pb-3">
      <div className="text-base">
        <QueueRows queue={queue} unsent={unsent.filter((item) => item.queue)} going={going !== null} />
        {returned ? (
          <ReturnedNote failure={returned} projectId={session.projectId} onDismiss={() => outbox.dismiss(chatId)} />
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
              chatId,
              agentId: choice.agentId,
              agentLabel: agent?.label ?? choice.agentId,
              told: agent?.options.commands ?? [],
              own: ownCommands,
            }}
            onChange={change}
            onFiles={(files) => void addFiles(files)}
            onSend={send}
            onEscape={onEscape}
            onHistory={(by) => history.step(by, empty)}
          />
          <Attachments
            attachments={draft.attachments}
            onRemove={remove}
            onInsert={(paste) =>
              change((before) => ({ ...withoutAttachment(before, paste.id), text: `${before.text}${paste.text}` }))
            }
          />
          <div className="flex items-center gap-1 p-1.5 pt-0">
            <div className="fade-overflow-x flex min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none]">
              <Pickers session={session} agents={agents} choice={choice} onChoose={(next) => rememberChoice(chatId, next)} />
              {outlook && !away ? <OutlookChip outlook={outlook} /> : null}
              {handover && !away ? (
                <HandoverChip chatId={chatId} agentLabel={agent?.label ?? choice.agentId} handover={handover} on={tellsMissed} />
              ) : null}
            </div>
            {/* Always in sight, whatever else there is no room for. */}
            <PolicyPicker session={session} agent={agent} modeId={choice.byAgent[choice.agentId]?.modeId ?? null} />
            <span className="flex-1" />
            {context ? <ContextRing {...context} /> : null}
            <SendButtons going={going !== null} empty={empty} escapeArmed={escapeArmed} onSend={send} onStop={onStop} />
          </div>
        </div>
      </div>
    </div>
  );
}

function withoutAttachment(draft: PromptDraft, id: string): PromptDraft {
  return { ...draft, attachments: draft.attachments.filter((one) => one.id !== id) };
}
