/**
 * Owns one subscription per chat that somebody shows: opened with the first view of the chat, ended a little after the
 * last one is gone, so that moving a tab doesn't load it anew. Updates are gathered and applied once per frame.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChatUpdate, TurnsPage } from "../../shared/contract/chats.ts";
import { applyUpdates, beforeTurns, emptyChat, withEarlier, withoutOldest, type ChatState } from "./chat-state.ts";

/** `failed`: the chat can't be read; `message` says why. A broken connection isn't a failure, it is made again. */
export type ChatPhase = { kind: "loading" } | { kind: "ready" } | { kind: "failed"; code: string; message: string };
export type ChatView = ChatState & { phase: ChatPhase; loadingEarlier: boolean };
export type ChatStore = StoreApi<ChatView>;

/** What the stores need from outside: the core's verbs, a frame to wait for, and a pause between attempts. */
export type ChatPort = {
  watch(input: { id: string; after?: number }, options: { signal: AbortSignal }): Promise<AsyncIterable<ChatUpdate>>;
  timeline(input: { id: string; beforeRunId?: string; beforeSeq?: number }): Promise<TurnsPage>;
  failureOf(error: unknown): { code: string; message: string };
  nextFrame(run: () => void): void;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  later(run: () => void): void;
};

type OpenChat = { store: ChatStore; holders: number; abort: AbortController | null };

const firstPauseMs = 250;
const longestPauseMs = 8_000;
const earlierPauseMs = 1_000;
const lastingFailures = new Set(["CHAT_NOT_FOUND", "UNAUTHORIZED", "INPUT_INVALID"]);

export class ChatStores {
  readonly #port: ChatPort;
  readonly #open = new Map<string, OpenChat>();

  constructor(port: ChatPort) {
    this.#port = port;
  }

  /** The same store for every holder of the chat. */
  get(chatId: string): ChatStore {
    return this.#chat(chatId).store;
  }

  /** Holds the chat open until what is returned is called. */
  hold(chatId: string): () => void {
    const chat = this.#chat(chatId);
    chat.holders += 1;
    this.#begin(chatId, chat);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      chat.holders -= 1;
      this.#port.later(() => this.#endUnheld(chatId, chat));
    };
  }

  /** Begins again after `failed`. */
  retry(chatId: string): void {
    const chat = this.#chat(chatId);
    chat.abort?.abort();
    chat.abort = null;
    chat.store.setState({ ...emptyChat(chatId), phase: { kind: "loading" } });
    this.#begin(chatId, chat);
  }

  async loadEarlier(chatId: string): Promise<void> {
    const { store } = this.#chat(chatId);
    const { more, loadingEarlier, turns } = store.getState();
    if (!more || loadingEarlier || !turns[0]) return;
    const before = beforeTurns(turns);
    store.setState({ loadingEarlier: true });
    try {
      const page = await this.#port.timeline({ id: chatId, ...before });
      // A resync may have replaced the turns meanwhile: the page joins only what it was asked for.
      const now = beforeTurns(store.getState().turns);
      if (now.beforeRunId === before.beforeRunId && now.beforeSeq === before.beforeSeq)
        store.setState((state) => withEarlier(state, page));
    } catch {
      // The views ask again as long as they want it; a broken connection is shown by the frame.
      await this.#port.pause(earlierPauseMs, new AbortController().signal);
    } finally {
      store.setState({ loadingEarlier: false });
    }
  }

  /** Lets go of turns that nobody looks at; for who shows the end. */
  forgetOldest(chatId: string): void {
    const { store } = this.#chat(chatId);
    if (!store.getState().loadingEarlier) store.setState(withoutOldest);
  }

  #chat(chatId: string): OpenChat {
    const known = this.#open.get(chatId);
    if (known) return known;
    const store = createStore<ChatView>(() => ({ ...emptyChat(chatId), phase: { kind: "loading" }, loadingEarlier: false }));
    const chat: OpenChat = { store, holders: 0, abort: null };
    this.#open.set(chatId, chat);
    return chat;
  }

  #begin(chatId: string, chat: OpenChat): void {
    if (chat.abort) return;
    const abort = new AbortController();
    chat.abort = abort;
    void follow(chatId, chat.store, abort.signal, this.#port);
  }

  #endUnheld(chatId: string, chat: OpenChat): void {
    if (chat.holders > 0 || this.#open.get(chatId) !== chat) return;
    chat.abort?.abort();
    this.#open.delete(chatId);
  }
}

/** Subscribes, and subscribes again after every break, until `signal`. Goes on from the cursor where that is possible. */
async function follow(chatId: string, store: ChatStore, signal: AbortSignal, port: ChatPort): Promise<void> {
  let pauseMs = firstPauseMs;
  let fresh = store.getState().cursor === null;
  while (!signal.aborted) {
    const subscription = new AbortController();
    const stop = (): void => subscription.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const after = fresh ? undefined : (store.getState().cursor ?? undefined);
      const updates = await port.watch({ id: chatId, after }, { signal: subscription.signal });
      const batch = new FrameBatch({ store, signal, port, stop });
      for await (const update of updates) {
        pauseMs = firstPauseMs;
        if (!batch.take(update)) break;
      }
      fresh = batch.flush() === "resync";
    } catch (error) {
      if (signal.aborted) return;
      const failure = port.failureOf(error);
      if (lastingFailures.has(failure.code)) {
        store.setState({ phase: { kind: "failed", ...failure } });
        return;
      }
    } finally {
      stop();
      signal.removeEventListener("abort", stop);
    }
    await port.pause(pauseMs, signal);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

type FrameBatchDeps = { store: ChatStore; signal: AbortSignal; port: Pick<ChatPort, "nextFrame">; stop: () => void };

/** What arrives on one subscription, gathered until the next frame. */
class FrameBatch {
  readonly #deps: FrameBatchDeps;
  #gathered: ChatUpdate[] = [];
  #scheduled = false;
  #broken = false;

  constructor(deps: FrameBatchDeps) {
    this.#deps = deps;
  }

  /** False when the subscription is of no more use. */
  take(update: ChatUpdate): boolean {
    if (this.#broken) return false;
    this.#gathered.push(update);
    if (update.type === "resync") return false;
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#deps.port.nextFrame(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
    return true;
  }

  flush(): "resync" | "joined" {
    const { store, signal, stop } = this.#deps;
    const updates = this.#gathered;
    this.#gathered = [];
    if (this.#broken) return "resync";
    if (updates.length === 0 || signal.aborted) return "joined";
    const { state, resync } = applyUpdates(store.getState(), updates);
    store.setState(state.cursor === null ? state : { ...state, phase: { kind: "ready" } });
    if (!resync) return "joined";
    this.#broken = true;
    stop();
    return "resync";
  }
}
