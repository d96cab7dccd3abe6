import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Crash, createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";

let bench: ChangesBench;
const all = { dryRun: false };

afterEach(() => bench.dispose());

async function crashAt(step: string): Promise<void> {
  bench.state.failAt = `apply:${step}`;
  await expect(bench.changes.apply(sessionId, all)).rejects.toThrow(Crash);
  bench.state.failAt = null;
}

describe("a crash while files are written", () => {
  beforeEach(async () => {
    bench = await createChangesBench((project) => {
      project.write("a.txt", "one\ntwo\n");
      project.write("b.txt", "b\n");
      project.write("run.sh", "#!/bin/sh\n", { executable: true });
    });
  });

  it("R9 a crash at any step leaves the checkout as before or as after, once the core is back", async () => {
    const change = (): void => {
      bench.copy.write("a.txt", "A\n");
      bench.copy.remove("b.txt");
      bench.copy.write("new/deep.txt", "new\n");
      bench.copy.write("run.sh", "#!/bin/sh\n");
    };
    change();
    const before = readFolder(bench.project.path);
    const after = readFolder(bench.copy.path);
    for (const label of ["planned", "0", "1", "2", "3", "4", "baseline"]) {
      await crashAt(label);
      bench.changes = await bench.fresh();
      const now = readFolder(bench.project.path);
      const pending = must(await bench.changes.list(sessionId, { diff: false }));
      if (label === "planned") {
        expect(now).toEqual(before);
        expect(pending).toHaveLength(4);
        continue;
      }
      expect(now).toEqual(after);
      expect(pending).toEqual([]);
      must(await bench.changes.revert(sessionId, all));
      expect(readFolder(bench.project.path)).toEqual(before);
    }
  });

  it("R9 what someone edited after the crash is theirs: the rest goes back", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B\n");
    const before = readFolder(bench.project.path);
    await crashAt("1");
    bench.project.write("b.txt", "mine\n");
    bench.changes = await bench.fresh();
    expect(readFolder(bench.project.path)).toEqual({ ...before, "b.txt": `644:${Buffer.from("mine\n").toString("hex")}` });
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toHaveLength(2);
  });

  it("R9 what a power cut tore is written again: it has nothing that the set hasn't", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B is longer now\n");
    const after = readFolder(bench.copy.path);
    await crashAt("2");
    bench.project.write("a.txt", "");
    bench.project.write("b.txt", Buffer.from("B is\0\0\0"));
    bench.changes = await bench.fresh();
    expect(readFolder(bench.project.path)).toEqual(after);
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toEqual([]);
  });

  it("R82 files whose revert came to nothing aren't the last that were applied", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B\n");
    must(await bench.changes.apply(sessionId, all));
    await bench.run("opencode", () => bench.copy.write("run.sh", "#!/bin/sh\nexit\n"));
    must(await bench.changes.apply(sessionId, all));
    bench.state.failAt = "revert:planned";
    await expect(bench.changes.revert(sessionId, { paths: ["a.txt"], dryRun: false })).rejects.toThrow(Crash);
    bench.state.failAt = null;
    bench.changes = await bench.fresh();
    expect(must(await bench.changes.revert(sessionId, all)).applied).toEqual(["run.sh"]);
  });
});

describe.each([
  ["a folder becomes a file", ["kind/c.txt", "kind/d.txt"], ["kind"]],
  ["a file becomes a folder", ["kind"], ["kind/c.txt", "kind/d.txt"]],
])("a crash while %s", (_, from, to) => {
  beforeEach(async () => {
    bench = await createChangesBench((project) => {
      for (const name of from) project.write(name, "old\n");
      project.write("z.txt", "z\n");
    });
    bench.copy.remove("kind");
    for (const name of to) bench.copy.write(name, "new\n");
    bench.copy.write("z.txt", "Z\n");
  });

  it("R9 R82 leaves no half: all is written once the core is back", async () => {
    const before = readFolder(bench.project.path);
    const after = readFolder(bench.copy.path);
    for (const step of ["0", "1", "2", "3", "4", "baseline"]) {
      await crashAt(step);
      bench.changes = await bench.fresh();
      expect(readFolder(bench.project.path), step).toEqual(after);
      expect(await bench.deps.store.unfinishedSets()).toEqual([]);
      must(await bench.changes.revert(sessionId, all));
      expect(readFolder(bench.project.path)).toEqual(before);
    }
  });

  it("R9 R82 leaves no half: all goes back where someone edited the rest meanwhile", async () => {
    const before = readFolder(bench.project.path);
    for (const step of ["0", "1", "2", "3"]) {
      await crashAt(step);
      bench.project.write("z.txt", "mine\n");
      bench.changes = await bench.fresh();
      expect(readFolder(bench.project.path), step).toEqual({
        ...before,
        "z.txt": `644:${Buffer.from("mine\n").toString("hex")}`,
      });
      expect(await bench.deps.store.unfinishedSets()).toEqual([]);
      bench.project.write("z.txt", "z\n");
    }
  });
});
