import { describe, expect, it } from "vitest";
import { ManualTimers } from "../testing/manual-timers.ts";
import { CallError } from "../connection/call-error.ts";
import { onTheWay } from "./on-the-way.ts";
import { Outbox, type OutboxItem, type OutboxPort, type Prompt } from "./outbox.ts";

const choice = { agentId: "fake", modelId: null, modeId: null, thinkingLevel: null };
const prompt = (text: string, more: Partial<Prompt> = {}): Prompt => ({
  ...{ chatId: "c", prompt: [{ type: "text", text }], choice, queue: false, from: "composer" },
  ...more,
});

function bench(kept = new Map<string, OutboxItem>()) {
  const clock = new ManualTimers();
  const core = { away: false, deaf: false, refuses: false, has: new Set<string>(), calls: 0 };
  const returned: string[] = [];
  let room = true;
  let keys = 0;
  const port: OutboxPort = {
    storage: {
      load: () => [...kept.values()],
      save: (item) => room && Boolean(kept.set(item.key, item)),
      has: (key) => kept.has(key),
      remove: (key) => void kept.delete(key),
    },
    async deliver({ key }) {
      if (core.away) throw new CallError("CORE_AWAY");
      core.calls += 1;
      if (core.refuses) throw new Error("refused");
      core.has.add(key);
      if (core.deaf) throw new CallError("CONNECTION_LOST");
    },
    refusalOf: (error) => (error instanceof CallError ? null : { code: "NO", message: "refused", data: null }),
    onReturned: (item) => returned.push(JSON.stringify(item.prompt)),
    onDelivered: () => {},
    alone: (_key, work) => work(),
    newKey: () => `k${(keys += 1)}`,
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, run),
  };
  const outbox = new Outbox(port);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  };
  return { outbox, core, clock, kept, returned, settle, setRoom: (is: boolean) => (room = is) };
}

describe("the outbox", () => {
  it("keeps a prompt until the core has it, and no longer", async () => {
    const { outbox, core, kept, settle } = bench();
    expect(outbox.send(prompt("one"))).toBe(true);
    expect(kept.size).toBe(1);
    await settle();
    expect(kept.size).toBe(0);
    expect([...core.has]).toEqual(["k1"]);
  });

  it("sends what was given while the core was away when it is back, in order, once", async () => {
    const { outbox, core, kept, settle } = bench();
    core.away = true;
    outbox.send(prompt("one"));
    outbox.send(prompt("two"));
    await settle();
    expect([...kept.values()].map((item) => item.tried)).toEqual([false, false]);
    core.away = false;
    outbox.flush();
    await settle();
    expect([...core.has]).toEqual(["k1", "k2"]);
    expect(core.calls).toBe(2);
  });

  it("asks again under the same key where the answer was lost", async () => {
    const { outbox, core, clock, kept, settle } = bench();
    core.deaf = true;
    outbox.send(prompt("one"));
    await settle();
    expect(kept.get("k1")?.tried).toBe(true);
    core.deaf = false;
    clock.advance(5_000);
    await settle();
    expect(core.calls).toBe(2);
    expect([...core.has]).toEqual(["k1"]);
    expect(kept.size).toBe(0);
  });

  it("gives a refused prompt back, and sends the same again under its key", async () => {
    const { outbox, core, returned, settle } = bench();
    core.refuses = true;
    outbox.send(prompt("one"));
    await settle();
    expect(returned).toHaveLength(1);
    expect(outbox.items.getState()[0]?.returned?.code).toBe("NO");
    core.refuses = false;
    outbox.send(prompt("one"));
    await settle();
    expect([...core.has]).toEqual(["k1"]);
    outbox.send(prompt("one"));
    await settle();
    expect([...core.has]).toEqual(["k1", "k2"]);
  });

  it("goes on in the next page with what the last one left", async () => {
    const first = bench();
    first.core.away = true;
    first.outbox.send(prompt("left"));
    await first.settle();
    const { outbox, core, settle } = bench(first.kept);
    outbox.flush();
    await settle();
    expect([...core.has]).toEqual(["k1"]);
  });

  it("gives back what nobody expects to be sent any more", async () => {
    const { outbox, core, clock, returned, settle } = bench();
    core.away = true;
    outbox.send(prompt("late"));
    await settle();
    for (let minute = 0; minute < 11; minute += 1) {
      clock.advance(60_000);
      await settle();
    }
    expect(returned).toHaveLength(1);
    core.away = false;
    outbox.flush();
    await settle();
    expect(core.calls).toBe(0);
  });

  it("sends nothing that another page has brought there", async () => {
    const { outbox, core, kept, settle } = bench();
    core.away = true;
    outbox.send(prompt("one"));
    await settle();
    kept.clear();
    core.away = false;
    outbox.flush();
    await settle();
    expect(core.calls).toBe(0);
    expect(outbox.items.getState()).toEqual([]);
  });

  it("says where something would go with the page", async () => {
    const { outbox, core, settle, setRoom } = bench();
    core.away = true;
    setRoom(false);
    expect(outbox.send(prompt("big"))).toBe(false);
    expect(outbox.hasUnkept()).toBe(true);
    core.away = false;
    await settle();
    outbox.flush();
    await settle();
    expect(outbox.hasUnkept()).toBe(false);
    expect([...core.has]).toEqual(["k1"]);
  });

  it("takes back what hasn't gone out", async () => {
    const { outbox, core, returned, settle } = bench();
    core.away = true;
    outbox.send(prompt("one"));
    await settle();
    outbox.takeBack("k1");
    core.away = false;
    outbox.flush();
    await settle();
    expect(returned).toHaveLength(1);
    expect(core.calls).toBe(0);
  });
});

it("doesn't show as on its way what the core tells of already", () => {
  const { outbox, core, clock } = bench();
  core.away = true;
  outbox.send(prompt("one"));
  outbox.send(prompt("two", { queue: true }));
  const items = outbox.items.getState();
  const at = new Date(clock.now()).toISOString();
  const queue = {
    chatId: "c",
    items: [{ id: "q", chatId: "c", prompt: prompt("two").prompt, choice, createdAt: at }],
    held: false,
    reason: null,
  };
  const none = { ...queue, items: [] };
  expect(onTheWay(items, "c", [], none)).toHaveLength(2);
  expect(onTheWay(items, "c", [], queue).map((item) => item.key)).toEqual(["k1"]);
  expect(onTheWay(items, "other", [], none)).toEqual([]);
});
