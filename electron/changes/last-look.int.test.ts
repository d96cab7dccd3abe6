import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

/** The bench after a list, and what git is asked for from then on. */
async function looked(): Promise<string[][]> {
  bench = await createChangesBench((project) => {
    project.write("a.txt", "one\n");
    project.write("gone.txt", "gone\n");
    project.write("old.txt", "a name\nof its own\nand lines\n");
  });
  bench.copy.write("a.txt", "1\n");
  rmSync(path.join(bench.copy.path, "gone.txt"));
  bench.copy.git("mv", "old.txt", "new.txt");
  must(await bench.changes.list(sessionId, { diff: false }));
  const asked: string[][] = [];
  const { git } = bench.folder;
  const run = git.run.bind(git);
  git.run = (args, call) => {
    asked.push([...args]);
    return run(args, call);
  };
  return asked;
}

const diff = (file: string) => bench.changes.diff(sessionId, file);
const wholeLooks = (asked: string[][]): number => asked.filter((args) => args.includes("--others")).length;

it("one file after the other is told without looking at the others again", async () => {
  const asked = await looked();
  expect(must(await diff("a.txt"))).toMatchObject({ oldText: "one\n", newText: "1\n" });
  expect(must(await diff("gone.txt"))).toMatchObject({ oldText: "gone\n", newText: null });
  expect(must(await diff("new.txt"))).toMatchObject({ oldPath: "old.txt" });
  expect(wholeLooks(asked)).toBe(0);
});

it("and is told as it is, whatever became of the file since", async () => {
  await looked();
  bench.copy.write("a.txt", "2\n");
  bench.copy.write("gone.txt", "back\n");
  bench.copy.write("old.txt", "a name\nof its own\nand lines\n");
  bench.copy.write("later.txt", "later\n");
  expect(must(await diff("a.txt"))).toMatchObject({ newText: "2\n" });
  expect(must(await diff("gone.txt"))).toMatchObject({ newText: "back\n" });
  expect(must(await diff("new.txt")).oldPath).toBeUndefined();
  expect(must(await diff("later.txt"))).toMatchObject({ oldText: null, newText: "later\n" });
  rmSync(path.join(bench.copy.path, "later.txt"));
  expect(await diff("later.txt")).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND" } });
});

it("a rename isn't one any more once a file of the old name is back", async () => {
  await looked();
  bench.copy.write("old.txt", "a name\nof its own\nand lines\n");
  expect(must(await diff("new.txt")).oldPath).toBeUndefined();
});

it("against the baseline as it is", async () => {
  await looked();
  const { tree } = must(await bench.snapshots.snapshot(bench.ref));
  must(await bench.deps.advance(sessionId, { from: bench.baseline(), to: tree }));
  expect(await diff("a.txt")).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND" } });
});
