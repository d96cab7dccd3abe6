import { realpathSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ok } from "../../../../shared/result.ts";
import { SessionTerminals, type SessionTerminalsDeps } from "../../../terminals/agent-terminals.ts";
import { createTerminalBench, type TerminalBench } from "../../../testing/terminal-bench.ts";
import { ManualClock } from "../../../lib/clock.ts";
import { rejected, ToolBench } from "../../../testing/tool-bench.ts";
import { until } from "../../../testing/until.ts";
import { viewOutput } from "../answer/view-output.ts";
import { runCommand } from "./run-command.ts";

let place: TerminalBench;
let bench: ToolBench;
const clock = new ManualClock();
const unconfined: SessionTerminalsDeps["confine"] = async ([command = "", ...args]) =>
  ok({ command, args, note: null, refused: async () => [] });
const tool = runCommand({ clock });

beforeEach(() => {
  place = createTerminalBench();
  const terminals = new SessionTerminals({
    ...place.deps,
    service: place.service,
    sessionId: "s",
    agentId: "hearth",
    confine: unconfined,
  });
  bench = new ToolBench({ terminals });
});
afterEach(() => place.close());

it("runs a shell's command in the working copy, on a terminal that the card shows", async () => {
  const answer = await bench.run(tool, { cmd: "pwd && printf 'a\\033[31mb\\033[0m\\n10 %%\\r100 %%\\n' | cat" });
  expect(answer.fault).toBeNull();
  expect(answer.text).toBe(`${realpathSync(bench.root)}\nab\n100 %`);
  expect(bench.asked).toMatchObject([{ kind: "execute", cwd: bench.root, command: expect.stringContaining("pwd") }]);
  expect(bench.updates).toMatchObject([{ tool: { terminal: expect.any(String) } }]);
  expect(place.pids.size).toBe(0);
});

it("tells how a command failed, with what it printed", async () => {
  const answer = await bench.run(tool, "echo no; exit 3");
  expect(answer.fault).toMatchObject({ code: "EXECUTION_FAILED", message: "It ended with exit code 3." });
  expect(answer.text).toContain("\nno");
  expect(answer.shown.ending).toEqual({ exitCode: 3 });
});

it("runs nothing that isn't allowed, outside, or after Stop", async () => {
  expect((await bench.run(tool, { command: "touch x", cwd: ".." })).fault?.code).toBe("POLICY_VIOLATION");
  expect(bench.asked).toEqual([]);
  bench.decide = () => rejected;
  expect((await bench.run(tool, { command: "touch x" })).fault?.code).toBe("PERMISSION_DENIED");
  bench.stop.abort();
  expect((await bench.run(tool, { command: "touch x" })).fault?.code).toBe("CANCELLED");
  expect(place.service.listAll()).toEqual([]);
});

it("ends a command that takes too long, and one that is stopped", async () => {
  const late = bench.run(tool, { command: "echo begun; sleep 1000", timeout: "5" });
  await until(() => clock.pending() > 0 && place.service.listAll().length > 0, "the command");
  await until(() => bench.updates.length > 0);
  clock.advance(5_000);
  expect((await late).fault).toMatchObject({ code: "TIMED_OUT", message: "It was ended after 5 s." });
  const stopped = bench.run(tool, { command: "sleep 1000" });
  await until(() => clock.pending() > 0, "the second command");
  bench.stop.abort();
  expect((await stopped).fault?.code).toBe("CANCELLED");
  expect(place.pids.size).toBe(0);
});

it("ends the jobs of a stopped turn, and only names those from before", async () => {
  for (const _ of [1, 2]) await bench.run(tool, { command: "exec sleep 1000", background: true });
  const { jobs } = bench.call;
  const now = Number.MAX_SAFE_INTEGER;
  expect(await jobs.endBegun({ end: now, name: 0 })).toEqual({
    ended: [],
    left: ["exec sleep 1000 (job_1)", "exec sleep 1000 (job_2)"],
  });
  expect(await jobs.endBegun({ end: 0, name: 0 })).toMatchObject({ ended: [expect.any(String), expect.any(String)], left: [] });
  expect(jobs.running()).toEqual([]);
  expect(place.pids.size).toBe(0);
});

it("goes on with a job in the background, whose output is read until it is stopped", async () => {
  const started = await bench.run(tool, { command: "echo ready; exec sleep 1000", background: true });
  const id = /job_\d+/.exec(started.text)?.[0];
  await until(async () => (await bench.run(viewOutput, { id })).text.includes("ready"), "its output");
  expect((await bench.run(viewOutput, { id })).text).toContain("[Running. Lines 1–1 of 1]");
  expect((await bench.run(viewOutput, { id, stop: true })).text).toMatch(/^\[(Stopped|Ended)[^\n]*\nready/);
  expect(bench.call.jobs.running()).toEqual([]);
  expect(place.pids.size).toBe(0);
});
