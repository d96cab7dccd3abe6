import { useState, type RefObject } from "react";
import { drafts, openChats } from "../stores/open-chats.ts";
import { emptyDraft, fromBlocks } from "../stores/prompt-draft.ts";

type PromptHistory = {
  /** Shows the prompt before or after; false where there is none, or something written would be lost. */
  step: (by: 1 | -1, empty: boolean) => boolean;
  /** What is written now is the person's own again. */
  leave: () => void;
};

/** The prompts of a chat's turns, gone through with the arrow keys: only from an empty field. */
export function usePromptHistory(chatId: string, field: RefObject<HTMLTextAreaElement | null>): PromptHistory {
  const [at, setAt] = useState(-1);
  function step(by: 1 | -1, empty: boolean): boolean {
    const { turns } = openChats.get(chatId).getState();
    const next = at - by;
    if ((at === -1 && !empty) || next >= turns.length || next < -1) return false;
    setAt(next);
    const blocks = next === -1 ? undefined : turns.at(-1 - next)?.run.prompt;
    const shown = blocks ? fromBlocks(blocks, () => crypto.randomUUID()) : emptyDraft;
    drafts.change(chatId, () => shown);
    requestAnimationFrame(() => field.current?.setSelectionRange(shown.text.length, shown.text.length));
    return true;
  }
  return { step, leave: () => setAt(-1) };
}
