import { createStore, type StoreApi } from "zustand/vanilla";
import type { ContentBlock } from "../../shared/prompt.ts";
import { emptyDraft, fromBlocks, joinDrafts, toBlocks, type PromptDraft } from "./prompt-draft.ts";

export type DraftView = { draft: PromptDraft; loaded: boolean };

export type DraftPort = {
  load: (chatId: string) => Promise<ContentBlock[]>;
  save: (chatId: string, blocks: ContentBlock[]) => Promise<void>;
  /** Whether a failed save is the core's last word (the chat is gone), so that offering the same again is of no use. */
  isFinal: (error: unknown) => boolean;
  /** Runs after `ms`; returns what calls it off. */
  after: (ms: number, run: () => void) => () => void;
  newId: () => string;
};

const pauseMs = 500;
const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

/**
 * Owns what is being written in each chat, for as long as the page lives: loaded from the core once, saved after every
 * pause in the writing, and at once when the page goes. What the core couldn't take is offered again, with growing
 * pauses; what it refused is, once it is changed.
 */
export class Drafts {
  readonly #port: DraftPort;
  readonly #stores = new Map<string, StoreApi<DraftView>>();
  readonly #waiting = new Map<string, () => void>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #retryMs = new Map<string, number>();

  constructor(port: DraftPort) {
    this.#port = port;
  }

  get(chatId: string): StoreApi<DraftView> {
    const known = this.#stores.get(chatId) ?? createStore<DraftView>(() => ({ draft: emptyDraft, loaded: false }));
    this.#stores.set(chatId, known);
    return known;
  }

  /** Loads the draft unless that was done. What was typed meanwhile stays, behind what was loaded. */
  open(chatId: string): Promise<void> {
    if (this.get(chatId).getState().loaded) return Promise.resolve();
    const loading = this.#opening.get(chatId) ?? this.#load(chatId).finally(() => this.#opening.delete(chatId));
    this.#opening.set(chatId, loading);
    return loading;
  }

  change(chatId: string, next: (draft: PromptDraft) => PromptDraft): void {
    const store = this.get(chatId);
    const before = store.getState().draft;
    const draft = next(before);
    if (draft === before) return;
    store.setState({ draft });
    // Before the stored draft is here, saving would overwrite it.
    if (store.getState().loaded) this.#saveAfter(chatId, pauseMs);
  }

  /** Puts a prompt in front of what is being written. */
  putBack(chatId: string, blocks: readonly ContentBlock[]): void {
    this.change(chatId, (draft) => joinDrafts(fromBlocks(blocks, this.#port.newId), draft));
  }

  /** Saves at once all that still waits. */
  saveAll(): void {
    for (const chatId of [...this.#waiting.keys()]) void this.#save(chatId);
  }

  #saveAfter(chatId: string, ms: number): void {
    this.#waiting.get(chatId)?.();
    this.#waiting.set(
      chatId,
      this.#port.after(ms, () => void this.#save(chatId)),
    );
  }

  async #save(chatId: string): Promise<void> {
    this.#waiting.get(chatId)?.();
    this.#waiting.delete(chatId);
    try {
      await this.#port.save(chatId, toBlocks(this.get(chatId).getState().draft));
      this.#retryMs.delete(chatId);
    } catch (error) {
      if (this.#port.isFinal(error)) return;
      const ms = this.#retryMs.get(chatId) ?? firstRetryMs;
      this.#retryMs.set(chatId, Math.min(longestRetryMs, ms * 2));
      // The writing is still here; it is offered again unless it changed meanwhile, which saves it anyway.
      if (!this.#waiting.has(chatId)) this.#saveAfter(chatId, ms);
    }
  }

  async #load(chatId: string): Promise<void> {
    const store = this.get(chatId);
    const blocks = await this.#port.load(chatId);
    const typed = store.getState().draft;
    store.setState({ loaded: true, draft: joinDrafts(fromBlocks(blocks, this.#port.newId), typed) });
    if (typed !== emptyDraft) this.#saveAfter(chatId, pauseMs);
  }
}
