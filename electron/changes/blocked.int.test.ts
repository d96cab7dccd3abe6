import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SnapshotStore } from "../snapshots/snapshot-store.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";
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

/** No snapshot of ours has hostile names; one that came from elsewhere might. */
function withChange(snapshots: SnapshotStore, path: string, as: string): SnapshotStore {
  return new Proxy(snapshots, {
    get(store, name) {
      const value: unknown = Reflect.get(store, name, store);
      if (name !== "ownChanges") return typeof value === "function" ? value.bind(store) : value;
      return async (...args: Parameters<SnapshotStore["ownChanges"]>) => {
        const found = await store.ownChanges(...args);
        if (!found.ok) return found;
        const changes = found.value.changes.map((change) => (change.path === path ? { ...change, path: as } : change));
        return { ok: true, value: { ...found.value, changes } };
      };
    },
  });
}

it("S55 a hostile name in the set refuses all of it before the first byte", async () => {
  bench.copy.write("a.txt", "A\n");
  bench.copy.write("b.txt", "B\n");
  const before = readFolder(bench.project.path);
  bench.deps.snapshots = withChange(bench.deps.snapshots, "b.txt", ".git/hooks/pre-commit");
  const hook = ".git/hooks/pre-commit";
  expect(must(await bench.changes.apply(sessionId, { dryRun: true }))).toMatchObject({
    applied: ["a.txt"],
    conflicts: [{ path: hook, reason: expect.stringContaining("git"), blocked: true }],
  });
  for (const paths of [undefined, ["a.txt", hook]])
    expect(await bench.changes.apply(sessionId, { paths, dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "PATH_REFUSED", data: { refused: [{ path: hook }] } },
    });
  expect(readFolder(bench.project.path)).toEqual(before);
  expect(must(await bench.changes.apply(sessionId, { paths: ["a.txt"], dryRun: false })).applied).toEqual(["a.txt"]);
  expect(existsSync(path.join(bench.project.path, hook))).toBe(false);
});

it("S56 refuses a link out of the project, and what lies behind a link of the checkout", async () => {
  bench.copy.write("a.txt", "A\n");
  bench.copy.link("out", "../../outside");
  bench.copy.write("sub/x.txt", "x\n");
  bench.project.link("sub", "../home");
  expect(await bench.changes.apply(sessionId, all)).toMatchObject({ ok: false, error: { code: "PATH_REFUSED" } });
  const { applied, conflicts } = must(await bench.changes.apply(sessionId, { dryRun: true }));
  expect(applied).toEqual(["a.txt"]);
  expect(conflicts).toEqual([
    { path: "out", reason: "It can't be written: the link leads out of the project.", blocked: true },
    { path: "sub/x.txt", reason: "It can't be written: it is behind a link.", blocked: true },
  ]);
  for (const paths of [["out"], ["sub/x.txt"]])
    expect(await bench.changes.apply(sessionId, { paths, dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "PATH_REFUSED" },
    });
  must(await bench.changes.apply(sessionId, { paths: applied, dryRun: false }));
  expect(at(bench.project, "a.txt")).toBe("A\n");
  expect(existsSync(path.join(bench.folder.path, "home", "x.txt"))).toBe(false);
});

it("R85 whatever is in the way of one path is its reason, and the others can go", async () => {
  bench.project.write(".gitignore", "secret\n");
  for (const name of ["secret", "folder/mine.txt", "file", "closed/mine.txt"]) bench.project.write(name, "mine\n");
  for (const name of ["a.txt", "folder", "file/x", "closed/x", "secret"]) bench.copy.write(name, "new\n");
  const { conflicts, applied } = must(await bench.changes.apply(sessionId, { dryRun: true }));
  expect(conflicts).toEqual([
    { path: "file/x", reason: expect.stringContaining("in its place"), blocked: true },
    { path: "folder", reason: expect.stringContaining("in its place"), blocked: true },
    { path: "secret", reason: expect.stringContaining("git ignores"), blocked: true },
  ]);
  expect(applied).toEqual(["a.txt", "closed/x"]);
  expect(must(await bench.changes.apply(sessionId, all))).toMatchObject({ applied: [], conflicts });
  expect(must(await bench.changes.apply(sessionId, { paths: applied, dryRun: false })).applied).toEqual(applied);
  for (const name of ["secret", "folder/mine.txt", "file"]) expect(at(bench.project, name)).toBe("mine\n");
});

it.skipIf(process.getuid?.() === 0)("R85 what lies in a folder that may not be written is told before, and stays", async () => {
  for (const name of ["a.txt", "dir/c.txt"]) bench.copy.write(name, "new\n");
  chmodSync(path.join(bench.project.path, "dir"), 0o555);
  const { conflicts, applied } = must(await bench.changes.apply(sessionId, { dryRun: true }));
  expect(conflicts).toEqual([{ path: "dir/c.txt", reason: "It can't be written: its folder is read-only.", blocked: true }]);
  must(await bench.changes.apply(sessionId, { paths: applied, dryRun: false }));
  chmodSync(path.join(bench.project.path, "dir"), 0o755);
  expect([at(bench.project, "a.txt"), at(bench.project, "dir/c.txt")]).toEqual(["new\n", "c\n"]);
});

it("R85 reject and revert leave a path that is blocked, with its reason, and the others can go", async () => {
  for (const name of ["a.txt", "b.txt", "dir/c.txt"]) bench.copy.write(name, "new\n");
  const { applied } = must(await bench.changes.apply(sessionId, { paths: ["a.txt", "b.txt"], dryRun: false }));
  bench.project.remove("b.txt");
  bench.project.write("b.txt/x", "mine\n");
  const preview = must(await bench.changes.revert(sessionId, { dryRun: true }));
  expect(preview).toMatchObject({ applied: ["a.txt"], conflicts: [{ path: "b.txt", blocked: true }] });
  expect(must(await bench.changes.revert(sessionId, all))).toMatchObject({ applied: [], conflicts: preview.conflicts });
  must(await bench.changes.revert(sessionId, { paths: preview.applied, dryRun: false }));
  expect([at(bench.project, "a.txt"), applied]).toEqual(["one\ntwo\nthree\nfour\nfive\n", ["a.txt", "b.txt"]]);

  bench.copy.write("gone", "x\n");
  bench.deps.snapshots = withChange(bench.deps.snapshots, "gone", ".git/hooks/pre-commit");
  const rejected = must(await bench.changes.reject(sessionId, {}));
  expect(rejected.kept).toEqual([{ path: ".git/hooks/pre-commit", reason: expect.any(String), blocked: true }]);
  expect(at(bench.copy, "dir/c.txt")).toBe("c\n");
});

it("R82 folders that hold nothing but folders make way for a file, in apply, revert, reject and restore", async () => {
  const kept = must(await bench.kept.create(sessionId));
  const folder = (repo: Repo): void => {
    rmSync(path.join(repo.path, "b.txt"));
    mkdirSync(path.join(repo.path, "b.txt/empty/too"), { recursive: true });
  };
  folder(bench.copy);
  must(await bench.changes.reject(sessionId, {}));
  expect(at(bench.copy, "b.txt")).toBe("b\n");
  folder(bench.copy);
  must(await bench.kept.restore(kept.id, { dryRun: false }));
  expect(at(bench.copy, "b.txt")).toBe("b\n");
  bench.copy.write("né.txt", "new\n");
  mkdirSync(path.join(bench.project.path, "né.txt/empty"), { recursive: true });
  must(await bench.changes.apply(sessionId, all));
  expect(at(bench.project, "né.txt")).toBe("new\n");
  rmSync(path.join(bench.copy.path, "b.txt"));
  must(await bench.changes.apply(sessionId, all));
  mkdirSync(path.join(bench.project.path, "b.txt"));
  must(await bench.changes.revert(sessionId, all));
  expect(at(bench.project, "b.txt")).toBe("b\n");
});

it.each(["data", "data/cache/v1"])("a folder that git ignores (%s) makes no way, though it holds no file", async (ignored) => {
  const { copy, project } = bench;
  project.write(".gitignore", `${ignored}/\n`);
  mkdirSync(path.join(project.path, "data/cache/v1"), { recursive: true });
  copy.write("data", "a file\n");
  expect(must(await bench.changes.apply(sessionId, all))).toMatchObject({
    applied: [],
    conflicts: [{ path: "data", reason: expect.stringContaining("isn't a file"), blocked: true }],
  });
  expect(existsSync(path.join(project.path, "data/cache/v1"))).toBe(true);
});

it("a person's large file in the way of a new one stays, and isn't read into memory to say so", async () => {
  bench.project.write("model.bin", "m".repeat(6 * 1024 * 1024));
  bench.copy.write("model.bin", "small\n");
  const stored: number[] = [];
  const { writeBlob } = bench.snapshots;
  bench.snapshots.writeBlob = (copy, bytes) => {
    stored.push(bytes.length);
    return writeBlob(copy, bytes);
  };
  const { applied, conflicts } = must(await bench.changes.apply(sessionId, all));
  expect({ applied, conflicts, stored }).toMatchObject({
    applied: [],
    conflicts: [{ path: "model.bin", blocked: true }],
    stored: [],
  });
  expect(at(bench.project, "model.bin")).toHaveLength(6 * 1024 * 1024);
});

it.each<[string, () => void]>([
  ["merge", () => bench.copy.git("merge", "--quiet", "main")],
  [
    "stash",
    () => {
      bench.copy.git("stash", "--quiet");
      bench.copy.git("merge", "--quiet", "--ff-only", "main");
      bench.copy.git("stash", "pop", "--quiet");
    },
  ],
])("R86 what a %s left in conflict in the session's copy goes nowhere before it is resolved", async (how, bring) => {
  bench.copy.write("b.txt", "mine\n");
  if (how === "merge") bench.copy.commit("mine");
  bench.copy.write("new.txt", "new\n");
  bench.project.write("b.txt", "theirs\n");
  bench.project.commit("theirs");
  expect(bring).toThrow();
  const preview = must(await bench.changes.apply(sessionId, { dryRun: true }));
  expect(preview.applied).toEqual(["new.txt"]);
  expect(preview.conflicts).toEqual([{ path: "b.txt", reason: expect.stringContaining("merge conflict"), blocked: true }]);
  const before = readFolder(bench.project.path);
  await bench.changes.apply(sessionId, all);
  expect(readFolder(bench.project.path)).toEqual(before);
  bench.project.git("branch", "release");
  await bench.changes.apply(sessionId, { ...all, to: "release", message: "m" });
  expect(bench.project.git("show", "release:b.txt")).toBe("theirs");
  bench.copy.write("b.txt", "both\n");
  bench.copy.git("add", "b.txt");
  must(await bench.changes.apply(sessionId, all));
  expect(at(bench.project, "b.txt")).toBe("both\n");
});
