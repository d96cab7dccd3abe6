import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCoreBench, type BenchSession, type CoreBench } from "../testing/core-bench.ts";
import { until } from "../testing/until.ts";

let bench: CoreBench;
let session: BenchSession;
beforeEach(async () => {
  bench = await createCoreBench();
  const project = bench.project();
  project.write("a.txt", "one\n");
  project.commit("first");
  session = await bench.session(project);
});
afterEach(() => bench.dispose());

/** The worktree's folder is deleted by somebody, and made again. */
async function makeAgain(): Promise<void> {
  rmSync(session.copy.path, { recursive: true });
  await bench.rpc.sessions.recreate({ id: session.id });
}

it("R69 a worktree that is made again has what a restore came to, not what was before it", async () => {
  session.copy.write("a.txt", "two\n");
  const two = await session.checkpoint();
  session.copy.write("a.txt", "three\n");
  session.copy.write("new.txt", "new\n");
  await session.checkpoint();
  await session.restore(two);
  await makeAgain();
  expect(session.read("a.txt")).toBe("two\n");
  expect(await session.changes()).toEqual(["edit a.txt +1 -1"]);
  await makeAgain();
  expect(session.read("a.txt")).toBe("two\n");
});

it("R69 and what a reject came to", async () => {
  session.copy.write("a.txt", "two\n");
  session.copy.write("kept.txt", "kept\n");
  await bench.rpc.changes.list({ id: session.id });
  await bench.rpc.changes.reject({ id: session.id, paths: ["a.txt"] });
  await makeAgain();
  expect(session.read("a.txt")).toBe("one\n");
  expect(await session.changes()).toEqual(["create kept.txt +1 -0"]);
});

it("R69 and what a person kept last", async () => {
  session.copy.write("sub/new.txt", "new\n");
  await session.checkpoint();
  await makeAgain();
  expect(session.read(path.join("sub", "new.txt"))).toBe("new\n");
});

it("R69 and what was there before its removal was seen halfway", async () => {
  session.copy.write("kept.txt", "kept\n");
  session.copy.write("a.txt", "two\n");
  const two = await session.checkpoint();
  session.copy.write("a.txt", "three\n");
  await session.restore(two);
  session.copy.write("later.txt", "later\n");
  const revision = async (): Promise<unknown> => (await bench.rpc.sessions.get({ id: session.id })).workingCopy.revisionId;
  const stop = new AbortController();
  const watching = (await bench.rpc.changes.watch({ id: session.id }, { signal: stop.signal }))[Symbol.asyncIterator]();
  await watching.next();
  await session.changes();
  const before = await revision();
  for (const file of ["a.txt", "kept.txt"]) rmSync(path.join(session.copy.path, file));
  await until(async () => (await revision()) !== before, "the deletions to be seen");
  stop.abort();
  await makeAgain();
  expect(await session.changes()).toEqual(["edit a.txt +1 -1", "create kept.txt +1 -0", "create later.txt +1 -0"]);
  expect(session.read("a.txt")).toBe("two\n");
});
