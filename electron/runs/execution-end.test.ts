import { expect, it } from "vitest";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

type Bench = ReturnType<typeof createRunBench>;
const status = (bench: Bench, id: string) => bench.runRepository.find(id)?.status;

it("R22 kills the agent that can't be told to stop", async () => {
  const bench = createRunBench();
  const open = bench.backend.open.bind(bench.backend);
  bench.backend.open = async (...given) => {
    const opened = await open(...given);
    if (opened.ok) opened.value.cancel = () => Promise.reject(new Error("EPIPE"));
    return opened;
  };
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  bench.runs.cancel(run.id);
  await until(() => status(bench, run.id) === "cancelled");
  expect(turn.killed).toBe(true);
});

it("R22 leaves an agent alone that only tells, after Stop, how what it did has ended", async () => {
  const bench = createRunBench();
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "tool", tool: { id: "t", kind: "execute", title: "npm test", status: "in_progress" } });
  turn.host.onUpdate({ type: "tool", tool: { id: "e", kind: "edit", title: "a.txt", status: "in_progress" } });
  bench.runs.cancel(run.id);
  bench.clock.advance(3_000);
  turn.host.onUpdate({ type: "tool", tool: { id: "t", status: "completed", output: "aborted" } });
  turn.host.onUpdate({ type: "tool", tool: { id: "e", status: "failed" } });
  turn.host.onUpdate({ type: "usage", usage: { contextUsed: 7 } });
  expect(turn.killed).toBe(false);
  turn.end("cancelled");
  await until(() => status(bench, run.id) === "cancelled");
  const ends = bench.events(run.id).filter((event) => event.type === "tool.failed" || event.type === "tool.completed");
  expect(ends.map(({ payload }) => payload)).toMatchObject([
    { id: "t", status: "cancelled", code: "CANCELLED" },
    { id: "e", status: "cancelled", code: "CANCELLED" },
  ]);
});

it("R24 ends what the stopped command left running, and says so; where there was no command it looks at nothing", async () => {
  const bench = createRunBench();
  bench.backend.leftCommands = { ended: ["sleep (7)"], left: ["node (8)"] };
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "tool", tool: { id: "a", kind: "execute", title: "npm start &", status: "completed" } });
  bench.clock.advance(5_000);
  turn.host.onUpdate({ type: "tool", tool: { id: "b", kind: "execute", title: "npm test", status: "in_progress" } });
  bench.clock.advance(2_000);
  bench.runs.cancel(run.id);
  turn.end("cancelled");
  await until(() => status(bench, run.id) === "cancelled");
  expect(bench.backend.endedCommands).toEqual([{ endWithinMs: 3_000, nameWithinMs: 8_000 }]);
  expect(bench.events(run.id).find((event) => event.type === "notice")?.payload.message).toBe(
    "Stop ended what its command had left running: sleep (7). Begun in this turn, and still running: node (8).",
  );
  const talk = await bench.start("chat-1");
  const second = await until(() => bench.backend.turns[1]);
  second.host.onUpdate({ type: "text", text: "Well" });
  bench.runs.cancel(talk.id);
  second.end("cancelled");
  await until(() => status(bench, talk.id) === "cancelled");
  expect(bench.backend.endedCommands).toHaveLength(1);
});

it("says of a turn without a word or a deed that it was one", async () => {
  const bench = createRunBench();
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "reasoning", text: "Hm" });
  turn.end();
  await until(() => status(bench, run.id) === "completed");
  expect(bench.events(run.id).find((event) => event.type === "notice")?.payload.kind).toBe("empty");
});

it("R21 says that a stop isn't confirmed when the kill can't be proved", async () => {
  const bench = createRunBench();
  const open = bench.backend.open.bind(bench.backend);
  bench.backend.open = async (...given) => {
    const opened = await open(...given);
    if (opened.ok) opened.value.kill = () => Promise.reject(new Error("still there"));
    return opened;
  };
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  bench.runs.cancel(run.id);
  bench.clock.advance(10_000);
  turn.fail({ type: "killed", message: "Killed" });
  bench.clock.advance(12_000);
  await until(() => status(bench, run.id) === "failed");
  expect(bench.runRepository.find(run.id)?.error?.code).toBe("CANCEL_UNCONFIRMED");
});

it("ends a turn whose agent is silent for longer than it may, as stalled, and by the same ladder as Stop", async () => {
  const bench = createRunBench();
  const run = await bench.start("chat-1");
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "text", text: "Well" });
  turn.host.onUpdate({ type: "tool", tool: { id: "t", kind: "execute", title: "make", status: "in_progress" } });
  bench.clock.advance(3_600_000);
  expect(status(bench, run.id)).toBe("running");
  turn.host.onUpdate({ type: "tool", tool: { id: "t", status: "completed" } });
  bench.clock.advance(595_000);
  expect(turn.cancelled).toBe(false);
  bench.clock.advance(10_000);
  expect(turn.cancelled).toBe(true);
  turn.end("cancelled");
  await until(() => status(bench, run.id) === "failed");
  expect(bench.runRepository.find(run.id)?.error).toEqual({
    code: "STALLED",
    message: "The agent was silent for 10 min, so its turn was ended.",
  });
  const deaf = await bench.start("chat-1");
  await until(() => bench.backend.turns[1]);
  bench.clock.advance(620_000);
  await until(() => status(bench, deaf.id) === "failed");
  expect(bench.backend.turn.killed).toBe(true);
  expect(bench.runRepository.find(deaf.id)?.error?.code).toBe("STALLED");
});

it("calls a turn failed that leaves an edit failed, unless the person wants it otherwise", async () => {
  const bench = createRunBench();
  const oneFailedEdit = async (): Promise<string> => {
    const run = await bench.start("chat-1");
    const turn = await until(() => bench.backend.turns[bench.runRepository.listChat("chat-1", 10).length - 1]);
    turn.host.onUpdate({
      type: "tool",
      tool: { id: "e", kind: "edit", status: "failed", diff: [{ path: "/w/ses-a/a.txt", oldText: null, newText: "a" }] },
    });
    turn.host.onUpdate({ type: "text", text: "Done!" });
    turn.end();
    await until(() => bench.runRepository.find(run.id)?.endedAt);
    return run.id;
  };
  expect(bench.runRepository.find(await oneFailedEdit())).toMatchObject({
    status: "failed",
    error: { code: "EDIT_NOT_RECOVERED", message: expect.stringContaining("a.txt") },
  });
  const session = bench.services.sessions.find("ses-a");
  if (session) session.policy = "plan";
  expect(bench.runRepository.find(await oneFailedEdit())?.status).toBe("completed");
  if (session) session.policy = "ask";
  const usual = bench.services.settings();
  bench.services.settings = () => ({ ...usual, failUnrecoveredEdits: false });
  expect(bench.runRepository.find(await oneFailedEdit())?.status).toBe("completed");
});
