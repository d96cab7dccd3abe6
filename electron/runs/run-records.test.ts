import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { isTerminal } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";
import { interruptOpenRuns } from "./recovery.ts";

type Bench = ReturnType<typeof createRunBench>;

/** A full disk as SQLite meets one: the database may not grow by a page. */
function fill(bench: Bench): () => void {
  const { sqlite } = bench.store;
  sqlite.pragma(`max_page_count = ${sqlite.pragma("page_count", { simple: true })}`);
  return () => sqlite.pragma("max_page_count = 4294967294");
}

/** A text that needs pages of its own. */
const long = (mark: string): string => `${mark} ${"x".repeat(20_000)} `;

const textOf = (bench: Bench, runId: string): string =>
  foldRun(runId, bench.events(runId))
    .items.map((item) => (item.kind === "text" ? item.text : ""))
    .join("");

async function startTurn(bench: Bench) {
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  bench.clock.advance(200);
  await until(() => bench.events(run.id).some((event) => event.type === "checkpoint.created"));
  const say = (text: string): void => {
    turn.host.onUpdate({ type: "text", text });
    bench.clock.advance(60);
  };
  return { run, turn, say };
}

it("keeps what a full disk didn't take, in order and once, and shows what it keeps", async () => {
  const bench = createRunBench();
  const { run, turn, say } = await startTurn(bench);
  say(long("one"));
  const free = fill(bench);
  say(long("two"));
  say(long("three"));
  expect(bench.records.find(run.id)).toMatchObject({ status: "running", notSaved: "the disk is full" });
  expect(textOf(bench, run.id)).toBe(long("one"));
  free();
  bench.clock.advance(5_000);
  expect(bench.records.find(run.id)?.notSaved).toBeUndefined();
  turn.end();
  await until(() => bench.runRepository.find(run.id)?.status === "completed");
  expect(textOf(bench, run.id)).toBe(long("one") + long("two") + long("three"));
  expect(bench.events(run.id).map((event) => event.seq)).toEqual(bench.events(run.id).map((_, index) => index + 1));
});

it("ends a run whose last event can't be written as failed, gives back its place, and settles it later", async () => {
  const bench = createRunBench();
  const { run, turn, say } = await startTurn(bench);
  say("done");
  bench.store.sqlite.pragma("query_only = ON");
  turn.end();
  await until(() => bench.records.find(run.id)?.status === "failed");
  expect(bench.records.find(run.id)?.error).toEqual({
    code: "INTERNAL",
    message: "The end of this run couldn't be saved: Hearth's database can't be written to",
  });
  expect(bench.records.listOpen()).toEqual([]);
  expect(bench.leases.going().length > 0).toBe(false);
  expect(bench.runs.cancel(run.id)).toMatchObject({ ok: true, value: { status: "failed" } });
  await expect(bench.start("chat-1")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  bench.store.sqlite.pragma("query_only = OFF");
  const next = await bench.start("chat-1");
  await until(() => bench.backend.turns.length === 2);
  bench.clock.advance(5_000);
  expect(bench.runRepository.find(run.id)).toMatchObject({ status: "failed", error: { code: "INTERNAL" } });
  const ends = bench.events(run.id).filter(isTerminal);
  expect(ends.map((event) => event.type)).toEqual(["run.failed"]);
  expect(bench.events(run.id).at(-1)).toEqual(ends[0]);
  expect(bench.records.find(next.id)?.status).toBe("running");
});

it("fails only the run, after a minute, where the store takes nothing; its agent is told to stop", async () => {
  const bench = createRunBench();
  const { run, turn, say } = await startTurn(bench);
  bench.store.sqlite.pragma("query_only = ON");
  say("lost?");
  bench.clock.advance(59_000);
  expect(bench.records.find(run.id)?.status).toBe("running");
  bench.clock.advance(10_000);
  await until(() => bench.records.find(run.id)?.status === "failed");
  expect(turn.cancelled).toBe(true);
  bench.store.sqlite.pragma("query_only = OFF");
  bench.clock.advance(5_000);
  expect(textOf(bench, run.id)).toBe("lost?");
  expect(bench.runRepository.find(run.id)?.status).toBe("failed");
});

it("doesn't send a prompt while a restart would take it for unsent", async () => {
  const bench = createRunBench();
  bench.backend.holdOpening = new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const run = await bench.start("chat-1");
  bench.store.sqlite.pragma("query_only = ON");
  await until(() => bench.records.fault(run.id));
  await new Promise((resolve) => setImmediate(resolve));
  expect(bench.backend.turns).toEqual([]);
  bench.store.sqlite.pragma("query_only = OFF");
  bench.clock.advance(5_000);
  await until(() => bench.backend.turns[0]);
  expect(bench.runRepository.wasSent(run.id)).toBe(true);
});

it("waits for a database that another process holds, and loses and blocks nothing", async () => {
  const bench = createRunBench();
  const { run, turn, say } = await startTurn(bench);
  const script = path.join(import.meta.dirname, "../testing/lock-database.ts");
  const checkpointed: string[] = [];
  const take = bench.services.checkpoints.take.bind(bench.services.checkpoints);
  bench.services.checkpoints.take = (sessionId, kind, options) => {
    checkpointed.push(kind);
    return take(sessionId, kind, options);
  };
  const holder = spawn(process.execPath, [script, path.join(bench.dir, "hearth.db")], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    say("one ");
    say("two ");
    expect(bench.records.find(run.id)?.notSaved).toBe("another program holds Hearth's database");
    turn.end();
    bench.clock.advance(15_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.records.find(run.id)?.status).toBe("running");
    expect(checkpointed).toEqual([]);
  } finally {
    holder.stdin.end();
    await new Promise((resolve) => holder.once("exit", resolve));
  }
  bench.clock.advance(5_000);
  await until(() => bench.runRepository.find(run.id)?.status === "completed");
  expect(checkpointed).toEqual(["after-run"]);
  expect(textOf(bench, run.id)).toBe("one two ");
  expect(bench.leases.take("copy-ses-a")).not.toBe(null);
});

it("settles at the next start what the store never took", async () => {
  const bench = createRunBench();
  const { run, turn, say } = await startTurn(bench);
  say("kept");
  bench.store.sqlite.pragma("query_only = ON");
  turn.end();
  await until(() => bench.records.find(run.id)?.status === "failed");
  bench.runs.dispose();
  bench.store.close();
  const next = createRunBench(bench.dir);
  interruptOpenRuns({ store: next.store, runs: next.runRepository, files: next.files, clock: next.clock, hold: () => {} });
  expect(next.runRepository.find(run.id)?.status).toBe("interrupted");
  expect(next.events(run.id).filter(isTerminal)).toHaveLength(1);
  expect(textOf(next, run.id)).toBe("kept");
});
