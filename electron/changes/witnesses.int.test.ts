import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GitProgram } from "../git/git.ts";
import { systemClock } from "../lib/clock.ts";
import { FolderWatch } from "../lib/folder-watch.ts";
import { silentLog } from "../lib/log.ts";
import { nextTurn } from "../lib/slices.ts";
import { watchTellsAll } from "../lib/tells-all.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { until } from "../testing/until.ts";
import { LiveChanges } from "./live-changes.ts";

describe.runIf(watchTellsAll(tmpdir()))("a checkpoint of a run in a session that is watched", () => {
  let bench: ChangesBench;
  let live: LiveChanges;

  beforeEach(async () => {
    bench = await createChangesBench((project) => {
      project.write(".gitignore", "*.log\n");
      project.write("a.txt", "one\n");
      project.write("src/b.txt", "b\n");
    });
    live = new LiveChanges({
      snapshots: bench.snapshots,
      copyOf: () => bench.ref,
      recount: (id) => bench.changes.recount(id),
      witnesses: bench.witnesses,
      clock: systemClock,
      log: silentLog,
    });
    live.use(sessionId);
    await until(async () => (await sameTree()) !== null, "the watch to have settled");
  });
  afterEach(async () => {
    live.dispose();
    await bench.dispose();
  });

  const sameTree = (): Promise<string | null> => bench.witnesses.treeIfSame(sessionId);
  const take = async (): Promise<string> =>
    must(await bench.kept.take(sessionId, "before-run", { runId: "run_1", moment: () => null })).revisionId;
  /** What a look at all files finds. */
  const lookAt = async (): Promise<string> => must(await bench.snapshots.snapshot(bench.ref)).tree;

  it("starts no git where nothing has happened, and is of the files as they are", async () => {
    const kept = await take();
    expect(kept).toBe(await lookAt());
    await until(async () => (await sameTree()) === kept);
    const started = vi.spyOn(GitProgram.prototype, "run");
    try {
      expect(await take()).toBe(kept);
      expect(await take()).toBe(kept);
      expect(started.mock.calls).toEqual([]);
    } finally {
      started.mockRestore();
    }
    expect(must(bench.kept.list(sessionId))).toHaveLength(3);
  });

  const at = (name: string): string => path.join(bench.copy.path, name);
  const edits: [string, () => void][] = [
    ["a new file", () => bench.copy.write("new.txt", "new\n")],
    ["a change", () => bench.copy.write("a.txt", "two\n")],
    ["one of as many bytes", () => bench.copy.write("src/b.txt", "c\n")],
    ["a file that goes", () => bench.copy.remove("a.txt")],
    ["another mode", () => chmodSync(at("a.txt"), 0o755)],
    ["another name", () => renameSync(at("a.txt"), at("src/a.txt"))],
    ["folders that come with a file", () => bench.copy.write("deep/down/below/c.txt", "c\n")],
    ["another folder in the place of one", () => (renameSync(at("src"), at("old")), bench.copy.write("src/b.txt", "other\n"))],
    ["other ignore rules", () => (bench.copy.write("x.log", "x\n"), bench.copy.write(".gitignore", "\n"))],
  ];
  it.each(edits)("sees what a person did a moment before: %s", async (_, edit) => {
    const before = await take();
    edit();
    expect(await sameTree()).toBe(null);
    const kept = await take();
    expect(kept).not.toBe(before);
    expect(kept).toBe(await lookAt());
  });

  it("sees what comes into a folder that came a moment ago, at any time", async () => {
    mkdirSync(at("fresh"));
    for (let round = 0; round < 20; round += 1) {
      for (let turn = 0; turn < round; turn += 1) await nextTurn();
      bench.copy.write(`fresh/${round}.txt`, `${round}\n`);
      expect(await take()).toBe(await lookAt());
    }
  });

  it("looks by itself where the system dropped what it had to tell, in any folder", async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "hearth-flood-"));
    const watch = new FolderWatch({ root: elsewhere, maxFolders: 1, onEvent: () => {}, onFailed: () => {} });
    await watch.add(["."]);
    // In one piece, in which nobody reads: far more than the system keeps for a process.
    const flood = `for (let i = 0; i < 20_000; i += 1) { fs.writeFileSync("f", "x"); fs.unlinkSync("f"); }`;
    execFileSync(process.execPath, ["-e", flood], { cwd: elsewhere });
    bench.copy.write("a.txt", "dropped\n");
    expect(await sameTree()).toBe(null);
    expect(await take()).toBe(await lookAt());
    watch.dispose();
    rmSync(elsewhere, { recursive: true });
  });

  it("looks by itself where nobody watches", async () => {
    live.dispose();
    bench.copy.write("a.txt", "unseen\n");
    expect(await sameTree()).toBe(null);
    expect(await take()).toBe(await lookAt());
  });
});

it("trusts no watch of a file system that others write to", () => {
  expect(watchTellsAll("/proc")).toBe(false);
  expect(watchTellsAll("/nowhere/at/all")).toBe(false);
});
