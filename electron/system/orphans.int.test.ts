import { execFileSync, spawn } from "node:child_process";
import { afterEach, expect, it } from "vitest";
import { listProcesses } from "../lib/list-processes.ts";
import { identify, isSameProcess } from "../lib/process-tree.ts";
import { tagName } from "../lib/process-table.ts";
import { parsePs } from "../lib/running-process.ts";
import type { RecordedProcess } from "../store/processes.ts";
import { processesWith } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";
import { Orphans } from "./orphans.ts";

const mark = `8${process.pid}`;
afterEach(() => {
  for (const pid of processesWith(`sleep\0${mark}`)) process.kill(pid, "SIGKILL");
});

function start(script: string, tag = ""): RecordedProcess {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: "ignore",
    env: { PATH: process.env["PATH"], ...(tag === "" ? {} : { [tagName]: tag }) },
  });
  const { pid, startTicks } = identify(child.pid ?? 0);
  return { pid, startTicks: startTicks ?? "", tag, kind: "agent", label: "x", startedAt: Date.now() };
}

function openOrphans(rows: RecordedProcess[]): Orphans {
  const remove = (pid: number): void => void rows.splice(0, rows.length, ...rows.filter((row) => row.pid !== pid));
  return new Orphans({ rows: { list: () => [...rows], remove }, listProcesses, bootedAtMs: 0, graceMs: 200 });
}

const sleepers = (n: number): number[] => processesWith(`sleep\0${mark}${n}`);

it("R25 R26 ends at the start what an earlier core left behind, and nobody else", async () => {
  const ours = start(`trap '' TERM; (setsid sleep ${mark}1 &); sleep ${mark}2; sleep ${mark}2`, `tag-${mark}`);
  const foreign = start(`exec sleep ${mark}3`);
  await until(() => [1, 2, 3].every((n) => sleepers(n).length === 1));
  const rows = [ours, { ...foreign, startTicks: "1" }];
  const orphans = openOrphans(rows);
  expect(await orphans.endAll()).toBeGreaterThanOrEqual(3);
  expect([1, 2, 3].map((n) => sleepers(n).length)).toEqual([0, 0, 1]);
  expect(isSameProcess(foreign)).toBe(true);
  expect(rows).toEqual([]);
  expect(orphans.unproved()).toEqual([]);
});

it("R25 what can't be proved runs on, is listed over restarts, and ends at the person's word", async () => {
  const rows = [start(`env -i sleep ${mark}4 &`, `tag-${mark}`)];
  await until(() => sleepers(4).length === 1 && !isSameProcess(rows[0] ?? { pid: 0, startTicks: null }));
  await openOrphans(rows).endAll();
  const orphans = openOrphans(rows);
  expect(await orphans.endAll()).toBe(0);
  const [left] = sleepers(4);
  expect(orphans.unproved()).toMatchObject([{ process: { pid: left, name: "sleep" }, verdict: "unproved" }]);
  expect(rows).toHaveLength(1);
  expect(await orphans.end(process.pid)).toMatchObject({ ok: false, error: { code: "PROCESS_NOT_FOUND" } });
  expect(await orphans.end(left ?? 0)).toEqual({ ok: true, value: { ended: true } });
  expect(sleepers(4)).toEqual([]);
  expect(orphans.unproved()).toEqual([]);
  expect(rows).toEqual([]);
});

it("R26 nothing is ended or forgotten where the system doesn't tell what runs", async () => {
  const rows = [start(`exec sleep ${mark}5`, `tag-${mark}`)];
  await until(() => sleepers(5).length === 1);
  const orphans = new Orphans({
    rows: { list: () => [...rows], remove: () => rows.pop() },
    listProcesses: () => Promise.resolve(null),
    bootedAtMs: 0,
  });
  expect(await orphans.endAll()).toBe(0);
  expect([sleepers(5).length, rows.length]).toEqual([1, 1]);
});

it("reads from this system's ps what the kernel's own table says", async () => {
  const record = start(`exec sleep ${mark}6`, `tag-${mark}`);
  await until(() => sleepers(6).length === 1);
  const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
  const printed = execFileSync("ps", ["axeww", "-o", "pid=,ppid=,pgid=,stat=,lstart=,command="], { encoding: "utf8", env });
  const ofPid = (process: { pid: number }): boolean => process.pid === record.pid;
  const [byPs, byKernel] = [parsePs(printed).find(ofPid), (await listProcesses())?.find(ofPid)];
  expect(byPs).toMatchObject({
    pid: record.pid,
    parent: byKernel?.parent,
    group: byKernel?.group,
    tag: `tag-${mark}`,
    name: "sleep",
  });
  expect(Math.abs((byPs?.startedAtMs ?? 0) - (byKernel?.startedAtMs ?? 0))).toBeLessThan(5000);
});

it("R26 what this core was started in isn't ended, though an earlier core started it", async () => {
  const { pid, startTicks } = identify(process.ppid);
  const rows: RecordedProcess[] = [
    { pid, startTicks: startTicks ?? "", tag: `tag-${mark}`, kind: "terminal", label: "x", startedAt: Date.now() },
  ];
  expect(await openOrphans(rows).endAll()).toBe(0);
  expect(rows).toEqual([]);
});
