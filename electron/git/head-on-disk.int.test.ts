import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { headOnDisk } from "./head-on-disk.ts";

let folder: TestFolder;
let repo: Repo;
let first: string;

beforeEach(() => {
  folder = createTestFolder();
  repo = createRepo(folder);
  repo.write("a", "one\n");
  first = repo.commit();
});
afterEach(() => folder.dispose());

const at = (...parts: string[]): string => path.join(repo.path, ...parts);

it("reads HEAD of a branch, of none, of a linked worktree, and below the top", () => {
  expect(headOnDisk(repo.path)).toEqual([first]);
  repo.git("worktree", "add", "--quiet", "-b", "other/branch", "../linked");
  repo.write("a", "two\n");
  const second = repo.commit();
  expect(headOnDisk(repo.path)).toEqual([second]);
  expect(headOnDisk(path.join(folder.path, "linked"))).toEqual([first]);
  repo.git("checkout", "--quiet", "--detach", first);
  mkdirSync(at("deep/er"), { recursive: true });
  expect(headOnDisk(at("deep/er"))).toEqual([first]);
});

it("tells what is being merged", () => {
  repo.git("checkout", "--quiet", "-b", "side");
  repo.write("b", "side\n");
  const side = repo.commit();
  repo.git("checkout", "--quiet", "main");
  repo.git("merge", "--no-commit", "--no-ff", "--quiet", "side");
  expect(headOnDisk(repo.path)).toEqual([first, side]);
});

it("leaves to git what its files don't say, and never looks outside of them", () => {
  repo.git("pack-refs", "--all", "--prune");
  expect(headOnDisk(repo.path)).toBeNull();
  writeFileSync(at("secret"), `${first}\n`);
  writeFileSync(at(".git/HEAD"), "ref: refs/heads/../../../secret\n");
  expect(headOnDisk(repo.path)).toBeNull();
  repo.git("symbolic-ref", "HEAD", "refs/heads/unborn");
  expect(headOnDisk(repo.path)).toBeNull();
  appendFileSync(at(".git/HEAD"), "x".repeat(10_000));
  expect(headOnDisk(repo.path)).toBeNull();
  expect(headOnDisk(createRepo(folder, "plain", { plain: true }).path)).toBeNull();
});
