import { chmodSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { GitProgram } from "./git.ts";
import { Refs } from "./refs.ts";

let folder: TestFolder;
let repo: Repo;
let git: GitProgram;
let clock: ManualClock;
let refs: Refs;

const name = "refs/hearth/checkpoints/one";
const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  folder = createTestFolder();
  repo = createRepo(folder);
  repo.write("a", "a");
  repo.commit();
  git = new GitProgram({ program: "git", env: folder.env });
  clock = new ManualClock();
  refs = new Refs(git, { cwd: repo.path, env: {} }, clock);
});

afterEach(async () => {
  await refs.close();
  await git.close(0);
  folder.dispose();
});

const at = (ref: string): string => repo.git("for-each-ref", "--format=%(objectname)", ref);

it("sets, moves and deletes refs one after the other; what isn't there is deleted already", async () => {
  const first = repo.git("rev-parse", "HEAD").trim();
  repo.write("a", "b");
  const second = repo.commit();
  const done = await Promise.all([
    refs.set(name, first),
    refs.set(`${name}-more`, first),
    refs.set(name, second),
    refs.delete(`${name}-more`),
    refs.delete("refs/hearth/checkpoints/never"),
  ]);
  expect(done).toEqual(done.map(() => ({ ok: true, value: null })));
  expect([at(name), at(`${name}-more`)]).toEqual([second, ""]);
  repo.git("pack-refs", "--all", "--prune");
  clock.advance(60_000);
  expect(await refs.delete(name)).toEqual({ ok: true, value: null });
  expect(at(name)).toBe("");
});

it("tells why git refused one, and sets the next", async () => {
  const head = repo.git("rev-parse", "HEAD").trim();
  expect(await refs.set(name, "1".repeat(40))).toMatchObject({ ok: false, error: { stderr: expect.stringContaining("1111") } });
  expect(await refs.set(name, head)).toEqual({ ok: true, value: null });
});

it.skipIf(isRoot || process.platform === "win32")("tells that the disk can't be written", async () => {
  const head = repo.git("rev-parse", "HEAD").trim();
  chmodSync(path.join(repo.path, ".git/refs"), 0o500);
  expect(await refs.set(name, head)).toMatchObject({ ok: false, error: { stderr: expect.stringContaining("denied") } });
});
