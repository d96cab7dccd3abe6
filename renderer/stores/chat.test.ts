import { describe, expect, it } from "vitest";
import type { ChatUpdate } from "../../shared/contract/chats.ts";
import { aRun, aSnapshot, aTurn, saying } from "./chat-fixture.ts";
import { ChatStores, type ChatPort, type ChatView } from "./chat.ts";

type Subscription = { after: number | undefined; signal: AbortSignal; send(...updates: ChatUpdate[]): void; close(): void };

/** A core whose streams the test feeds, with frames and pauses that pass when the test says so. */
function fakePort() {
  const subscriptions: Subscription[] = [];
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  let refusal: { code: string; message: string } | null = null;
  let page: { turns: ReturnType<typeof aTurn>[]; more: boolean } = { turns: [], more: false };
  const asked: (string | undefined)[] = [];

  const port: ChatPort = {
    async watch({ after }, { signal }) {
      if (refusal) throw refusal;
      const stream = new TransformStream<ChatUpdate, ChatUpdate>(undefined, { highWaterMark: 1000 }, { highWaterMark: 1000 });
      const writer = stream.writable.getWriter();
      signal.addEventListener("abort", () => void writer.close().catch(() => undefined));
      subscriptions.push({
        after,
        signal,
        send: (...updates) => updates.forEach((update) => void writer.write(update).catch(() => undefined)),
        close: () => void writer.close().catch(() => undefined),
      });
      return stream.readable;
    },
    async timeline({ beforeRunId }) {
      asked.push(beforeRunId);
      return page;
    },
    failureOf: (error) => error as { code: string; message: string },
    nextFrame: (run) => void frames.push(run),
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        timers.push(resolve);
        signal.addEventListener("abort", () => resolve());
      }),
    later: (run) => void timers.push(run),
  };
  return {
    port,
    subscriptions,
    asked,
    refuse: (failure: { code: string; message: string } | null) => {
      refusal = failure;
    },
    offer: (turns: ReturnType<typeof aTurn>[], more: boolean) => {
      page = { turns, more };
    },
    frames,
    frame: () => frames.splice(0).forEach((run) => run()),
    elapse: () => timers.splice(0).forEach((run) => run()),
    timers,
  };
}

/** Lets everything that is ready run; nothing here waits for real time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

const shown = (view: ChatView) =>
  view.turns.map(({ timeline }) => timeline.items.map((item) => (item.kind === "text" ? item.text : "")).join(""));

async function opened(...turns: ReturnType<typeof aTurn>[]) {
  const core = fakePort();
  const stores = new ChatStores(core.port);
  const release = stores.hold("chat_1");
  await settle();
  core.subscriptions[0]!.send(aSnapshot(turns, true, 7));
  await settle();
  core.frame();
  return { ...core, stores, release, view: () => stores.get("chat_1").getState() };
}

describe("chat stores", () => {
  it("is loading until the snapshot is there", async () => {
    const core = fakePort();
    const stores = new ChatStores(core.port);
    stores.hold("chat_1");
    await settle();
    expect(stores.get("chat_1").getState().phase).toEqual({ kind: "loading" });
    core.subscriptions[0]!.send(aSnapshot([aTurn("a", ["hi"])]));
    await settle();
    core.frame();
    expect(stores.get("chat_1").getState().phase).toEqual({ kind: "ready" });
    expect(core.subscriptions[0]!.after).toBeUndefined();
  });

  it("changes the state once per frame, however many deltas came", async () => {
    const chat = await opened(aTurn("a"));
    let changes = 0;
    chat.stores.get("chat_1").subscribe(() => {
      changes += 1;
    });
    saying("a", "abcdefgh".split("")).forEach((event, index) => {
      chat.subscriptions[0]!.send({ type: "events", events: [event], cursor: 8 + index });
    });
    await settle();
    expect(changes).toBe(0);
    chat.frame();
    expect(changes).toBe(1);
    expect(shown(chat.view())).toEqual(["abcdefgh"]);
  });

  it("goes on from its cursor after a break, without a gap or a double", async () => {
    const chat = await opened(aTurn("a"));
    chat.subscriptions[0]!.send({ type: "events", events: saying("a", ["1", "2"]), cursor: 9 });
    chat.subscriptions[0]!.close();
    await settle();
    expect(shown(chat.view())).toEqual(["12"]);
    chat.elapse();
    await settle();
    expect(chat.subscriptions[1]!.after).toBe(9);
    chat.subscriptions[1]!.send({ type: "events", events: saying("a", ["2", "3"], 2), cursor: 10 });
    await settle();
    chat.frame();
    expect(shown(chat.view())).toEqual(["123"]);
  });

  it.each<[string, ChatUpdate]>([
    ["the core says so", { type: "resync" }],
    ["an event is missing", { type: "events", events: saying("a", ["9"], 9), cursor: 20 }],
  ])("subscribes from nothing when %s, keeping what it showed until then", async (_why, update) => {
    const chat = await opened(aTurn("a", ["old"]));
    chat.subscriptions[0]!.send(update);
    await settle();
    chat.frame();
    await settle();
    expect(shown(chat.view())).toEqual(["old"]);
    chat.elapse();
    await settle();
    expect(chat.subscriptions[0]!.signal.aborted).toBe(true);
    expect(chat.subscriptions[1]!.after).toBeUndefined();
    chat.subscriptions[1]!.send(aSnapshot([aTurn("a", ["new"])], false, 20));
    await settle();
    chat.frame();
    expect(shown(chat.view())).toEqual(["new"]);
  });

  it("loads earlier turns from before the first one it has, one page at a time", async () => {
    const chat = await opened(aTurn("c", ["c"]));
    chat.offer([aTurn("a", ["a"]), aTurn("b", ["b"])], false);
    await Promise.all([chat.stores.loadEarlier("chat_1"), chat.stores.loadEarlier("chat_1")]);
    await chat.stores.loadEarlier("chat_1");
    expect(chat.asked).toEqual(["c"]);
    expect(shown(chat.view())).toEqual(["a", "b", "c"]);
    expect(chat.view().loadingEarlier).toBe(false);
  });

  it("fails for a chat that isn't there, and begins again on request", async () => {
    const core = fakePort();
    core.refuse({ code: "CHAT_NOT_FOUND", message: "No such chat" });
    const stores = new ChatStores(core.port);
    stores.hold("chat_1");
    await settle();
    expect(stores.get("chat_1").getState().phase).toEqual({ kind: "failed", code: "CHAT_NOT_FOUND", message: "No such chat" });
    core.refuse(null);
    stores.retry("chat_1");
    await settle();
    expect(core.subscriptions).toHaveLength(1);
  });

  it("a broken connection is no failure: it tries again", async () => {
    const core = fakePort();
    core.refuse({ code: "CONNECTION_LOST", message: "gone" });
    const stores = new ChatStores(core.port);
    stores.hold("chat_1");
    await settle();
    expect(stores.get("chat_1").getState().phase).toEqual({ kind: "loading" });
    core.refuse(null);
    core.elapse();
    await settle();
    expect(core.subscriptions).toHaveLength(1);
  });

  it("keeps one subscription for all holders, and ends it after the last one", async () => {
    const chat = await opened(aTurn("a"));
    const second = chat.stores.hold("chat_1");
    await settle();
    expect(chat.subscriptions).toHaveLength(1);
    chat.release();
    chat.elapse();
    expect(chat.subscriptions[0]!.signal.aborted).toBe(false);
    second();
    const third = chat.stores.hold("chat_1");
    chat.elapse();
    expect(chat.subscriptions[0]!.signal.aborted).toBe(false);
    third();
    chat.elapse();
    expect(chat.subscriptions[0]!.signal.aborted).toBe(true);
  });

  it("shows a run the moment it is told, before its first event", async () => {
    const chat = await opened();
    chat.subscriptions[0]!.send({ type: "run", run: aRun("n", { status: "queued", reason: "waits for chat 2" }) });
    await settle();
    chat.frame();
    expect(chat.view().turns[0]?.run.reason).toBe("waits for chat 2");
  });
});
