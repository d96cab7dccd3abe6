import { expect, it } from "vitest";
import { failure } from "../../shared/errors.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

type Bench = ReturnType<typeof createRunBench>;
const status = (bench: Bench, id: string) => bench.runRepository.find(id)?.status;
const types = (bench: Bench, id: string): string[] => bench.events(id).map((event) => event.type);

it("starts no agent for a run that waited, once the project isn't trusted any more", async () => {
  const bench = createRunBench();
  await bench.start("chat-1");
  const waiting = await bench.start("chat-2");
  bench.services.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", ".mcp.json has changed");
  (await until(() => bench.backend.turns[0])).end();
  await until(() => status(bench, waiting.id) === "failed");
  expect(bench.runRepository.find(waiting.id)?.error).toEqual({ code: "PROJECT_NOT_TRUSTED", message: ".mcp.json has changed" });
  expect(bench.backend.opens).toEqual(["chat-1"]);
});

it("looks at what would run once the files of a new working copy are there", async () => {
  const bench = createRunBench();
  const session = bench.services.sessions.find("ses-a");
  if (session) session.copy.state = "preparing";
  const files = Promise.withResolvers<"ready">();
  bench.services.sessions.whenReady = () => files.promise;
  const run = await bench.start("chat-1");
  bench.services.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", "Never seen");
  files.resolve("ready");
  await until(() => status(bench, run.id) === "failed");
  expect(bench.backend.opens).toEqual([]);
});

it("has the pending changes of a revision before it tells of the revision", async () => {
  const bench = createRunBench();
  const recording = Promise.withResolvers<void>();
  let asked = false;
  const told: string[] = [];
  bench.services.sessions.setRevision = (_session, revision) => void told.push(revision);
  bench.services.changes.recordRun = async () => {
    asked = true;
    await recording.promise;
    return [];
  };
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "text", text: "Hello" });
  turn.end();
  await until(() => asked);
  expect(types(bench, run.id)).not.toContain("revision.created");
  expect(told).toEqual([]);
  recording.resolve();
  await until(() => status(bench, run.id) === "completed");
  expect(types(bench, run.id).slice(-3)).toEqual(["revision.created", "checkpoint.created", "run.completed"]);
  expect(told).toEqual(["tree-2"]);
});

it("appends nothing behind the end of a run that was interrupted while its checkpoint was taken", async () => {
  const bench = createRunBench();
  const take = bench.services.checkpoints.take.bind(bench.services.checkpoints);
  const disk = Promise.withResolvers<void>();
  bench.services.checkpoints.take = (...given) => disk.promise.then(() => take(...given));
  const run = await bench.start("chat-1");
  (await until(() => bench.backend.turns[0])).host.onUpdate({ type: "text", text: "Hello" });
  bench.clock.advance(200);
  bench.runs.dispose();
  disk.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(types(bench, run.id).at(-1)).toBe("run.interrupted");
});

it("takes the checkpoint after a run that failed with the next prompt, before that run's own", async () => {
  const bench = createRunBench();
  const take = bench.services.checkpoints.take.bind(bench.services.checkpoints);
  const taken: string[] = [];
  let full = true;
  bench.services.checkpoints.take = async (session, kind, options) => {
    taken.push(`${kind} ${options.runId}`);
    if (kind === "after-run" && full) return failure("CHECKPOINT_FAILED", "no room");
    return take(session, kind, options);
  };
  const first = await bench.start("chat-1");
  (await until(() => bench.backend.turns[0])).end();
  await until(() => status(bench, first.id) === "completed");
  expect(bench.recorded).toEqual([]);
  full = false;
  const second = await bench.start("chat-1");
  (await until(() => bench.backend.turns[1])).end();
  await until(() => status(bench, second.id) === "completed");
  expect(taken).toEqual([
    ...[`before-run ${first.id}`, `after-run ${first.id}`],
    ...[`after-run ${first.id}`, `before-run ${second.id}`, `after-run ${second.id}`],
  ]);
  expect(bench.recorded).toMatchObject([
    { runId: first.id, beforeTree: "tree-1", afterTree: "tree-2" },
    { runId: second.id, beforeTree: "tree-3", afterTree: "tree-4" },
  ]);
});

it("tells in the run that a checkpoint couldn't be taken, and goes on", async () => {
  const bench = createRunBench();
  bench.services.checkpoints.take = () => Promise.reject(new Error("no room"));
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  bench.clock.advance(200);
  await until(() => types(bench, run.id).includes("notice"));
  expect(await turn.host.authorize({ kind: "edit", paths: ["a"] }, undefined, new AbortController().signal)).toBe(true);
  turn.end();
  await until(() => status(bench, run.id) === "completed");
});

it("fails the run alone where what follows the prompt can't be written", async () => {
  const bench = createRunBench();
  bench.store.sqlite.exec(`
    CREATE TRIGGER full BEFORE UPDATE OF timings ON runs WHEN OLD.prompt_sent_at IS NOT NULL AND NEW.status = 'running'
    BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END
  `);
  const run = await bench.start("chat-1");
  await until(() => bench.backend.turns[0]);
  bench.clock.advance(200);
  await until(() => bench.records.fault(run.id));
  bench.clock.advance(10_000);
  await until(() => bench.records.find(run.id)?.status === "failed");
  bench.clock.advance(10_000);
  expect(bench.runRepository.find(run.id)).toMatchObject({ status: "failed", error: { code: "INTERNAL" } });
  expect(bench.records.fault(run.id)).toBe(null);
  expect(bench.backend.turns[0]?.cancelled).toBe(true);
});

const said = (bench: Bench, id: string): string =>
  bench
    .events(id)
    .map((event) => (event.type === "assistant.delta" ? event.payload.text : ""))
    .join("");

it("takes what comes between the agent's answer and the run's last event as part of the run", async () => {
  const bench = createRunBench();
  bench.backend.stragglesMs = 50;
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "tool", tool: { id: "t", kind: "execute", title: "npm test", status: "in_progress" } });
  turn.host.onUpdate({ type: "text", text: "forty-" });
  turn.end();
  await until(() => types(bench, run.id).includes("revision.created"));
  bench.clock.advance(30);
  turn.host.onUpdate({ type: "text", text: "two" });
  turn.host.onUpdate({ type: "tool", tool: { id: "t", status: "completed" } });
  bench.clock.advance(30);
  await new Promise((resolve) => setImmediate(resolve));
  expect(status(bench, run.id)).toBe("running");
  turn.host.onUpdate({ type: "text", text: "." });
  await until(() => {
    bench.clock.advance(50);
    return status(bench, run.id) === "completed";
  });
  expect(said(bench, run.id)).toBe("forty-two.");
  expect(types(bench, run.id)).toContain("tool.completed");
  expect(types(bench, run.id)).not.toContain("tool.failed");
  turn.host.onUpdate({ type: "text", text: "afterwards" });
  turn.host.onUpdate({ type: "usage", usage: { contextUsed: 7 } });
  expect([said(bench, run.id), types(bench, run.id).at(-1)]).toEqual(["forty-two.", "run.completed"]);
});

it("doesn't wait for ever for an agent that goes on speaking after its turn", async () => {
  const bench = createRunBench();
  bench.backend.stragglesMs = 50;
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.end();
  await until(() => {
    turn.host.onUpdate({ type: "text", text: "and " });
    bench.clock.advance(50);
    return status(bench, run.id) === "completed";
  });
});

it("asks a person what an agent asks between its turns, and lets the run that settles end first", async () => {
  const bench = createRunBench();
  const checkpoint = Promise.withResolvers<void>();
  const take = bench.services.checkpoints.take.bind(bench.services.checkpoints);
  bench.services.checkpoints.take = async (session, kind, options) => {
    if (kind === "after-run") await checkpoint.promise;
    return take(session, kind, options);
  };
  const asked: { status: string | undefined; aborted: boolean }[] = [];
  const run = await bench.start("chat-1");
  bench.services.permissions.request = async (_turn, ask, signal) => {
    asked.push({ status: status(bench, run.id), aborted: signal.aborted });
    return { kind: "selected", optionId: ask.options[0]?.optionId ?? "", allowed: true };
  };
  const turn = await until(() => bench.backend.turns[0]);
  const ask = { title: "", action: { kind: "execute" as const, command: "make" }, options: [] };
  const session = new AbortController();
  turn.end();
  await until(() => bench.cancelledAsks.length > 0);
  const settling = turn.host.requestPermission(ask, session.signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  checkpoint.resolve();
  expect(await settling).toMatchObject({ allowed: true });
  expect(await turn.host.requestPermission(ask, session.signal)).toMatchObject({ allowed: true });
  const heard = { status: "completed", aborted: false };
  expect(asked).toEqual([heard, heard]);
});

it("puts what the agent reports when the run is over beside the run, unread, and appends nothing", async () => {
  const bench = createRunBench();
  const touched: { unread?: boolean }[] = [];
  bench.services.sessions.touch = (_id, what) => void touched.push(what);
  const run = await bench.start("chat-1");
  const { host, end } = await until(() => bench.backend.turns[0]);
  end();
  await until(() => status(bench, run.id) === "completed");
  const told = types(bench, run.id);
  touched.length = 0;
  host.onUpdate({ type: "text", text: "The nightly build " });
  host.onUpdate({ type: "text", text: "is green." });
  host.onUpdate({ type: "tool", tool: { id: "b", title: "npm test", status: "completed" } });
  bench.clock.advance(300);
  expect(bench.runRepository.find(run.id)?.lateReport?.text).toBe("The nightly build is green.\nnpm test: completed\n");
  expect(touched).toEqual([{ unread: true }]);
  host.onUpdate({ type: "text", text: "Deployed." });
  bench.runs.dispose();
  expect(bench.runRepository.find(run.id)?.lateReport?.text).toMatch(/completed\nDeployed\.$/);
  expect(types(bench, run.id)).toEqual(told);
});

it("says nothing more of a run that a person stopped", async () => {
  const bench = createRunBench();
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  bench.runs.cancel(run.id);
  turn.end("cancelled");
  await until(() => status(bench, run.id) === "cancelled");
  turn.host.onUpdate({ type: "text", text: "I go on all the same" });
  bench.clock.advance(300);
  expect(bench.runRepository.find(run.id)?.lateReport).toBeUndefined();
});

it("says which files changed without a request, with the checkpoint from before, and remembers it of the agent", async () => {
  const bench = createRunBench();
  const noted: string[] = [];
  bench.services.changes.recordRun = async () => [
    { path: "a.txt", additions: 3, deletions: 1 },
    { path: "src/b.txt", additions: 2, deletions: 0 },
  ];
  bench.services.permissions.unasked = (_turn, changed) => changed.filter((name) => name !== "a.txt");
  bench.services.agents.noteUnasked = (agentId) => void noted.push(agentId);
  const run = await bench.start("chat-1");
  (await until(() => bench.backend.turns[0])).end();
  await until(() => status(bench, run.id) === "completed");
  const notice = bench.events(run.id).find((event) => event.type === "notice");
  const before = bench.events(run.id).find((event) => event.type === "checkpoint.created");
  expect(notice?.payload).toEqual({
    kind: "unasked",
    message: "Changed without asking",
    paths: ["src/b.txt"],
    checkpointId: before?.payload.checkpointId,
    alarmId: "alarm-1",
  });
  expect(noted).toEqual(["fake"]);
  const revision = bench.events(run.id).find((event) => event.type === "revision.created");
  expect(revision?.payload.changed).toEqual({ files: 2, additions: 5, deletions: 1, paths: ["a.txt", "src/b.txt"] });
});
