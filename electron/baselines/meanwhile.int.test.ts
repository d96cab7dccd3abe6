import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

const lines = (last: string): string =>
  [...Array.from({ length: 19 }, (_, at) => `line ${at}`), last].map((line) => `${line}\n`).join("");

async function begin(options: Parameters<typeof createChangesBench>[1] = {}): Promise<void> {
  bench = await createChangesBench((project) => project.write("shared.txt", lines("last")), options);
  await bench.run("a", () => bench.copy.write("made.txt", "made\n"));
}

function teamWorks(in_: Repo): void {
  in_.write("team.txt", "team\n");
  in_.write("shared.txt", lines("theirs"));
  in_.commit("team");
}

async function short(): Promise<string[]> {
  return must(await bench.changes.list(sessionId, { diff: false })).map(({ operation, path: at }) => `${operation} ${at}`);
}

/** Git merges main into the session once its files were read, and another reader notices first. */
function mergeDuringSnapshot(): void {
  const { copy, deps } = bench;
  const real = deps.snapshots.snapshot.bind(deps.snapshots);
  let merged = false;
  deps.snapshots.snapshot = async (...asked) => {
    const taken = await real(...asked);
    if (merged || asked[0].copyId !== bench.ref.copyId) return taken;
    merged = true;
    copy.git("merge", "--quiet", "--no-edit", "main");
    must(await deps.follow(sessionId));
    return taken;
  };
}

/** A colleague's branch, which the session can merge at any moment. */
function teamBranch(): void {
  const colleague = createRepo(bench.folder, "colleague", { plain: true });
  bench.project.git("worktree", "add", "--quiet", "-b", "team", colleague.path);
  teamWorks(colleague);
}

/** Git merges it, and a reader follows. */
async function mergeTeam(): Promise<void> {
  bench.copy.git("merge", "--quiet", "--no-edit", "team");
  expect(must(await bench.deps.follow(sessionId))).toEqual({ moved: true });
}

/** It does so once, between what a verb works out and what it ends with. */
function mergeBeforeWriting(): void {
  const { store, snapshots } = bench.deps;
  const [add, hold] = [store.addSet.bind(store), snapshots.hold.bind(snapshots)];
  let merging: Promise<void> | null = null;
  store.addSet = async (...asked) => {
    await (merging ??= mergeTeam());
    return add(...asked);
  };
  snapshots.hold = async (...asked) => {
    await (merging ??= mergeTeam());
    return hold(...asked);
  };
}

describe("where git brings something in meanwhile", () => {
  it("files that were read before are compared with nothing that came after, and main keeps its newer text", async () => {
    await begin();
    teamWorks(bench.project);
    mergeDuringSnapshot();
    const applied = must(await bench.changes.apply(sessionId, { dryRun: false }));
    expect(applied.applied).toEqual(["made.txt"]);
    expect(existsSync(path.join(bench.project.path, "team.txt"))).toBe(true);
    expect(readFileSync(path.join(bench.project.path, "shared.txt"), "utf8")).toBe(lines("theirs"));
    expect(await short()).toEqual([]);
  });

  it("a look gives up where git never rests", async () => {
    await begin();
    const { deps } = bench;
    deps.follow = () => Promise.resolve({ ok: true, value: { moved: true } });
    expect(await bench.changes.list(sessionId, { diff: false })).toMatchObject({ ok: false, error: { code: "GIT_FAILED" } });
  });

  it("an apply moves the baseline over what came in, and a reject takes none of it away", async () => {
    await begin();
    teamBranch();
    mergeBeforeWriting();
    expect(must(await bench.changes.apply(sessionId, { dryRun: false })).applied).toEqual(["made.txt"]);
    expect(await short()).toEqual([]);
    bench.copy.write("more.txt", "more\n");
    must(await bench.changes.reject(sessionId, {}));
    expect(existsSync(path.join(bench.copy.path, "team.txt"))).toBe(true);
    expect(readFileSync(path.join(bench.copy.path, "shared.txt"), "utf8")).toBe(lines("theirs"));
  });

  it("a revert does", async () => {
    await begin();
    teamBranch();
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    mergeBeforeWriting();
    must(await bench.changes.revert(sessionId, { dryRun: false }));
    expect(await short()).toEqual(["create made.txt"]);
  });

  it("approving in place does", async () => {
    await begin({ inPlace: true });
    teamBranch();
    mergeBeforeWriting();
    must(await bench.changes.approve(sessionId, { undo: false }));
    expect(await short()).toEqual([]);
  });

  it("an approval in place that a crash cut off is done where the baseline has it, whatever came in then", async () => {
    await begin({ inPlace: true });
    teamBranch();
    const { store } = bench.deps;
    store.setState = () => Promise.reject(new Error("crash"));
    await expect(bench.changes.approve(sessionId, { undo: false })).rejects.toThrow("crash");
    Reflect.deleteProperty(store, "setState");
    await mergeTeam();
    await bench.fresh();
    expect(store.appliedIds(sessionId)).toHaveLength(1);
    expect(await short()).toEqual([]);
  });

  it("an apply that a later start ends does", async () => {
    await begin();
    teamBranch();
    const { deps } = bench;
    const advance = deps.advance.bind(deps);
    deps.advance = () => Promise.reject(new Error("crash"));
    await expect(bench.changes.apply(sessionId, { dryRun: false })).rejects.toThrow("crash");
    deps.advance = advance;
    await mergeTeam();
    await bench.fresh();
    expect(await short()).toEqual([]);
  });

  it("nothing that git brought in goes by a reject or a restore, unless exactly is asked for", async () => {
    await begin();
    teamBranch();
    const team = path.join(bench.copy.path, "team.txt");
    const { id } = must(await bench.kept.create(sessionId));
    await mergeTeam();
    must(await bench.changes.reject(sessionId, {}));
    const restored = must(await bench.kept.restore(id, { dryRun: false }));
    expect(restored).toMatchObject({ mode: "agents", changed: [] });
    expect(restored.kept).toContainEqual({ path: "team.txt", reason: "Git brought it in since." });
    expect(existsSync(team)).toBe(true);
    must(await bench.kept.restore(id, { mode: "exact", dryRun: false }));
    expect(existsSync(team)).toBe(false);
  });

  it("a restore is exact where only what was applied moved the baseline", async () => {
    await begin();
    const { id } = must(await bench.kept.create(sessionId));
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    bench.copy.write("made.txt", "by hand\n");
    expect(must(await bench.kept.restore(id, { dryRun: false }))).toMatchObject({ mode: "exact", changed: ["made.txt"] });
  });
});
