import { readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

function standard(project: Repo): void {
  project.write("a.txt", "one\ntwo\n");
  project.write("b.txt", "b\n");
}

const list = async () => must(await bench.changes.list(sessionId, { diff: false }));

describe("whose a change is", () => {
  it("is the run's agent, the latest of several, and a person's where no run left it so", async () => {
    bench = await createChangesBench(standard);
    await bench.run("opencode", () => bench.copy.write("a.txt", "1\ntwo\n"));
    await bench.run("qwen", () => bench.copy.write("b.txt", "B\n"));
    await bench.run("qwen", () => bench.copy.write("a.txt", "1\n2\n"));
    bench.copy.write("mine.txt", "m\n");
    expect(await list()).toMatchObject([
      { path: "a.txt", agent: "qwen", runId: "run_3", agents: ["qwen", "opencode"], additions: 2, deletions: 2 },
      { path: "b.txt", agent: "qwen", runId: "run_2", agents: ["qwen"] },
      { path: "mine.txt", agent: null, runId: null, agents: [], operation: "create" },
    ]);
    bench.copy.write("b.txt", "by hand\n");
    expect((await list())[1]).toMatchObject({ path: "b.txt", agent: null, agents: ["qwen"] });
    expect(bench.counts.of(sessionId)).toEqual({ files: 3, additions: 4, deletions: 3 });
    expect(bench.updates).toContainEqual({ type: "changes", sessionId });
  });

  it("is the agent's that is at work, from the moment it is seen; what was there before it stays the person's", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write("mine.txt", "m\n");
    await bench.run("qwen", () => bench.copy.write("b.txt", "B\n"));
    const { tree } = must(await bench.snapshots.snapshot(bench.ref));
    bench.state.atWork = { agentId: "opencode", runId: "run_9", beforeTree: tree };
    bench.copy.write("a.txt", "1\ntwo\n");
    bench.copy.write("b.txt", "B!\n");
    const seen = [
      { path: "a.txt", agent: "opencode", runId: "run_9", agents: ["opencode"] },
      { path: "b.txt", agent: "opencode", runId: "run_9", agents: ["opencode", "qwen"] },
      { path: "mine.txt", agent: null, agents: [] },
    ];
    expect(await list()).toMatchObject(seen);
  });

  it("S54 marks what runs later", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write(".vscode/tasks.json", "{}\n");
    bench.copy.write("src.ts", "x\n");
    expect(await list()).toMatchObject([
      { path: ".vscode/tasks.json", protected: true },
      { path: "src.ts", protected: false },
    ]);
  });
});

describe("approve and reject", () => {
  it("an approval lasts while the content does, and can be taken back", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B\n");
    expect(
      must(await bench.changes.approve(sessionId, { paths: ["a.txt"], undo: false })).map((change) => change.review),
    ).toEqual(["approved", "pending"]);
    bench.copy.write("a.txt", "A2\n");
    expect((await list()).map((change) => change.review)).toEqual(["pending", "pending"]);
    bench.copy.write("a.txt", "A\n");
    expect((await list()).map((change) => change.review)).toEqual(["approved", "pending"]);
    must(await bench.changes.approve(sessionId, { undo: true }));
    expect((await list()).map((change) => change.review)).toEqual(["pending", "pending"]);
    expect(await bench.changes.approve(sessionId, { paths: ["nope"], undo: false })).toMatchObject({
      ok: false,
      error: { code: "CHANGE_NOT_FOUND" },
    });
  });

  it("reject takes a checkpoint and puts chosen files back, leaving the others", async () => {
    bench = await createChangesBench(standard);
    const before = readFolder(bench.copy.path);
    await bench.run("opencode", () => {
      bench.copy.write("a.txt", "A\n");
      bench.copy.remove("b.txt");
      bench.copy.write("new/x", "x\n");
    });
    const first = must(await bench.changes.reject(sessionId, { paths: ["b.txt"] }));
    expect(first).toMatchObject({ changes: [{ path: "a.txt" }, { path: "new/x" }], checkpointId: "chk_1" });
    expect(bench.checkpoints).toEqual(["before-reject"]);
    must(await bench.changes.reject(sessionId, {}));
    expect(readFolder(bench.copy.path)).toEqual(before);
    bench.copy.write("a.txt", "A\n");
    expect(await list()).toMatchObject([{ path: "a.txt", agent: "opencode" }]);
  });
});

describe("rejecting a file that the baseline doesn't have", () => {
  const textOf = (name: string): string => readFileSync(path.join(bench.copy.path, name), "utf8");

  it("gives back what a person had written before the run", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write("mine.txt", "written by hand\n");
    await bench.run("opencode", () => bench.copy.write("mine.txt", "written by machine\n"));
    await bench.run("qwen", () => bench.copy.write("mine.txt", "written by machines\n"));
    const rejected = must(await bench.changes.reject(sessionId, { paths: ["mine.txt"] }));
    expect(textOf("mine.txt")).toBe("written by hand\n");
    expect(rejected).toMatchObject({ changes: [{ path: "mine.txt", agent: null }], checkpointId: "chk_1", kept: [] });
  });

  it("keeps what a person wrote since, and says so; the rest goes", async () => {
    bench = await createChangesBench(standard);
    await bench.run("opencode", () => {
      bench.copy.write("shared.txt", "agent\n");
      bench.copy.write("made.txt", "agent\n");
    });
    bench.copy.write("shared.txt", "agent\nand me\n");
    const rejected = must(await bench.changes.reject(sessionId, {}));
    expect(textOf("shared.txt")).toBe("agent\nand me\n");
    expect(rejected.changes.map((change) => change.path)).toEqual(["shared.txt"]);
    expect(rejected.kept).toEqual([{ path: "shared.txt", reason: "It was written by hand since: the text stays." }]);
  });
});

it("lets no run into the working copy while files are put back", async () => {
  bench = await createChangesBench(standard);
  bench.copy.write("a.txt", "A\n");
  const leased: boolean[] = [];
  bench.state.onLabel = () => void leased.push(bench.state.leased.has("wcp_1"));
  must(await bench.changes.reject(sessionId, {}));
  expect([...new Set(leased)]).toEqual([true]);
  expect([...bench.state.leased]).toEqual([]);
  bench.copy.write("a.txt", "A\n");
  bench.state.busy.add("wcp_1");
  expect(await bench.changes.reject(sessionId, {})).toMatchObject({ ok: false, error: { code: "WORKING_COPY_BUSY" } });
});

describe("in place", () => {
  it("approving and applying move the baseline, and nothing is written", async () => {
    bench = await createChangesBench(standard, { inPlace: true });
    bench.project.write("a.txt", "A\n");
    bench.project.write("b.txt", "B\n");
    const files = readFolder(bench.project.path);
    expect(must(await bench.changes.approve(sessionId, { paths: ["a.txt"], undo: false }))).toMatchObject([{ path: "b.txt" }]);
    expect(must(await bench.changes.apply(sessionId, { dryRun: false })).applied).toEqual(["b.txt"]);
    expect(await list()).toEqual([]);
    expect(readFolder(bench.project.path)).toEqual(files);
    must(await bench.changes.revert(sessionId, { dryRun: false }));
    expect(await list()).toMatchObject([{ path: "b.txt" }]);
    must(await bench.changes.reject(sessionId, {}));
    expect(readFileSync(path.join(bench.project.path, "b.txt"), "utf8")).toBe("b\n");
    expect(must(await bench.commits.committable(sessionId))).toMatchObject({ paths: ["a.txt"], left: [], branch: "main" });
  });

  it("revert of one file makes that one pending again, and another revert the other", async () => {
    bench = await createChangesBench(standard, { inPlace: true });
    bench.project.write("a.txt", "A\n");
    bench.project.write("b.txt", "B\n");
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    must(await bench.changes.revert(sessionId, { paths: ["b.txt"], dryRun: false }));
    expect(await list()).toMatchObject([{ path: "b.txt" }]);
    must(await bench.changes.revert(sessionId, { dryRun: false }));
    expect(await list()).toMatchObject([{ path: "a.txt" }, { path: "b.txt" }]);
  });
});

describe("diff", () => {
  it("has the patch and both texts, and says when something is cut or can't be shown", async () => {
    bench = await createChangesBench((project) => {
      standard(project);
      project.write("big.txt", "x\n");
    });
    bench.copy.write("a.txt", "one\nTWO\n");
    bench.copy.write("bin", Uint8Array.from([0, 1]));
    bench.copy.write("big.txt", "line of text\n".repeat(250_000));
    const diff = must(await bench.changes.diff(sessionId, "a.txt"));
    expect(diff).toMatchObject({ oldText: "one\ntwo\n", newText: "one\nTWO\n", binary: false, truncated: false });
    expect(diff.patch).toContain("-two\n+TWO\n");
    expect(must(await bench.changes.diff(sessionId, "bin"))).toMatchObject({ binary: true, patch: null, newText: null });
    const big = must(await bench.changes.diff(sessionId, "big.txt"));
    expect(big).toMatchObject({ truncated: true, newText: null });
    expect(big.patch?.length).toBeLessThanOrEqual(2 * 1024 * 1024);
    const listed = must(await bench.changes.list(sessionId, { diff: true }));
    expect(listed.find((change) => change.path === "a.txt")?.diff).toContain("+TWO");
    expect(await bench.changes.diff(sessionId, "b.txt")).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND" } });
    expect(await bench.changes.diff(sessionId, "--output=/tmp/canary")).toMatchObject({
      ok: false,
      error: { code: "CHANGE_NOT_FOUND" },
    });
    expect(await bench.changes.diff("ses_other", "a.txt")).toMatchObject({ ok: false, error: { code: "SESSION_NOT_FOUND" } });
  });
});

describe("what can't be done is told by a code of its own", () => {
  const codeOf = async (work: Promise<{ ok: boolean; error?: { code: string; data?: unknown } }>) => {
    const { error } = await work;
    return error ? [error.code, error.data] : null;
  };

  it("a working copy that is lost, whatever is asked of it", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write("a.txt", "A\n");
    rmSync(bench.copy.path, { recursive: true });
    const { changes } = bench;
    for (const asked of [
      changes.list(sessionId, { diff: false }),
      changes.diff(sessionId, "a.txt"),
      changes.approve(sessionId, { undo: false }),
      changes.reject(sessionId, {}),
      changes.apply(sessionId, { dryRun: true }),
    ])
      expect(await codeOf(asked)).toEqual(["WORKING_COPY_MISSING", undefined]);
  });

  it("a project that was moved away", async () => {
    bench = await createChangesBench(standard);
    bench.copy.write("a.txt", "A\n");
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    bench.copy.write("b.txt", "B\n");
    renameSync(bench.project.path, `${bench.project.path}-moved`);
    const { changes, commits } = bench;
    for (const asked of [
      changes.apply(sessionId, { dryRun: false }),
      changes.revert(sessionId, { dryRun: false }),
      commits.committable(sessionId),
      commits.commit(sessionId, "message"),
    ])
      expect(await codeOf(asked)).toEqual(["PROJECT_PATH_MISSING", undefined]);
  });

  it("a choice that can't be carried out by itself, with what it needs", async () => {
    bench = await createChangesBench(standard);
    rmSync(path.join(bench.copy.path, "b.txt"));
    bench.copy.write("b.txt/inside", "x\n");
    const paths = ["b.txt/inside"];
    for (const asked of [bench.changes.apply(sessionId, { paths, dryRun: false }), bench.changes.reject(sessionId, { paths })])
      expect(await codeOf(asked)).toEqual(["SELECTION_INCOMPLETE", { paths: ["b.txt"] }]);
    const both = must(await bench.changes.apply(sessionId, { paths: ["b.txt", "b.txt/inside"], dryRun: false }));
    expect(both.applied.toSorted()).toEqual(["b.txt", "b.txt/inside"]);
  });

  it("an approval in place that would take what wasn't chosen along", async () => {
    bench = await createChangesBench(standard, { inPlace: true });
    rmSync(path.join(bench.copy.path, "b.txt"));
    bench.copy.write("b.txt/inside", "x\n");
    const before = bench.baseline();
    const asked = bench.changes.approve(sessionId, { paths: ["b.txt/inside"], undo: false });
    expect(await codeOf(asked)).toEqual(["SELECTION_INCOMPLETE", { paths: ["b.txt"] }]);
    expect(bench.baseline()).toBe(before);
  });
});
