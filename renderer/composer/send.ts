import type { RunChoice } from "../../shared/contract/chats.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { drafts } from "../stores/open-chats.ts";
import { emptyDraft, isEmptyDraft, toBlocks } from "../stores/prompt-draft.ts";
import type { ContentBlock } from "../../shared/prompt.ts";

/** A prompt that came back: what it was, and the key under which it may have arrived after all. */
export type Returned = { failure: CallFailure; blocks: string; key: string };

type Order = { chatId: string; choice: RunChoice; queue: boolean; returned: Returned | null };

/**
 * Sends what is written, or queues it. It leaves the composer at once and comes back if it was refused: each prompt is
 * either delivered or here. The same text sent again uses the same key, so that a lost answer doesn't run it twice.
 */
export async function sendDraft({ chatId, choice, queue, returned }: Order): Promise<Returned | null> {
  const draft = drafts.get(chatId).getState().draft;
  if (isEmptyDraft(draft)) return null;
  const blocks = toBlocks(draft);
  const text = JSON.stringify([blocks, choice]);
  const key = returned?.blocks === text ? returned.key : crypto.randomUUID();
  drafts.get(chatId).setState({ draft: emptyDraft });
  try {
    await deliver(chatId, choice, queue, blocks, key);
    // Only now: until it was delivered, the stored draft is the one that survives a crash.
    drafts.change(chatId, (now) => ({ ...now }));
    return null;
  } catch (error) {
    drafts.putBack(chatId, blocks);
    return { failure: callFailure(error), blocks: text, key };
  }
}

async function deliver(
  chatId: string,
  choice: RunChoice,
  queue: boolean,
  prompt: ContentBlock[],
  idempotencyKey: string,
): Promise<void> {
  if (queue) await rpc.chats.queueAdd({ id: chatId, prompt, choice });
  else await rpc.runs.create({ chatId, prompt, idempotencyKey, ...choice });
}

/** Sends a prompt that isn't from the composer: a retry, or the word to go on. */
export async function sendPrompt(
  chatId: string,
  prompt: ContentBlock[],
  choice: RunChoice,
  queue: boolean,
): Promise<CallFailure | null> {
  try {
    await deliver(chatId, choice, queue, prompt, crypto.randomUUID());
    return null;
  } catch (error) {
    return callFailure(error);
  }
}
