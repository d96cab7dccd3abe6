import type { RunChoice } from "../../shared/contract/chats.ts";
import { drafts, outbox } from "../stores/open-chats.ts";
import { emptyDraft, isEmptyDraft, toBlocks } from "../stores/prompt-draft.ts";

/** Sends what is written, queues it, or sends it instead of what goes on: it leaves the composer for the outbox, which brings it to the core or back. */
export function sendDraft(chatId: string, choice: RunChoice, how: "send" | "queue" | "now"): void {
  const { draft } = drafts.get(chatId).getState();
  if (isEmptyDraft(draft)) return;
  const isKept = outbox.send({
    chatId,
    prompt: toBlocks(draft),
    choice,
    queue: how === "queue",
    now: how === "now",
    from: "composer",
  });
  // What isn't in the browser's storage stays in the stored draft until it was delivered.
  if (isKept) drafts.change(chatId, () => emptyDraft);
  else drafts.get(chatId).setState({ draft: emptyDraft });
}
