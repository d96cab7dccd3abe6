import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
const all = { dryRun: false };

const at = (repo: Repo, file: string): string => readFileSync(path.join(repo.path, file), "utf8");

beforeEach(async () => {
  bench = await createChangesBench((project) => {
    project.write("a.txt", "one\ntwo\nthree\nfour\nfive\n");
    project.write("b.txt", "b\n");
    project.write("dir/c.txt", "c\n");
  });
});
afterEach(() => bench.dispose());

it("takes what is approved; all where nothing is, or when asked for all", async () => {
  for (const file of ["a.txt", "b.txt", "dir/c.txt"]) bench.copy.write(file, "new\n");
  must(await bench.changes.approve(sessionId, { paths: ["b.txt"], undo: false }));
  expect(must(await bench.changes.apply(sessionId, { dryRun: true })).applied).toEqual(["b.txt"]);
  const everything = { all: true, dryRun: true };
  expect(must(await bench.changes.apply(sessionId, everything)).applied).toEqual(["a.txt", "b.txt", "dir/c.txt"]);
  expect(must(await bench.changes.apply(sessionId, all)).applied).toEqual(["b.txt"]);
  expect([at(bench.project, "b.txt"), at(bench.project, "dir/c.txt")]).toEqual(["new\n", "c\n"]);
  expect(must(await bench.changes.apply(sessionId, all)).applied).toEqual(["a.txt", "dir/c.txt"]);
});

it("no longer takes as approved what changed since", async () => {
  bench.copy.write("a.txt", "approved\n");
  bench.copy.write("b.txt", "approved\n");
  must(await bench.changes.approve(sessionId, { undo: false }));
  bench.copy.write("a.txt", "changed since\n");
  expect(must(await bench.changes.apply(sessionId, all)).applied).toEqual(["b.txt"]);
});

it("takes back the apply it is told by its id, and keeps what later ones brought to the same file", async () => {
  const apply = async (text: string): Promise<string> => {
    bench.copy.write("a.txt", text);
    return must(await bench.changes.apply(sessionId, all)).applyId ?? "none";
  };
  const first = await apply("ONE\ntwo\nthree\nfour\nfive\n");
  const second = await apply("ONE\ntwo\nthree\nfour\nFIVE\n");
  const third = await apply("ONE\ntwo\nthree\nfour\nFive\n");
  // The third wrote over the second.
  expect(must(await bench.changes.revert(sessionId, { applyId: second, dryRun: false }))).toMatchObject({
    applyId: null,
    applied: [],
    conflicts: [{ path: "a.txt", reason: expect.stringContaining("A later apply") }],
  });
  expect(must(await bench.changes.revert(sessionId, { applyId: first, dryRun: false }))).toMatchObject({
    applyId: first,
    applied: ["a.txt"],
  });
  expect(at(bench.project, "a.txt")).toBe("one\ntwo\nthree\nfour\nFive\n");
  const [change] = must(await bench.changes.list(sessionId, { diff: true }));
  expect(change).toMatchObject({ additions: 1, deletions: 1, diff: expect.stringContaining("+ONE") });
  const again = await bench.changes.revert(sessionId, { applyId: first, dryRun: false });
  expect(again).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND", field: "applyId" } });
  expect(must(await bench.changes.revert(sessionId, all)).applyId).toBe(third);
  expect(must(await bench.changes.revert(sessionId, all)).applyId).toBe(second);
  expect(at(bench.project, "a.txt")).toBe("one\ntwo\nthree\nfour\nfive\n");
});

it("makes nothing pending again that was in the checkout already and so stays there", async () => {
  bench.copy.write("a.txt", "both\n");
  bench.copy.write("b.txt", "ours\n");
  bench.project.write("a.txt", "both\n");
  must(await bench.changes.apply(sessionId, all));
  must(await bench.changes.revert(sessionId, all));
  expect([at(bench.project, "a.txt"), at(bench.project, "b.txt")]).toEqual(["both\n", "b\n"]);
  expect(must(await bench.changes.list(sessionId, { diff: false })).map(({ path: file }) => file)).toEqual(["b.txt"]);
});
