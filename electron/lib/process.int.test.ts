import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { processesWith } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";
import { runToEnd, startChild, type Child } from "./process.ts";
import { identify, isSameProcess, killProcessTree } from "./process-tree.ts";
import { processTable } from "./process-table.ts";

const env = { PATH: process.env["PATH"] ?? "" };
let dir: string;
let mark: string;
let runs = 0;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "hearth-process-"));
  runs += 1;
  mark = `9${process.pid}${runs}`;
});
afterEach(() => rmSync(dir, { recursive: true }));

async function shell(script: string, more: { tag?: string; signal?: AbortSignal } = {}): Promise<Child> {
  const started = await startChild({ command: "/bin/sh", args: ["-c", script], cwd: dir, env, ...more });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

const sleepers = (): number[] => processesWith(`sleep\0${mark}`);

it("R21 a child that ignores TERM is killed, and only then called gone", async () => {
  const child = await shell(`trap '' TERM; echo ready; while :; do sleep ${mark}; done`);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(await child.stop(50)).toEqual({ code: null, signal: "SIGKILL", gone: true });
  expect(child.isRunning()).toBe(false);
  expect(sleepers()).toEqual([]);
});

it("R23 a child whose start was given up never runs on", async () => {
  const abort = new AbortController();
  const starting = startChild({ command: "/bin/sleep", args: [mark], cwd: dir, env, signal: abort.signal });
  abort.abort();
  expect(await starting).toMatchObject({ ok: false, error: { type: "cancelled" } });
  expect(sleepers()).toEqual([]);
  expect(await startChild({ command: "/bin/sleep", args: [mark], cwd: dir, env, signal: abort.signal })).toMatchObject({
    ok: false,
  });
});

it("R24 stopping ends the group and those that left it", async () => {
  const child = await shell(`sleep ${mark}1 & setsid sleep ${mark}2 & sleep ${mark}3`);
  await until(() => sleepers().length === 3);
  expect(await child.stop()).toMatchObject({ gone: true });
  expect(sleepers()).toEqual([]);
});

it("R24 a tag finds those that have left the group and lost their parent", async () => {
  const child = await shell(`(setsid sleep ${mark}1 & ) ; sleep ${mark}2`, { tag: `tag-${mark}` });
  await until(() => sleepers().length === 2);
  expect(await child.stop()).toMatchObject({ gone: true });
  expect(sleepers()).toEqual([]);
});

it("R13 those that end at once share their looks at all processes, and each turn takes its own", async () => {
  const first = processTable();
  expect(processTable()).toBe(first);
  const child = await shell(`sleep ${mark}1`);
  await new Promise((resolve) => setImmediate(resolve));
  expect(processTable()).not.toBe(first);
  expect(processTable()?.map(({ pid }) => pid)).toContain(child.pid);
  await child.stop();
});

it("R13 many stop at once, with all that left them", async () => {
  const script = `trap '' TERM; (setsid sleep ${mark}1 & ) ; sleep ${mark}2`;
  const children = await Promise.all(Array.from({ length: 20 }, (_, n) => shell(script, { tag: `tag-${mark}-${n}` })));
  await until(() => sleepers().length === 40);
  const ended = await Promise.all(children.map((child) => child.stop(50)));
  expect(ended.every(({ gone }) => gone)).toBe(true);
  expect(sleepers()).toEqual([]);
});

it("R25 what an earlier host left behind is ended, by its record or by its tag when the leader is gone", async () => {
  const tag = `tag-${mark}`;
  const child = await shell(`(setsid sleep ${mark}1 & ) ; sleep ${mark}2`, { tag });
  await until(() => sleepers().length === 2);
  process.kill(child.pid, "SIGKILL");
  await until(() => !isSameProcess(child.identity));
  expect(await killProcessTree({ ...child.identity, tag })).toEqual({ found: true, gone: true });
  await until(() => processesWith(`sleep\0${mark}1`).length === 0);
  expect(await killProcessTree({ ...child.identity, tag })).toEqual({ found: false, gone: true });
  await child.stop();
});

it("R26 a process that only has the recorded pid is never signalled", async () => {
  const foreign = await shell(`exec sleep ${mark}`);
  await until(() => sleepers().length === 1);
  const [ticks] = (foreign.identity.startTicks ?? "").split("@");
  for (const startTicks of ["1", ticks ?? "", `${ticks}@an-earlier-run-of-the-system`, null]) {
    expect(await killProcessTree({ pid: foreign.pid, startTicks, tag: "tag-of-nobody" })).toEqual({ found: false, gone: true });
  }
  expect(await killProcessTree({ ...identify(process.pid), tag: "" })).toEqual({ found: false, gone: true });
  expect(foreign.isRunning()).toBe(true);
  expect(await killProcessTree({ ...foreign.identity, tag: "" })).toEqual({ found: true, gone: true });
  expect(sleepers()).toEqual([]);
});

it("R39 says why a program can't be started", async () => {
  const start = (command: string, cwd = dir) => startChild({ command, args: [], cwd, env });
  expect(await start("/nowhere/program")).toMatchObject({ ok: false, error: { type: "not-found" } });
  expect(await start(dir)).toMatchObject({ ok: false, error: { type: "not-executable" } });
  expect(await start("/bin/true", "/nowhere")).toMatchObject({ ok: false, error: { type: "not-found" } });
});

it("S89 inherits nothing but what it is given", async () => {
  process.env["HEARTH_CANARY"] = "leak";
  const finished = await runToEnd({
    command: "/usr/bin/env",
    args: [],
    cwd: dir,
    env: { ONLY: "this" },
    timeoutMs: 10_000,
    maxBytes: 100_000,
  });
  delete process.env["HEARTH_CANARY"];
  expect(finished.ok && finished.value.stdout.toString()).toBe("ONLY=this\n");
});

it("is over when the program is, though a grandchild holds its output", async () => {
  const finished = await runToEnd({
    command: "/bin/sh",
    args: ["-c", `sleep ${mark} & echo done`],
    cwd: dir,
    env,
    timeoutMs: 10_000,
    maxBytes: 1000,
  });
  expect(finished).toMatchObject({ ok: true, value: { code: 0 } });
  for (const pid of sleepers()) process.kill(pid, "SIGKILL");
});

it("ends a program that takes too long, says too much, or is no longer wanted", async () => {
  const run = (script: string, more: object = {}) =>
    runToEnd({ command: "/bin/sh", args: ["-c", script], cwd: dir, env, timeoutMs: 10_000, maxBytes: 1000, ...more });
  expect(await run(`exec sleep ${mark}`, { timeoutMs: 50 })).toMatchObject({ ok: false, error: { type: "timeout" } });
  expect(await run("while :; do echo xxxxxxxxxxxxxxxx; done")).toMatchObject({ ok: false, error: { type: "output-too-large" } });
  expect(await run("true", { signal: AbortSignal.abort() })).toMatchObject({ ok: false, error: { type: "cancelled" } });
  expect(await run("exit 3")).toMatchObject({ ok: true, value: { code: 3 } });
  expect(sleepers()).toEqual([]);
});

const block = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it("reads what a child said though the loop stood still for long after its end was known", async () => {
  // Its end is known before its output is there to be read, and then too late for the patience with grandchildren.
  const hold = (message: unknown): void =>
    queueMicrotask(() => (message as { process: ChildProcess }).process.once("exit", () => block(1200)));
  const options = { cwd: dir, env, timeoutMs: null, maxBytes: 1000 };
  subscribe("child_process", hold);
  const late = runToEnd({ ...options, command: "sh", args: ["-c", "sleep 0.5; echo said"] });
  unsubscribe("child_process", hold);
  const early = runToEnd({ ...options, command: "sh", args: ["-c", "sleep 0.1; echo first"], onOutput: () => block(600) });
  await new Promise((resolve) => setImmediate(resolve));
  block(300);
  const [said] = await Promise.all([late, early]);
  expect(said.ok && said.value.stdout.toString()).toBe("said\n");
});
