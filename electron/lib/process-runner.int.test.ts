import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processesWith } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";
import { openProcessLane, openThreadLane, type Lane } from "./process-lane.ts";
import { createProcessRunner, type ProcessRunner } from "./process-runner.ts";
import { identify, type RunOptions } from "./process.ts";

const entry = path.join(import.meta.dirname, "process-helper.ts");
const env = { PATH: process.env["PATH"] ?? "" };
let dir: string;
let mark: string;
let runs = 0;
let runner: ProcessRunner;
let crashes = 0;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "hearth-runner-"));
  runs += 1;
  mark = `8${process.pid}${runs}`;
  crashes = 0;
});
afterEach(async () => {
  await runner.dispose();
  rmSync(dir, { recursive: true });
});

function create(openLane: (entry: string) => Lane, from = entry): ProcessRunner {
  runner = createProcessRunner({ openLane: () => openLane(from), onCrash: () => (crashes += 1) });
  return runner;
}

const shell = (script: string, more: Partial<RunOptions> = {}) =>
  runner.run({ command: "/bin/sh", args: ["-c", script], cwd: dir, env, timeoutMs: 10_000, maxBytes: 1000, ...more });
const sleepers = (): number[] => processesWith(`sleep\0${mark}`);
/** Who started the program that answers. */
const parentPid = async (): Promise<number> => {
  const done = await shell("echo $PPID");
  if (!done.ok) throw new Error(done.error.message);
  return Number(done.value.stdout.toString());
};

describe.each([
  ["a process", openProcessLane],
  ["a thread", openThreadLane],
])("with %s as helper", (name, openLane) => {
  beforeEach(async () => {
    expect(await create(openLane).warm()).toBe(true);
  });

  it("starts programs there, with what they are given and nothing else", async () => {
    expect((await parentPid()) === process.pid).toBe(name === "a thread");
    const seen = await runner.run({
      command: "/usr/bin/env",
      args: [],
      cwd: dir,
      env: { ONLY: "this" },
      timeoutMs: 10_000,
      maxBytes: 1000,
    });
    expect(seen.ok && seen.value.stdout.toString()).toBe("ONLY=this\n");
    const failed = await shell("cat; echo bad >&2; exit 3", { input: "typed" });
    expect(failed).toEqual({
      ok: true,
      value: { code: 3, signal: null, stdout: Buffer.from("typed"), stderr: Buffer.from("bad\n") },
    });
    expect(
      await runner.run({ command: "/nowhere/program", args: [], cwd: dir, env, timeoutMs: 10_000, maxBytes: 1 }),
    ).toMatchObject({
      ok: false,
      error: { type: "not-found" },
    });
  });

  it("carries much in and out, unaltered, many at once", async () => {
    const bytes = Buffer.alloc(5_000_000, Buffer.from([0, 255, 10, 13, 128]));
    const all = await Promise.all(Array.from({ length: 4 }, () => shell("cat", { input: bytes, maxBytes: 10_000_000 })));
    for (const done of all) {
      expect(done.ok && Buffer.isBuffer(done.value.stdout)).toBe(true);
      expect(done.ok && done.value.stdout.equals(bytes)).toBe(true);
    }
  });

  it("ends a program that takes too long, says too much, or is no longer wanted", async () => {
    expect(await shell(`exec sleep ${mark}`, { timeoutMs: 50 })).toMatchObject({ ok: false, error: { type: "timeout" } });
    expect(await shell("while :; do echo xxxxxxxxxxxxxxxx; done")).toMatchObject({
      ok: false,
      error: { type: "output-too-large" },
    });
    expect(await shell("true", { signal: AbortSignal.abort() })).toMatchObject({ ok: false, error: { type: "cancelled" } });
    const abort = new AbortController();
    const cut = shell(`sleep ${mark} & sleep ${mark}`, { signal: abort.signal });
    await until(() => sleepers().length === 2, "the program to run");
    abort.abort();
    expect(await cut).toMatchObject({ ok: false, error: { type: "cancelled" } });
    expect(sleepers()).toEqual([]);
  });

  it("starts programs from here once it is disposed", async () => {
    await runner.dispose();
    expect(await parentPid()).toBe(process.pid);
    expect(await runner.warm()).toBe(false);
    expect(crashes).toBe(0);
  });
});

it("starts programs from here while there is no helper, and when it can't be had", async () => {
  create(openProcessLane, path.join(import.meta.dirname, "nothing-here.ts"));
  expect(await parentPid()).toBe(process.pid);
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await runner.warm()).toBe(false);
  expect(crashes).toBe(3);
  expect(await parentPid()).toBe(process.pid);
});

it("R21 a helper that crashes takes its programs with it, and the next run has a new one", async () => {
  await create(openProcessLane).warm();
  const helper = await parentPid();
  const cut = shell(`exec sleep ${mark}`);
  await until(() => sleepers().length === 1, "the program to run");
  process.kill(helper, "SIGKILL");
  expect(await cut).toMatchObject({ ok: false, error: { type: "spawn-failed" } });
  expect(sleepers()).toEqual([]);
  expect(crashes).toBe(1);
  expect((await shell("true")).ok).toBe(true);
  expect(await runner.warm()).toBe(true);
  expect([helper, process.pid]).not.toContain(await parentPid());
});

it("lets a program that outlasts the end finish, and the helper goes with it", async () => {
  await create(openProcessLane).warm();
  const helper = identify(await parentPid());
  const file = path.join(dir, "written");
  const fifo = path.join(dir, "fifo");
  await shell(`mkfifo ${fifo}`);
  void shell(`: ${mark}; cat ${fifo} > ${file}; echo done >> ${file}`);
  await until(() => processesWith(`cat\0${fifo}`).length === 1, "the program to run");
  await runner.dispose();
  expect(identify(helper.pid)).toEqual(helper);
  await shell(`echo more > ${fifo}`);
  await until(() => readFileSync(file, "utf8") === "more\ndone\n", "the program's end");
  await until(() => identify(helper.pid).startTicks !== helper.startTicks, "the helper's end");
});
