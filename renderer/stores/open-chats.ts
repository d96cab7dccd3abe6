/** Owns this page's chats and drafts: the stores of `chat.ts` and `drafts.ts` on the page's connection and clock. */
import { useEffect } from "react";
import { useStore } from "zustand";
import { callFailure, isRefusal, rpc } from "../rpc.ts";
import { ChatStores, type ChatView } from "./chat.ts";
import { Drafts, type DraftView } from "./drafts.ts";

const lingerMs = 5_000;
/** Frames stop while the page is hidden; what arrives then is applied this often instead. */
const hiddenFrameMs = 500;

export const openChats = new ChatStores({
  watch: (input, options) => rpc.chats.watch(input, options),
  timeline: (input) => rpc.chats.timeline(input),
  failureOf: callFailure,
  nextFrame: (run) =>
    document.visibilityState === "hidden" ? void setTimeout(run, hiddenFrameMs) : void requestAnimationFrame(run),
  later: (run) => void setTimeout(run, lingerMs),
  pause: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    }),
});

export const drafts = new Drafts({
  load: async (chatId) => (await rpc.chats.getDraft({ id: chatId })).blocks,
  save: async (chatId, blocks) => void (await rpc.chats.saveDraft({ id: chatId, blocks })),
  isFinal: isRefusal,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  newId: () => crypto.randomUUID(),
});
window.addEventListener("pagehide", () => drafts.saveAll());

/** The chat, followed for as long as the component is there. */
export function useOpenChat(chatId: string): ChatView {
  useEffect(() => openChats.hold(chatId), [chatId]);
  return useStore(openChats.get(chatId));
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
