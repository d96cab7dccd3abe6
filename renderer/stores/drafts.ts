/**
 * Owns what is being written in each chat, for as long as the page lives: loaded from the core once, saved after every
 * pause in the writing, and at once when the page goes. What the core didn't take is offered again.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { ContentBlock } from "../../shared/prompt.ts";
import { emptyDraft, fromBlocks, joinDrafts, toBlocks, type PromptDraft } from "./prompt-draft.ts";

export type DraftView = { draft: PromptDraft; loaded: boolean };

export type DraftPort = {
  load(chatId: string): Promise<ContentBlock[]>;
  save(chatId: string, blocks: ContentBlock[]): Promise<void>;
  /** Runs after `ms`; answers with what calls it off. */
  after(ms: number, run: () => void): () => void;
  newId(): string;
};

export type Drafts = {
  get(chatId: string): StoreApi<DraftView>;
  /** Loads the draft unless that was done. What was typed meanwhile stays, behind what was loaded. */
  open(chatId: string): Promise<void>;
  change(chatId: string, change: (draft: PromptDraft) => PromptDraft): void;
  /** Puts a prompt in front of what is being written. */
  putBack(chatId: string, blocks: readonly ContentBlock[]): void;
  /** Saves at once all that still waits. */
  saveAll(): void;
};

const pauseMs = 500;
const retryMs = 5_000;

export function createDrafts(port: DraftPort): Drafts {
  const stores = new Map<string, StoreApi<DraftView>>();
  const waiting = new Map<string, () => void>();
  const opening = new Map<string, Promise<void>>();

  function get(chatId: string): StoreApi<DraftView> {
    const known = stores.get(chatId) ?? createStore<DraftView>(() => ({ draft: emptyDraft, loaded: false }));
    stores.set(chatId, known);
    return known;
  }

  function saveAfter(chatId: string, ms: number): void {
    waiting.get(chatId)?.();
    waiting.set(
      chatId,
      port.after(ms, () => void save(chatId)),
    );
  }

  async function save(chatId: string): Promise<void> {
    waiting.get(chatId)?.();
    waiting.delete(chatId);
    try {
      await port.save(chatId, toBlocks(get(chatId).getState().draft));
    } catch {
      // The writing is still here; it is offered again unless it changed meanwhile, which saves it anyway.
      if (!waiting.has(chatId)) saveAfter(chatId, retryMs);
    }
  }

  function change(chatId: string, next: (draft: PromptDraft) => PromptDraft): void {
    const store = get(chatId);
    const before = store.getState().draft;
    const draft = next(before);
    if (draft === before) return;
    store.setState({ draft });
    // Before the stored draft is here, saving would overwrite it.
    if (store.getState().loaded) saveAfter(chatId, pauseMs);
  }

  async function load(chatId: string): Promise<void> {
    const store = get(chatId);
    const blocks = await port.load(chatId);
    const typed = store.getState().draft;
    store.setState({ loaded: true, draft: joinDrafts(fromBlocks(blocks, port.newId), typed) });
    if (typed !== emptyDraft) saveAfter(chatId, pauseMs);
  }

  return {
    get,
    change,
    open(chatId) {
      if (get(chatId).getState().loaded) return Promise.resolve();
      const loading = opening.get(chatId) ?? load(chatId).finally(() => opening.delete(chatId));
      opening.set(chatId, loading);
      return loading;
    },
    putBack: (chatId, blocks) => change(chatId, (draft) => joinDrafts(fromBlocks(blocks, port.newId), draft)),
    saveAll() {
      for (const chatId of [...waiting.keys()]) void save(chatId);
    },
  };
}
