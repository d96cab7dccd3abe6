import { expect, it } from "vitest";
import { isTerminal } from "../../shared/run-event.ts";
import type { FakeTurn } from "../testing/fake-backend.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";
import { interruptOpenRuns } from "./recovery.ts";

type Bench = ReturnType<typeof createRunBench>;
const usage = (input: number, output: number) => ({ input, cached: null, output, reasoning: null });
const edit = { id: "c1", kind: "edit" as const, title: "edit a.ts", locations: [{ path: "a.ts" }] };

async function turnOf(bench: Bench, count: number): Promise<FakeTurn> {
  return until(() => bench.backend.turns[count - 1], "the turn");
}

async function pausedRun(bench: Bench) {
  const run = await bench.start("chat-1", "go");
  const turn = await turnOf(bench, 1);
  turn.host.onUpdate({ type: "text", text: "First half. " });
  turn.pause({ limit: "calls", count: 100 }, usage(1_000, 50));
  await until(() => bench.runRepository.find(run.id)?.status === "paused", "the pause");
  return run;
}

/** Hearth is closed, or (`killed`) just gone, and begins anew on the same store. */
function restart(bench: Bench, { killed = false } = {}): Bench {
  if (!killed) bench.runs.dispose();
  bench.store.close();
  const next = createRunBench(bench.dir);
  interruptOpenRuns({ store: next.store, runs: next.runRepository, files: next.files, clock: next.clock, hold: () => {} });
  next.runs.takeUpPaused();
  return next;
}

it("pauses with its reason and number, and keeps its working copy", async () => {
  const bench = createRunBench();
  const { id } = await pausedRun(bench);
  const run = bench.runs.get(id);
  expect(run).toMatchObject({
    ok: true,
    value: { reason: "Paused after 100 tool calls", pause: { limit: "calls", count: 100 }, usage: usage(1_000, 50) },
  });
  const notices = bench.events(id).filter(({ type }) => type === "notice");
  expect(notices).toMatchObject([{ payload: { kind: "paused", message: "Paused after 100 tool calls" } }]);
  const other = await bench.start("chat-2");
  expect(bench.runRepository.find(other.id)).toMatchObject({ status: "queued", reason: "Waits for chat 1" });
});

it("goes on in the same run: no prompt a second time, usage added up, one checkpoint on each side", async () => {
  const bench = createRunBench();
  const { id } = await pausedRun(bench);
  expect(bench.runs.resume(id)).toMatchObject({ ok: true, value: { status: "starting", reason: null, pause: null } });
  expect(bench.runs.resume(id)).toMatchObject({ ok: false, error: { code: "RUN_NOT_PAUSED" } });
  const turn = await turnOf(bench, 2);
  expect(turn.request).toMatchObject({ goesOn: true, blocks: [], limits: { calls: 100, requests: null, tokens: null } });
  turn.host.onUpdate({ type: "usage", usage: usage(400, 20) });
  turn.end();
  await until(() => bench.runRepository.find(id)?.status === "completed", "the end");
  expect(bench.events(id).findLast(({ type }) => type === "usage.updated")).toMatchObject({ payload: usage(1_400, 70) });
  const checkpoints = bench.events(id).filter(({ type }) => type === "checkpoint.created");
  expect(checkpoints).toHaveLength(2);
  expect(bench.recorded).toHaveLength(1);
});

it.each([{ killed: false }, { killed: true }])("goes on after a restart of Hearth with nothing lost: $killed", async (how) => {
  const before = createRunBench();
  const { id } = await pausedRun(before);
  const told = before.events(id);
  const bench = restart(before, how);
  expect(bench.events(id)).toEqual(told);
  const waiting = await bench.start("chat-2");
  expect(bench.runRepository.find(waiting.id)?.status).toBe("queued");
  expect(bench.runs.resume(id)).toMatchObject({ ok: true });
  const turn = await turnOf(bench, 1);
  expect(turn.request).toMatchObject({ goesOn: true, blocks: [] });
  turn.host.onUpdate({ type: "text", text: "Second half." });
  turn.end();
  await until(() => bench.runRepository.find(id)?.status === "completed", "the end");
  const said = bench.events(id).map((event) => (event.type === "assistant.delta" ? event.payload.text : ""));
  expect(said.join("")).toBe("First half. Second half.");
  expect(bench.events(id).filter(isTerminal)).toHaveLength(1);
  await turnOf(bench, 2);
});

it("remembers over a restart that an edit had failed", async () => {
  const before = createRunBench();
  const run = await before.start("chat-1");
  const turn = await turnOf(before, 1);
  turn.host.onUpdate({
    type: "tool",
    tool: { ...edit, status: "in_progress", diff: [{ path: "a.ts", oldText: null, newText: "x" }] },
  });
  turn.host.onUpdate({ type: "tool", tool: { ...edit, status: "failed" } });
  turn.pause({ limit: "requests", count: 3 });
  await until(() => before.runRepository.find(run.id)?.status === "paused", "the pause");
  const bench = restart(before);
  bench.runs.resume(run.id);
  (await turnOf(bench, 1)).end();
  await until(() => bench.runRepository.find(run.id)?.endedAt, "the end");
  expect(bench.runRepository.find(run.id)).toMatchObject({ status: "failed", error: { code: "EDIT_NOT_RECOVERED" } });
});

it("Stop ends it, also after a restart, and what it changed is recorded", async () => {
  const before = createRunBench();
  const { id } = await pausedRun(before);
  const bench = restart(before);
  bench.runs.cancel(id);
  await until(() => bench.runRepository.find(id)?.status === "cancelled", "the end");
  expect(bench.runRepository.find(id)).toMatchObject({ pause: null, reason: null });
  expect(bench.recorded).toHaveLength(1);
  expect(bench.backend.turns).toEqual([]);
  await bench.start("chat-2");
  await turnOf(bench, 1);
});

it("a prompt that is sent now goes out in its place", async () => {
  const bench = createRunBench();
  const { id } = await pausedRun(bench);
  await bench.start("chat-1", "instead", { now: true });
  await until(() => bench.runRepository.find(id)?.stopReason === "steered", "the end");
  expect((await turnOf(bench, 2)).request.blocks).toMatchObject([{ text: "instead" }]);
});

it("takes the run's own limits before the settings'", async () => {
  const bench = createRunBench();
  const prompt = [{ type: "text" as const, text: "go" }];
  await bench.runs.create({ chatId: "chat-1", agentId: "fake", modelId: null, prompt, limits: { calls: null, tokens: 5_000 } });
  expect((await turnOf(bench, 1)).request.limits).toEqual({ calls: null, requests: null, tokens: 5_000 });
});
