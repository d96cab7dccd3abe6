import { describe, expect, it } from "vitest";
import type { ChatUpdate } from "../../shared/contract/chats.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { joinTimelines } from "../../shared/join-timelines.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";
import { followChat } from "./chat-feed.ts";
import { readTurns, type ChatEvents } from "./read-turns.ts";
import { interruptOpenRuns } from "./recovery.ts";
import { Subscription } from "./subscription.ts";

async function collect<T>(stream: AsyncIterable<T>, count = Infinity): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) {
    values.push(value);
    if (values.length >= count) break;
  }
  return values;
}

async function busyRun(words: number) {
  const bench = createRunBench();
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  const say = (): void => {
    turn.host.onUpdate({ type: "text", text: "word ", messageId: `m${words}` });
    turn.host.onUpdate({ type: "plan", entries: [] });
    bench.clock.advance(60);
    words -= 1;
  };
  return { bench, run, turn, say };
}

const deps = (bench: ReturnType<typeof createRunBench>) => ({
  events: bench.records,
  published: bench.runs.published,
  announced: bench.runs.announced,
  queue: (chatId: string) => bench.queue.view(chatId),
  openCalls: (runId: string) => bench.runs.openCalls(runId),
});

describe("following a session", () => {
  it("R91 has the events of all its chats' runs by cursor, and none of another's, however often the reader drops", async () => {
    const { bench, turn, say } = await busyRun(40);
    const seen: RunEvent[] = [];
    const read = (count: number) => collect(bench.runs.followSession("ses-a", seen.at(-1)?.cursor ?? 0, undefined), count);
    const elsewhere = await bench.start("chat-3");
    const otherTurn = await until(() => bench.backend.turns[1]);
    for (const count of [1, 3, 2, 5]) {
      const reader = read(count);
      for (let i = 0; i < count; i += 1) {
        say();
        otherTurn.host.onUpdate({ type: "plan", entries: [] });
      }
      seen.push(...(await reader));
    }
    turn.end();
    const second = await bench.start("chat-2");
    const secondTurn = await until(() => bench.backend.turns[2]);
    secondTurn.end();
    await until(() => bench.events(second.id).at(-1)?.type === "run.completed");
    const runs = bench.runRepository.listChat("chat-1", 10).concat(bench.runRepository.listChat("chat-2", 10));
    const expected = runs.flatMap((run) => bench.events(run.id)).toSorted((a, b) => a.cursor - b.cursor);
    seen.push(...(await read(expected.length - seen.length)));
    expect(seen).toEqual(expected);
    expect(seen.some((event) => event.runId === elsewhere.id)).toBe(false);
  });

  it("goes on with what comes, and ends with its reader", async () => {
    const { bench, say } = await busyRun(4);
    const leaving = new AbortController();
    const stream = bench.runs.followSession("ses-a", bench.runRepository.cursor(), leaving.signal);
    const next = stream.next();
    say();
    expect((await next).value).toMatchObject({ type: "assistant.delta" });
    leaving.abort();
    const rest = await collect(stream);
    expect(rest.every((event) => event.cursor <= bench.runRepository.cursor())).toBe(true);
  });
});

describe("following a run", () => {
  it("R91 goes on from any number without a gap or a double, however often the reader drops", async () => {
    const { bench, run, turn, say } = await busyRun(60);
    const seen: RunEvent[] = [];
    const random = mulberry(7);
    while (seen.length < 80) {
      const want = 1 + Math.floor(random() * 4);
      const reader = collect(bench.runs.follow(run.id, seen.at(-1)?.seq ?? 0, undefined), want);
      for (let i = 0; i < want; i += 1) say();
      seen.push(...(await reader));
    }
    turn.end();
    seen.push(...(await collect(bench.runs.follow(run.id, seen.at(-1)?.seq ?? 0, undefined))));
    expect(seen.map((event) => event.seq)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.at(-1)?.type).toBe("run.completed");
    expect(seen).toEqual(bench.events(run.id));
  });

  it("ends after the terminal event, also for a reader that comes later or has seen it", async () => {
    const { bench, run, turn } = await busyRun(1);
    turn.end();
    await until(() => bench.runRepository.find(run.id)?.status === "completed");
    const all = await collect(bench.runs.follow(run.id, 0, undefined));
    expect(all.at(-1)?.type).toBe("run.completed");
    expect(await collect(bench.runs.follow(run.id, all.length, undefined))).toEqual([]);
  });

  it("R92 gives everything to a reader that names a number from the future", async () => {
    const { bench, run, turn } = await busyRun(1);
    const reader = collect(bench.runs.follow(run.id, 10_000, undefined));
    turn.end();
    expect(await reader).toEqual(bench.events(run.id));
    expect(await collect(bench.runs.follow(run.id, 10_000, undefined))).toEqual(bench.events(run.id));
  });

  it("R94 lets a reader that fell far behind go on from the store", async () => {
    const { bench, run, turn } = await busyRun(1);
    const reader = bench.runs.follow(run.id, 0, undefined);
    const seen = [(await reader.next()).value];
    for (let i = 0; i < 21; i += 1) {
      for (let each = 0; each < 1000; each += 1) turn.host.onUpdate({ type: each % 2 ? "text" : "reasoning", text: "w" });
      bench.clock.advance(60);
    }
    turn.end();
    seen.push(...(await collect(reader)));
    expect(seen.length).toBeGreaterThan(20_000);
    expect(seen).toEqual(bench.events(run.id));
  });

  it("lets the reader's signal end the stream and the subscription", async () => {
    const { bench, run } = await busyRun(1);
    const abort = new AbortController();
    const reader = collect(bench.runs.follow(run.id, 0, abort.signal));
    await until(() => bench.runs.published.size === 1);
    abort.abort();
    await reader;
    expect(bench.runs.published.size).toBe(0);
  });
});

describe("following a chat", () => {
  it("gives a snapshot and then every later event exactly once", async () => {
    const { bench, turn, say } = await busyRun(3);
    const updates: ChatUpdate[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const update of followChat(deps(bench), "chat-1", undefined, abort.signal)) updates.push(update);
    })();
    await until(() => updates.length === 1);
    say();
    turn.end();
    await until(() => updates.some((update) => update.type === "run" && update.run.status === "completed"));
    abort.abort();
    await reading;
    const [first] = updates;
    const before = first?.type === "snapshot" ? (first.turns[0]?.timeline.lastSeq ?? 0) : 0;
    const seqs = updates.flatMap((update) => (update.type === "events" ? update.events.map((event) => event.seq) : []));
    expect(seqs).toEqual(seqs.map((_, index) => before + 1 + index));
  });

  it("R92 replays from an older cursor, and answers one resync for a cursor from the future", async () => {
    const { bench, turn } = await busyRun(1);
    turn.host.onUpdate({ type: "text", text: "hi" });
    const [tail] = await collect(followChat(deps(bench), "chat-1", 1, undefined), 1);
    expect(tail).toMatchObject({ type: "events" });
    expect(await collect(followChat(deps(bench), "chat-1", 10_000, undefined))).toEqual([{ type: "resync" }]);
  });
});

describe("a running call", () => {
  it("is shown as it is by now, without an event for each time it is told, and resumed readers see it", async () => {
    const { bench, run, turn } = await busyRun(1);
    const updates: ChatUpdate[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const update of followChat(deps(bench), "chat-1", undefined, abort.signal)) updates.push(update);
    })();
    turn.host.onUpdate({ type: "tool", tool: { id: "w", kind: "execute", title: "wget", status: "in_progress" } });
    bench.clock.advance(200);
    await until(() => updates.length > 1);
    for (let i = 0; i < 500; i += 1) {
      turn.host.onUpdate({ type: "tool", tool: { id: "w", output: `${i} %` } });
      bench.clock.advance(20);
    }
    bench.clock.advance(100);
    await until(() => updates.some((update) => update.type === "tool" && update.tool.output === "499 %"));
    const [again] = await collect(followChat(deps(bench), "chat-1", undefined, undefined), 1);
    const shown = again?.type === "snapshot" ? again.turns[0]?.timeline.items.at(-1) : null;
    expect(shown).toMatchObject({ kind: "tool", endedAt: null, tool: { title: "wget", output: "499 %" } });
    turn.host.onUpdate({ type: "tool", tool: { id: "w", status: "completed" } });
    turn.end();
    await until(() => bench.runRepository.find(run.id)?.status === "completed");
    abort.abort();
    await reading;
    const ofCall = bench.events(run.id).filter((event) => event.type.startsWith("tool."));
    expect(ofCall.map((event) => event.type)).toEqual(["tool.started", "tool.completed"]);
    expect(foldRun(run.id, bench.events(run.id)).items.at(-1)).toMatchObject({ tool: { title: "wget", output: "499 %" } });
  });

  it("is known after a crash as it was last told", async () => {
    const { bench, run, turn } = await busyRun(1);
    turn.host.onUpdate({ type: "tool", tool: { id: "w/1", kind: "execute", title: "make", status: "in_progress" } });
    turn.host.onUpdate({ type: "tool", tool: { id: "w/1", output: "half of it" } });
    bench.clock.advance(200);
    await until(() => bench.events(run.id).some((event) => event.type === "checkpoint.created"));
    bench.store.close();
    const next = createRunBench(bench.dir);
    interruptOpenRuns({ store: next.store, runs: next.runRepository, files: next.files, clock: next.clock, hold: () => {} });
    expect(foldRun(run.id, next.events(run.id)).items.at(-1)).toMatchObject({
      tool: { title: "make", status: "failed", output: "half of it" },
      error: { code: "CANCELLED" },
    });
  });
});

describe("reading a chat", () => {
  it("gives as many turns as fit into a page, one at least, and says that there are more", async () => {
    const bench = createRunBench();
    for (const round of [1, 2, 3]) {
      const run = await bench.start("chat-1");
      const turn = await until(() => bench.backend.turns[round - 1]);
      turn.host.onUpdate({ type: "text", text: "x".repeat(1_200_000) });
      turn.end();
      await until(() => bench.runRepository.find(run.id)?.status === "completed");
    }
    const reader = { events: bench.records, openCalls: () => [] };
    const page = await readTurns(reader, "chat-1", 30);
    expect(page.turns).toHaveLength(1);
    expect(page.more).toBe(true);
    const earlier = await readTurns(reader, "chat-1", 30, { before: { runId: page.turns[0]!.run.id } });
    expect(earlier.turns).toHaveLength(1);
  });

  it("gives a turn longer than a page in parts, which joined are the whole, and reads no more than a page of it", async () => {
    const bench = createRunBench();
    const run = await bench.start("chat-1");
    const { host, end } = await until(() => bench.backend.turns[0]);
    for (let at = 0; at < 100; at += 1) {
      const call = { id: `c${at}`, kind: "read", title: "Read", output: "y".repeat(40_000) } as const;
      host.onUpdate({ type: "text", text: "x".repeat(40_000), messageId: `m${at}` });
      host.onUpdate({ type: "tool", tool: { ...call, status: "completed" } });
    }
    end();
    await until(() => bench.runRepository.find(run.id)?.status === "completed");
    let read = 0;
    const events: ChatEvents = {
      listChat: (...given) => bench.records.listChat(...given),
      find: (id) => bench.records.find(id),
      holds: (...given) => bench.records.holds(...given),
      readRun: () => expect.unreachable(),
      readRunBackwards(...given) {
        const slice = bench.records.readRunBackwards(...given);
        read += JSON.stringify(slice).length;
        return slice;
      },
      readChat: () => expect.unreachable(),
      cursor: () => bench.records.cursor(),
    };
    const reader = { events, openCalls: () => [] };
    let { turns, more } = await readTurns(reader, "chat-1", 30);
    expect(read).toBeLessThan(3 * 1024 * 1024);
    let timeline = turns[0]!.timeline;
    let parts = 1;
    for (; more; parts += 1) {
      ({ turns, more } = await readTurns(reader, "chat-1", 30, { before: { runId: run.id, seq: timeline.firstSeq } }));
      timeline = joinTimelines(turns[0]!.timeline, timeline);
    }
    expect(parts).toBeGreaterThan(3);
    expect(timeline).toEqual(foldRun(run.id, bench.events(run.id)));
  });

  it("tells of a run before its events, to those who watch and to those who come back", async () => {
    const { bench, turn } = await busyRun(1);
    const watched: ChatUpdate[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const update of followChat(deps(bench), "chat-1", undefined, abort.signal)) watched.push(update);
    })();
    await until(() => watched.length === 1);
    const cursor = bench.records.cursor();
    turn.end();
    const next = await bench.start("chat-1");
    await until(() => watched.some((update) => update.type === "events" && update.events[0]?.runId === next.id));
    abort.abort();
    await reading;
    const back = await collect(followChat(deps(bench), "chat-1", cursor, undefined), 3);
    for (const updates of [watched, back]) {
      const run = updates.findIndex((update) => update.type === "run" && update.run.id === next.id);
      const events = updates.findIndex(
        (update) => update.type === "events" && update.events.some(({ runId }) => runId === next.id),
      );
      expect(run).toBeGreaterThanOrEqual(0);
      expect(run).toBeLessThan(events === -1 ? Infinity : events);
    }
  });
});

describe("a subscription", () => {
  it("R94 drops a reader that doesn't keep up, and takes no more for it", async () => {
    const reader = new Subscription<number>(10);
    for (let i = 0; i < 20; i += 1) reader.push(i);
    expect(reader.overflowed).toBe(true);
    expect(await reader.next(undefined)).toBe(null);
  });
});

/** A small seeded generator, so that a failure can be repeated. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
