import { afterAll, beforeAll, expect, it } from "vitest";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import { until } from "../testing/until.ts";

let bench: CoreBench;
let sessionId: string;

beforeAll(async () => {
  bench = await createCoreBench();
  const repo = bench.project();
  repo.write("a.txt", "a\n");
  repo.commit("first");
  sessionId = (await bench.session(repo)).id;
});
afterAll(() => bench.dispose());

/** The one of the session: an agent that was looked at may have a process that serves nobody yet. */
const listed = (kind: ProcessInfo["kind"]): Promise<ProcessInfo> =>
  until(
    async () =>
      (await bench.rpc.system.processes()).find((process) => process.kind === kind && process.sessionIds.includes(sessionId)),
    `the session's ${kind} among the processes`,
  );

it("ends an agent's process in the middle of its turn, which says so, and the next prompt has another", async () => {
  const { id: chatId } = await bench.rpc.chats.create({ sessionId });
  const run = await bench.rpc.runs.create({ chatId, agentId: "practice", prompt: "say begun\nhang" });
  await until(async () => (await bench.rpc.runs.get({ id: run.id })).status === "running");
  const child = await listed("agent");
  expect(child.memoryBytes).toBeGreaterThan(0);
  expect(await bench.rpc.system.endProcess({ pid: child.pid })).toEqual({ ended: true });
  expect(() => process.kill(child.pid, 0)).toThrow();
  const ended = await until(async () => {
    const now = await bench.rpc.runs.get({ id: run.id });
    return now.endedAt === null ? null : now;
  });
  expect(ended).toMatchObject({
    status: "failed",
    error: { code: "AGENT_CRASHED", message: expect.stringContaining("You ended it") },
  });
  const next = await bench.rpc.runs.create({ chatId, agentId: "practice", prompt: "say on" });
  await until(async () => (await bench.rpc.runs.get({ id: next.id })).status === "completed");
});

it("ends a terminal's program, whose session it tells, and nothing that isn't listed or is Hearth itself", async () => {
  const terminal = await bench.rpc.terminals.open({ sessionId, cols: 80, rows: 24 });
  const shell = await listed("terminal");
  expect(shell).toMatchObject({ sessionIds: [sessionId], unproved: false });
  expect(await bench.rpc.system.endProcess({ pid: shell.pid })).toEqual({ ended: true });
  expect(() => process.kill(shell.pid, 0)).toThrow();
  const shown = async () => (await bench.rpc.terminals.list({ sessionId })).find(({ id }) => id === terminal.id);
  await until(async () => (await shown())?.status === "exited");
  for (const pid of [shell.pid, process.pid, 1])
    await expect(bench.rpc.system.endProcess({ pid })).rejects.toMatchObject({ code: "PROCESS_NOT_FOUND" });
});
