import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCoreBench, type BenchSession, type CoreBench } from "../testing/core-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: CoreBench;
let project: Repo;
let side: Repo;
let session: BenchSession;
beforeEach(async () => {
  bench = await createCoreBench();
  project = bench.project();
  project.write("a.txt", "one\n");
  project.write("b.txt", "b\n");
  project.commit("first");
  project.git("branch", "release");
  project.git("worktree", "add", "--quiet", "-b", "side", "../side");
  side = createRepo(bench.folder, "side", { plain: true });
  session = await bench.session(project);
  session.copy.write("a.txt", "ONE\n");
});
afterEach(() => bench.dispose());

const inSide = (file: string): string => readFileSync(path.join(side.path, file), "utf8");
const checkpoints = async () => bench.rpc.checkpoints.list({ id: session.id });

it("another worktree is kept by a checkpoint with its name before it is written to, and restored from it", async () => {
  side.write("b.txt", "its own\n");
  const { checkpointId } = await bench.rpc.changes.apply({ id: session.id, to: side.path });
  expect(await checkpoints()).toMatchObject([{ id: checkpointId, kind: "before-apply", label: "side, before applying" }]);
  side.write("a.txt", "ONE\nmore\n");
  side.write("b.txt", "changed since\n");
  const back = await bench.rpc.checkpoints.restore({ id: checkpointId ?? "", mode: "exact" });
  expect(back.changed).toEqual(["a.txt", "b.txt"]);
  expect([inSide("a.txt"), inSide("b.txt")]).toEqual(["one\n", "its own\n"]);
  expect(readFileSync(path.join(project.path, "a.txt"), "utf8")).toBe("one\n");
  await bench.rpc.checkpoints.restore({ id: back.checkpointBeforeId ?? "", mode: "exact" });
  expect(inSide("b.txt")).toBe("changed since\n");
});

it("and before an apply to it is taken back; one that is gone says so", async () => {
  const { applyId } = await bench.rpc.changes.apply({ id: session.id, to: side.path });
  const { checkpointId } = await bench.rpc.changes.revert({ id: session.id, applyId: applyId ?? "" });
  expect(inSide("a.txt")).toBe("one\n");
  await bench.rpc.checkpoints.restore({ id: checkpointId ?? "", mode: "exact" });
  expect(inSide("a.txt")).toBe("ONE\n");
  project.git("worktree", "remove", "--force", side.path);
  await expect(bench.rpc.checkpoints.restore({ id: checkpointId ?? "" })).rejects.toThrow(/isn't a worktree/);
});

it("a branch that is checked out nowhere keeps what it was below its new commit", async () => {
  for (const [key, value] of [
    ["name", "Test"],
    ["email", "test@example.com"],
  ])
    project.git("config", `user.${key}`, value ?? "");
  const before = project.git("rev-parse", "release");
  const done = await bench.rpc.changes.apply({ id: session.id, to: "release", message: "Say ONE" });
  expect(done).toMatchObject({ checkpointId: null, commit: project.git("rev-parse", "release") });
  expect(project.git("rev-parse", "release~1")).toBe(before);
});
