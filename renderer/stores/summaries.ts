import { create } from "zustand";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";

/** What the helper model says of a chat, or why it doesn't; kept until the person closes it. */
export type Summary = { kind: "going" } | { kind: "done"; text: string } | { kind: "failed"; failure: CallFailure };

const useStore = create<{ byChat: ReadonlyMap<string, Summary> }>(() => ({ byChat: new Map() }));
const asking = new Map<string, AbortController>();

export const useSummary = (chatId: string): Summary | null => useStore((state) => state.byChat.get(chatId) ?? null);

/** Asks anew where there is one already. */
export async function summarize(chatId: string): Promise<void> {
  closeSummary(chatId);
  const asked = new AbortController();
  asking.set(chatId, asked);
  set(chatId, { kind: "going" });
  const summary = await answer(chatId, asked.signal);
  if (asking.get(chatId) !== asked) return;
  asking.delete(chatId);
  set(chatId, summary);
}

/** Ends the asking, too. */
export function closeSummary(chatId: string): void {
  asking.get(chatId)?.abort();
  asking.delete(chatId);
  set(chatId, null);
}

async function answer(chatId: string, signal: AbortSignal): Promise<Summary> {
  try {
    return { kind: "done", text: (await rpc.chats.summarize({ id: chatId }, { signal })).summary };
  } catch (error) {
    return { kind: "failed", failure: callFailure(error) };
  }
}

function set(chatId: string, summary: Summary | null): void {
  useStore.setState(({ byChat }) => {
    const next = new Map(byChat);
    if (summary) next.set(chatId, summary);
    else next.delete(chatId);
    return { byChat: next };
  });
}
