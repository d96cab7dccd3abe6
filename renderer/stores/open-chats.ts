/**
 * Owns this page's chats, drafts and outbox: the stores of `chat.ts`, `drafts.ts` and `outbox.ts` on the page's
 * connection, storage and clock.
 */
import { useEffect } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { callFailure, isRefusal, isUnanswered, rpc } from "../rpc.ts";
import { ChatStores, type ChatView } from "./chat.ts";
import { useConnection } from "./connection.ts";
import { Drafts, type DraftView } from "./drafts.ts";
import { outboxKey, outboxStorage } from "./outbox-storage.ts";
import { Outbox, type OutboxItem } from "./outbox.ts";
import { TextFrames } from "./text-frames.ts";

const lingerMs = 5_000;
/** Frames stop while the page is hidden; what arrives then is applied this often instead. */
const hiddenFrameMs = 500;

const textFrames = new TextFrames({
  now: () => performance.now(),
  after: (ms, run) => void setTimeout(run, ms),
  nextFrame: (run) => void requestAnimationFrame(run),
});
/** What writes something; after Enter an answer is waited for. */
const writes = (key: string): boolean => key.length === 1 || key === "Backspace" || key === "Process";
window.addEventListener("keydown", ({ key }) => writes(key) && textFrames.keyPressed(), { capture: true, passive: true });
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && textFrames.pageHidden());

export const openChats = new ChatStores({
  watch: (input, options) => rpc.chats.watch(input, options),
  timeline: (input) => rpc.chats.timeline(input),
  failureOf: callFailure,
  nextFrame: (run) => (document.visibilityState === "hidden" ? void setTimeout(run, hiddenFrameMs) : textFrames.run(run)),
  later: (run) => void setTimeout(run, lingerMs),
  pause: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    }),
});

const newId = (): string => crypto.randomUUID();
function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

export const drafts = new Drafts({
  async load(chatId) {
    const { blocks } = await rpc.chats.getDraft({ id: chatId });
    // A page that ended between sending and saving leaves the prompt in both places.
    const text = JSON.stringify(blocks);
    const isSent = outbox.items.getState().some((item) => item.chatId === chatId && JSON.stringify(item.prompt) === text);
    return isSent ? [] : blocks;
  },
  save: async (chatId, blocks) => void (await rpc.chats.saveDraft({ id: chatId, blocks })),
  isFinal: isRefusal,
  after,
  newId,
});

export const outbox = new Outbox({
  storage: outboxStorage,
  async deliver({ key, chatId, prompt, choice, queue, now = false }) {
    if (queue) await rpc.chats.queueAdd({ id: chatId, prompt, choice, idempotencyKey: key });
    else await rpc.runs.create({ chatId, prompt, idempotencyKey: key, now, ...choice });
  },
  refusalOf: (error) => (isUnanswered(error) ? null : callFailure(error)),
  onReturned: putBack,
  // What found no room in the browser's storage was kept as the stored draft until now.
  onDelivered: ({ chatId }) => drafts.change(chatId, (draft) => ({ ...draft })),
  // Without locks two pages may send the same; the key makes it one.
  alone: (key, work) => (navigator.locks ? navigator.locks.request(outboxKey(key), work) : work()),
  newKey: newId,
  now: () => Date.now(),
  after,
});

/** What comes back is written where it was; a turn that was sent again is still there to be sent again. */
function putBack({ chatId, prompt, from }: OutboxItem): void {
  if (from === "turn") return;
  drafts.putBack(chatId, prompt);
  drafts.open(chatId).catch(() => {
    // The next view of the chat loads it; until then it is in this page.
  });
}

// What an earlier page left goes out too, also where the connection was there before this was loaded.
if (useConnection.getState().state === "open") outbox.flush();
useConnection.subscribe((now, before) => {
  if (now.epoch === before.epoch) return;
  outbox.flush();
  drafts.saveAll();
});
window.addEventListener("storage", () => outbox.reread());
window.addEventListener("pagehide", () => drafts.saveAll());
window.addEventListener("beforeunload", (event) => {
  if (outbox.hasUnkept()) event.preventDefault();
});

/** All that is on its way to the core, or came back. */
export const useOutbox = (): readonly OutboxItem[] => useStore(outbox.items);

/**
 * What is wanted of the chat, which is followed for as long as the component is there. While an answer streams a chat is
 * another with every frame: who asks for less than its turns isn't drawn that often.
 */
export function useOpenChat<T>(chatId: string, select: (chat: ChatView) => T): T {
  useEffect(() => openChats.hold(chatId), [chatId]);
  return useStore(openChats.get(chatId), useShallow(select));
}

/** What is being written in the chat; loaded on first use. */
export function useDraft(chatId: string): DraftView {
  useEffect(() => {
    drafts.open(chatId).catch(() => {
      // A draft that can't be loaded stays unloaded: nothing is saved over it, and the next view of the chat tries again.
    });
  }, [chatId]);
  return useStore(drafts.get(chatId));
}
