import { expect, it } from "vitest";
import type { RunningProcess } from "../lib/running-process.ts";
import type { RecordedProcess } from "../store/processes.ts";
import { judge, judgeProcesses } from "./judge-processes.ts";

const at = Date.UTC(2026, 10, 28, 12);
const record: RecordedProcess = { pid: 50, startTicks: "", kind: "agent", label: "x", tag: "mark", startedAt: at };

function running(over: Partial<RunningProcess> & { pid: number }): RunningProcess {
  return { parent: 1, group: over.pid, startedAtMs: at - 900, startTicks: null, tag: null, name: "node", ...over };
}

it("R25 what carries the tag is ours, whatever its number", () => {
  expect(judge(record, running({ pid: 77, tag: "mark" }), false)).toBe("ours");
});

it("R26 what carries another's tag is not ours, though number and time fit", () => {
  expect(judge(record, running({ pid: 50, tag: "other" }), true)).toBe("not ours");
});

it.each([
  ["began as it was recorded", at - 900, "ours"],
  ["began after the record", at + 2000, "not ours"],
  ["began long before it", at - 60_000, "not ours"],
  ["began nobody knows when", null, "unproved"],
] as const)("R26 the recorded number, whose process %s", (_, startedAtMs, verdict) => {
  expect(judge(record, running({ pid: 50, startedAtMs }), true)).toBe(verdict);
});

it("R26 where the kernel tells its own start time, nothing else proves a number", () => {
  const ticks = { ...record, startTicks: "7@boot" };
  expect(judge(ticks, running({ pid: 50, startTicks: "7@boot", startedAtMs: at + 9000 }), true)).toBe("ours");
  expect(judge(ticks, running({ pid: 50, startTicks: "8@boot" }), true)).toBe("not ours");
  expect(judge(record, running({ pid: 50, startTicks: "8@boot" }), true)).toBe("not ours");
});

it("R25 what is left of a group or was a child, without a tag that could be read, is unproved", () => {
  expect(judge(record, running({ pid: 51, group: 50, startedAtMs: at + 60_000 }), false)).toBe("unproved");
  expect(judge(record, running({ pid: 51, group: null, parent: 50, startedAtMs: null }), false)).toBe("unproved");
  expect(judge(record, running({ pid: 51, group: 50, startedAtMs: at - 60_000 }), false)).toBe("not ours");
  expect(judge(record, running({ pid: 51, group: 50 }), true)).toBe("not ours");
  expect(judge(record, running({ pid: 51 }), false)).toBe("not ours");
});

it("R24 what descends from one of ours, or is in its group, is ours; what was there before isn't", () => {
  const processes = [
    running({ pid: 50 }),
    running({ pid: 51, parent: 50 }),
    running({ pid: 52, parent: 51 }),
    running({ pid: 53, group: 50 }),
    running({ pid: 54, parent: 51, startedAtMs: at - 90_000 }),
    running({ pid: 55 }),
  ];
  const judged = judgeProcesses([record], processes, 0).map(({ process, verdict }) => [process.pid, verdict]);
  expect(judged).toEqual([50, 51, 53, 52].map((pid) => [pid, "ours"]));
});

it("R26 after a restart of the system nothing that was recorded before is ours", () => {
  expect(judgeProcesses([record], [running({ pid: 51, group: 50, startedAtMs: at + 90_000 })], at + 60_000)).toEqual([]);
});

it("R26 what carries another's tag is not ours, though it descends from one that is", () => {
  const processes = [running({ pid: 50 }), running({ pid: 51, parent: 50, tag: "other" }), running({ pid: 52, parent: 50 })];
  expect(judgeProcesses([record], processes, 0).map(({ process }) => process.pid)).toEqual([50, 52]);
});
