/**
 * Owns one subscription per chat that somebody shows: opened with the first view of the chat, ended a little after the
 * last one is gone, so that moving a tab doesn't load it anew. Updates are gathered and applied once per frame.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChatUpdate, Turn } from "../../shared/contract/chats.ts";
import { applyUpdates, emptyChat, withEarlier, type ChatState } from "./chat-state.ts";

/** `failed`: the chat can't be read; `message` says why. A broken connection isn't a failure, it is made again. */
export type ChatPhase = { kind: "loading" } | { kind: "ready" } | { kind: "failed"; code: string; message: string };
export type ChatView = ChatState & { phase: ChatPhase; loadingEarlier: boolean };
export type ChatStore = StoreApi<ChatView>;

/** What the stores need from outside: the core's verbs, a frame to wait for, and a pause between attempts. */
export type ChatPort = {
  watch(input: { id: string; after?: number }, options: { signal: AbortSignal }): Promise<AsyncIterable<ChatUpdate>>;
  timeline(input: { id: string; beforeRunId?: string }): Promise<{ turns: Turn[]; more: boolean }>;
  failureOf(error: unknown): { code: string; message: string };
  nextFrame(run: () => void): void;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  later(run: () => void): void;
};

export type ChatStores = {
  /** Holds the chat open until the answer is called. The store is the same one for every holder. */
  hold(chatId: string): () => void;
  get(chatId: string): ChatStore;
  loadEarlier(chatId: string): Promise<void>;
  /** Begins again after `failed`. */
  retry(chatId: string): void;
};

type Open = { store: ChatStore; holders: number; abort: AbortController | null };

const firstPauseMs = 250;
const longestPauseMs = 8_000;
const earlierPauseMs = 1_000;
const lastingFailures = new Set(["CHAT_NOT_FOUND", "UNAUTHORIZED", "INPUT_INVALID"]);

export function createChatStores(port: ChatPort): ChatStores {
  const open = new Map<string, Open>();

  function entry(chatId: string): Open {
    const known = open.get(chatId);
    if (known) return known;
    const store = createStore<ChatView>(() => ({ ...emptyChat(chatId), phase: { kind: "loading" }, loadingEarlier: false }));
    const made: Open = { store, holders: 0, abort: null };
    open.set(chatId, made);
    return made;
  }

  function begin(chatId: string, chat: Open): void {
    if (chat.abort) return;
    const abort = new AbortController();
    chat.abort = abort;
    void follow(chatId, chat.store, abort.signal, port);
  }

  return {
    get: (chatId) => entry(chatId).store,
    hold(chatId) {
      const chat = entry(chatId);
      chat.holders += 1;
      begin(chatId, chat);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        chat.holders -= 1;
        port.later(() => {
          if (chat.holders > 0 || open.get(chatId) !== chat) return;
          chat.abort?.abort();
          open.delete(chatId);
        });
      };
    },
    retry(chatId) {
      const chat = entry(chatId);
      chat.abort?.abort();
      chat.abort = null;
      chat.store.setState({ ...emptyChat(chatId), phase: { kind: "loading" } });
      begin(chatId, chat);
    },
    async loadEarlier(chatId) {
      const { store } = entry(chatId);
      const { more, loadingEarlier, turns } = store.getState();
      const first = turns[0];
      if (!more || loadingEarlier || !first) return;
      store.setState({ loadingEarlier: true });
      try {
        const page = await port.timeline({ id: chatId, beforeRunId: first.run.id });
        // A resync may have replaced the turns meanwhile: the page joins only what it was asked for.
        if (store.getState().turns[0]?.run.id === first.run.id) store.setState((state) => withEarlier(state, page));
      } catch {
        // The views ask again as long as they want it; a broken connection is shown by the frame.
        await port.pause(earlierPauseMs, new AbortController().signal);
      } finally {
        store.setState({ loadingEarlier: false });
      }
    },
  };
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
      const inbox = createInbox(store, signal, port, stop);
      for await (const update of updates) {
        pauseMs = firstPauseMs;
        if (!inbox.take(update)) break;
      }
      fresh = inbox.flush() === "resync";
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

type Inbox = { take(update: ChatUpdate): boolean; flush(): "resync" | "joined" };

/** Gathers what arrives until the next frame. `take` is false when the subscription is of no more use. */
function createInbox(store: ChatStore, signal: AbortSignal, port: ChatPort, stop: () => void): Inbox {
  let gathered: ChatUpdate[] = [];
  let scheduled = false;
  let broken = false;

  function flush(): "resync" | "joined" {
    const updates = gathered;
    gathered = [];
    if (broken) return "resync";
    if (updates.length === 0 || signal.aborted) return "joined";
    const { state, resync } = applyUpdates(store.getState(), updates);
    store.setState(state.cursor === null ? state : { ...state, phase: { kind: "ready" } });
    if (!resync) return "joined";
    broken = true;
    stop();
    return "resync";
  }

  return {
    flush,
    take(update) {
      if (broken) return false;
      gathered.push(update);
      if (update.type === "resync") return false;
      if (!scheduled) {
        scheduled = true;
        port.nextFrame(() => {
          scheduled = false;
          flush();
        });
      }
      return true;
    },
  };
}
