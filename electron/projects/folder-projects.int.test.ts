import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSessionBench, must, mustFail, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
let repository: string;
beforeEach(async () => {
  bench = createSessionBench();
  repository = await bench.place.repository("shop", { "packages/a/x.ts": "x", "packages/b/y.ts": "y", "top.ts": "t" });
});
afterEach(() => bench.dispose());

const inRepository = (...parts: string[]): string => path.join(repository, ...parts);

it("is told as a folder of its repository, beside the whole one and other folders of it", async () => {
  const a = must(await bench.projects.add(inRepository("packages/a")));
  expect(a).toMatchObject({ name: "a", path: inRepository("packages/a"), kind: "git", folder: "packages/a", repository });
  const whole = must(await bench.projects.add(repository));
  expect(whole).toMatchObject({ name: "shop", path: repository, folder: "", repository });
  const b = must(await bench.projects.add(inRepository("packages/b")));
  expect(new Set([a.id, whole.id, b.id]).size).toBe(3);
  symlinkSync(inRepository("packages/a"), path.join(bench.place.root, "link"));
  expect(must(await bench.projects.add(path.join(bench.place.root, "link"))).id).toBe(a.id);
});

it("has sessions with all of the repository, whose programs begin in the folder", async () => {
  const { id } = must(await bench.projects.add(inRepository("packages/a")));
  must(await bench.projects.trust(id));
  const session = must(await bench.sessions.create({ projectId: id, workingCopy: "worktree" }));
  await bench.records.whenReady(session.id, new AbortController().signal);
  const { path: copy } = must(bench.records.readyCopy(session.id));
  expect(must(await bench.records.placeOf(session.id)).cwd).toBe(path.join(copy, "packages/a"));
  expect(bench.records.find(session.id)?.copy).toMatchObject({ path: copy, folder: "packages/a" });
  rmSync(path.join(copy, "packages/a"), { recursive: true });
  symlinkSync(bench.place.home, path.join(copy, "packages/a"));
  expect(mustFail(await bench.records.placeOf(session.id)).code).toBe("WORKING_COPY_NOT_READY");
  const inPlace = must(await bench.sessions.create({ projectId: id, workingCopy: "in-place" }));
  await bench.records.whenReady(inPlace.id, new AbortController().signal);
  expect(must(await bench.records.placeOf(inPlace.id)).cwd).toBe(inRepository("packages/a"));
});

it("says before a session is made that its base hasn't the folder", async () => {
  await bench.place.user(repository, "branch", "old");
  mkdirSync(inRepository("packages/new"));
  writeFileSync(inRepository("packages/new/z.ts"), "z");
  const { id } = must(await bench.projects.add(inRepository("packages/new")));
  expect(mustFail(await bench.sessions.create({ projectId: id, workingCopy: "worktree" }))).toMatchObject({
    code: "INPUT_INVALID",
    field: "workingCopy",
  });
  await bench.place.user(repository, "add", "-A");
  await bench.place.user(repository, "commit", "-qm", "new");
  expect(mustFail(await bench.sessions.create({ projectId: id, workingCopy: "worktree", base: "old" }))).toMatchObject({
    code: "BASE_NOT_FOUND",
    field: "base",
  });
  must(await bench.sessions.create({ projectId: id, workingCopy: "worktree" }));
});

it("asks for trust in what its agents obey: in the folder, and in those around it", async () => {
  for (const folder of [".", "packages", "packages/a", "packages/b"])
    writeFileSync(inRepository(folder, ".mcp.json"), '{"mcpServers":{"x":{"command":"x"}}}');
  const { id } = must(await bench.projects.add(inRepository("packages/a")));
  const listed = must(await bench.projects.trustReport(id)).items.map((item) => item.path);
  expect(listed.filter((one) => one.endsWith(".mcp.json"))).toEqual([".mcp.json", "packages/.mcp.json", "packages/a/.mcp.json"]);
  must(await bench.projects.trust(id));
  writeFileSync(inRepository("packages/a/.mcp.json"), '{"mcpServers":{"y":{"command":"y"}}}');
  expect(must(await bench.projects.get(id)).trust).toBe("changed");
});

it("is found again where its repository was moved to, whichever folder of it is pointed at", async () => {
  const { id } = must(await bench.projects.add(inRepository("packages/a")));
  const moved = path.join(bench.place.root, "moved");
  renameSync(repository, moved);
  expect(must(await bench.projects.get(id)).missing).toBe(true);
  const located = must(await bench.projects.locate(id, moved));
  expect(located).toMatchObject({ id, path: path.join(moved, "packages/a"), folder: "packages/a", missing: false });
  rmSync(path.join(moved, "packages/a"), { recursive: true });
  expect(mustFail(await bench.projects.locate(id, moved)).code).toBe("PROJECT_PATH_REFUSED");
});
