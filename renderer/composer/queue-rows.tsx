import { ArrowDown, ArrowUp, CornerRightUp, Pencil, X } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import type { Queue, QueueItem } from "../../shared/contract/chats.ts";
import { promptText } from "../../shared/prompt.ts";
import { callFailure, rpc } from "../rpc.ts";
import { outbox } from "../stores/open-chats.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import { fromBlocks, isEmptyDraft, toBlocks } from "../stores/prompt-draft.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Button } from "../ui/button.tsx";
import { NotSentYet } from "../ui/not-sent-yet.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { isComposing } from "../ui/is-composing.ts";
import { toast } from "../ui/toast.tsx";

/** Prompts that go out when their turn comes, in order; held ones wait for the person. */
export function QueueRows({
  queue,
  unsent,
  going,
}: {
  queue: Queue;
  unsent: readonly OutboxItem[];
  /** Whether a turn goes on, which a prompt could be sent in place of. */
  going: boolean;
}): React.JSX.Element | null {
  if (queue.items.length === 0 && unsent.length === 0) return null;
  const count = queue.items.length;
  return (
    <section aria-label="Queue" className="mx-2 overflow-hidden rounded-t-card border border-b-0 border-line bg-panel">
      {queue.held ? (
        <div className="flex items-center gap-2 border-b border-line py-0.5 pr-1 pl-2.5">
          <span className="min-w-0 flex-1 truncate text-small text-muted">
            {queue.reason === null ? "Held, because the last run didn’t complete" : `Held: ${queue.reason}`}
          </span>
          <Button
            variant="plain"
            onClick={() => void attempt(() => rpc.chats.queueRelease({ id: queue.chatId }))}
            className="text-accent"
          >
            Send now
          </Button>
        </div>
      ) : null}
      <ol>
        {queue.items.map((item, index) => (
          <QueueRow key={item.id} item={item} index={index} last={index === count - 1} going={going} />
        ))}
        {unsent.map((item) => (
          <UnsentRow key={item.key} item={item} />
        ))}
      </ol>
    </section>
  );
}

async function attempt(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    toast({ title: "The queue is as it was", detail: callFailure(error).message, tone: "failed" });
    return false;
  }
}

type QueueRowProps = { item: QueueItem; index: number; last: boolean; going: boolean };

function QueueRow({ item, index, last, going }: QueueRowProps): React.JSX.Element {
  const [editing, setEditing] = useState(false);
  const move = (toIndex: number): void =>
    void attempt(() => rpc.chats.queueUpdate({ id: item.chatId, itemId: item.id, toIndex }));
  if (editing) return <EditRow item={item} onClose={() => setEditing(false)} />;
  const text = promptText(item.prompt);
  return (
    <li className="group/queue row flex items-center gap-2 pr-1 pl-2.5 not-first:border-t not-first:border-line">
      <AgentMark agentId={item.choice.agentId} label={item.choice.agentId} />
      <button
        type="button"
        onClick={() => setEditing(true)}
        title="Edit"
        className="row min-w-0 flex-1 truncate rounded-control text-left"
      >
        {text.slice(0, 300)}
      </button>
      <span className="flex opacity-0 transition-opacity group-focus-within/queue:opacity-100 group-hover/queue:opacity-100 touch:opacity-100">
        {index > 0 ? (
          <IconButton label="Earlier" small onClick={() => move(index - 1)}>
            <ArrowUp className="size-3.5" aria-hidden />
          </IconButton>
        ) : null}
        {last ? null : (
          <IconButton label="Later" small onClick={() => move(index + 1)}>
            <ArrowDown className="size-3.5" aria-hidden />
          </IconButton>
        )}
        {going ? (
          <IconButton label="Stop the turn and send now" small onClick={() => void sendNow(item)}>
            <CornerRightUp className="size-3.5" aria-hidden />
          </IconButton>
        ) : null}
        <IconButton label="Edit" small onClick={() => setEditing(true)} className="touch:hidden">
          <Pencil className="size-3.5" aria-hidden />
        </IconButton>
      </span>
      <IconButton label="Remove from the queue" small onClick={() => void remove(item)}>
        <X className="size-3.5" aria-hidden />
      </IconButton>
    </li>
  );
}

/** Not the core's yet: it can be taken back, and nothing else. */
function UnsentRow({ item }: { item: OutboxItem }): React.JSX.Element {
  return (
    <li className="row flex items-center gap-2 pr-1 pl-2.5 text-muted not-first:border-t not-first:border-line">
      <AgentMark agentId={item.choice.agentId} label={item.choice.agentId} />
      <span className="min-w-0 flex-1 truncate">{promptText(item.prompt).slice(0, 300)}</span>
      <NotSentYet onTakeBack={() => outbox.takeBack(item.key)} />
    </li>
  );
}

function sendNow({ chatId, id }: QueueItem): Promise<boolean> {
  return attempt(() => rpc.chats.queueSendNow({ id: chatId, itemId: id }));
}

async function remove(item: QueueItem): Promise<void> {
  const removed = await attempt(() => rpc.chats.queueRemove({ id: item.chatId, itemId: item.id }));
  if (!removed) return;
  const idempotencyKey = crypto.randomUUID();
  toast({
    title: "Removed from the queue",
    undo: () =>
      void attempt(() => rpc.chats.queueAdd({ id: item.chatId, prompt: item.prompt, choice: item.choice, idempotencyKey })),
  });
}

/** Only the text is edited in place; what goes along stays. */
function EditRow({ item, onClose }: { item: QueueItem; onClose: () => void }): React.JSX.Element {
  const [draft, setDraft] = useState(() => fromBlocks(item.prompt, () => crypto.randomUUID()));
  async function save(): Promise<void> {
    if (isEmptyDraft(draft)) return;
    if (await attempt(() => rpc.chats.queueUpdate({ id: item.chatId, itemId: item.id, prompt: toBlocks(draft) }))) onClose();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && !event.shiftKey) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <li className="flex flex-col gap-1.5 p-1.5 not-first:border-t not-first:border-line">
      <textarea
        autoFocus
        aria-label="Queued prompt"
        value={draft.text}
        onChange={(event) => setDraft({ ...draft, text: event.target.value })}
        onKeyDown={onKeyDown}
        className="max-h-40 min-h-8 w-full resize-none rounded-control border border-line-strong bg-raised px-2 py-1 outline-none [field-sizing:content] touch:text-[1rem]"
      />
      <div className="flex justify-end gap-1.5">
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => void save()} disabled={isEmptyDraft(draft)}>
          Save
        </Button>
      </div>
    </li>
  );
}
