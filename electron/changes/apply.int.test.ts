import { existsSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";
import { oddNames, type Repo } from "../testing/repos.ts";

let bench: ChangesBench;
const all = { dryRun: false };

function standard(project: Repo): void {
  project.write("a.txt", "one\ntwo\nthree\nfour\nfive\n");
  project.write("b.txt", "b\n");
  project.write("dir/c.txt", "c\n");
  project.write("run.sh", "#!/bin/sh\n", { executable: true });
  project.link("link", "a.txt");
}

const at = (repo: Repo, file: string): string => readFileSync(path.join(repo.path, file), "utf8");

afterEach(() => bench.dispose());

describe("on a worktree", () => {
  beforeEach(async () => {
    bench = await createChangesBench(standard);
  });

  it("R85 brings changes to a dirty checkout and keeps what it has of its own", async () => {
    bench.copy.write("a.txt", "ONE\ntwo\nthree\nfour\nfive\n");
    bench.copy.write("new/file.txt", "new\n");
    bench.copy.remove("b.txt");
    bench.project.write("a.txt", "one\ntwo\nthree\nfour\nFIVE\n");
    bench.project.write("own.txt", "own\n");
    const preview = must(await bench.changes.apply(sessionId, { dryRun: true }));
    const place = { kind: "checkout", path: bench.project.path, branch: "main" };
    expect(preview).toEqual({
      applied: ["a.txt", "b.txt", "new/file.txt"],
      conflicts: [],
      applyId: null,
      checkpointId: null,
      place,
      commit: null,
      notCovered: [],
    });
    expect(at(bench.project, "a.txt")).toContain("one");
    const applied = must(await bench.changes.apply(sessionId, all));
    expect(applied).toEqual({
      applied: ["a.txt", "b.txt", "new/file.txt"],
      conflicts: [],
      applyId: expect.stringMatching(/^app_/),
      checkpointId: "chk_1",
      place,
      commit: null,
      notCovered: [],
    });
    expect(at(bench.project, "a.txt")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
    expect(at(bench.project, "own.txt")).toBe("own\n");
    expect(existsSync(path.join(bench.project.path, "b.txt"))).toBe(false);
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toEqual([]);
    expect(bench.project.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("R87 applying again, or what is there already, is a success that writes nothing", async () => {
    bench.copy.write("a.txt", "same\n");
    bench.project.write("a.txt", "same\n");
    expect(must(await bench.changes.apply(sessionId, all)).applied).toEqual(["a.txt"]);
    const before = readFolder(bench.project.path);
    expect(must(await bench.changes.apply(sessionId, all)).applied).toEqual([]);
    bench.copy.write("b.txt", "B\n");
    must(await bench.changes.apply(sessionId, all));
    expect(must(await bench.changes.apply(sessionId, { paths: ["b.txt"], dryRun: false })).applied).toEqual([]);
    expect(readFolder(bench.project.path)).toEqual({ ...before, "b.txt": `644:${Buffer.from("B\n").toString("hex")}` });
    expect(await bench.changes.apply(sessionId, { paths: ["nothing.txt"], dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "CHANGE_NOT_FOUND" },
    });
  });

  it("R85 one conflict stops the whole set, and the preview tells which", async () => {
    bench.copy.write("a.txt", "ours\n");
    bench.copy.write("b.txt", "fine\n");
    bench.copy.write("new.txt", "mine\n");
    bench.project.write("a.txt", "theirs\n");
    bench.project.write("new.txt", "yours\n");
    const before = readFolder(bench.project.path);
    const preview = must(await bench.changes.apply(sessionId, { dryRun: true }));
    expect(preview.applied).toEqual(["b.txt"]);
    expect(preview.conflicts.map((conflict) => conflict.path)).toEqual(["a.txt", "new.txt"]);
    const answer = must(await bench.changes.apply(sessionId, all));
    expect(answer).toMatchObject({ applyId: null, applied: [], conflicts: preview.conflicts, checkpointId: null });
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(bench.checkpoints).toEqual([]);
  });

  it("R85 a new file never overwrites one that the checkout ignores", async () => {
    bench.project.write(".git/info/exclude", "secret\n");
    bench.project.write("secret", "mine\n");
    bench.copy.write("secrets/x", "x\n");
    bench.project.git("worktree", "list");
    bench.project.write("secrets", "a file in the way\n");
    const preview = must(await bench.changes.apply(sessionId, { dryRun: true }));
    expect(preview.conflicts).toEqual([{ path: "secrets/x", reason: expect.any(String), blocked: true }]);
    expect(at(bench.project, "secret")).toBe("mine\n");
  });

  it("R85 a file edited between the plan and its turn takes back what was written before", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B\n");
    const before = readFolder(bench.project.path);
    bench.state.onLabel = (label) => {
      if (label === "apply:1") bench.project.write("b.txt", "meanwhile\n");
    };
    const refused = await bench.changes.apply(sessionId, all);
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "CHANGES_CONFLICT", message: "b.txt was changed meanwhile. Nothing was written." },
    });
    expect(readFolder(bench.project.path)).toEqual({ ...before, "b.txt": `644:${Buffer.from("meanwhile\n").toString("hex")}` });
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toHaveLength(2);
  });

  it("R85 says which file it couldn't take back, for it was edited after it was written", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.copy.write("b.txt", "B\n");
    bench.state.onLabel = (label) => {
      if (label !== "apply:1") return;
      bench.project.write("a.txt", "A\nand a person's line\n");
      bench.project.write("b.txt", "meanwhile\n");
    };
    const refused = await bench.changes.apply(sessionId, all);
    expect(refused).toMatchObject({ ok: false, error: { code: "CHANGES_CONFLICT", data: { left: ["a.txt"] } } });
    expect(!refused.ok && refused.error.message).toBe(
      "b.txt was changed meanwhile. The rest was taken back, but a.txt was changed since and is left with what was written to it.",
    );
    expect(at(bench.project, "a.txt")).toBe("A\nand a person's line\n");
  });

  it.each([
    ["MERGE_HEAD", "git merge --abort"],
    ["CHERRY_PICK_HEAD", "git cherry-pick --abort"],
    ["REVERT_HEAD", "git revert --abort"],
    ["BISECT_LOG", "git bisect reset"],
    ["rebase-merge/x", "git rebase --abort"],
  ])("R86 refuses while %s is there, with git's way out", async (mark, wayOut) => {
    bench.copy.write("a.txt", "A\n");
    bench.project.write(`.git/${mark}`, `${bench.project.git("rev-parse", "HEAD")}\n`);
    const before = readFolder(bench.project.path);
    const refused = await bench.changes.apply(sessionId, all);
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "CHECKOUT_IN_OPERATION", message: expect.stringContaining(wayOut) },
    });
    expect(readFolder(bench.project.path)).toEqual(before);
  });

  it("S56 links are listed as links with their target and applied as links", async () => {
    bench.copy.remove("b.txt");
    bench.copy.link("b.txt", "dir/c.txt");
    const [change] = must(await bench.changes.list(sessionId, { diff: false }));
    expect(change).toMatchObject({ path: "b.txt", type: "link", linkTarget: "dir/c.txt" });
    must(await bench.changes.apply(sessionId, all));
    expect(readlinkSync(path.join(bench.project.path, "b.txt"))).toBe("dir/c.txt");
  });

  it("S57 a mode change alone is listed and applied, and only 644 and 755 exist", async () => {
    bench.copy.write("b.txt", "b\n", { executable: true });
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toMatchObject([
      { path: "b.txt", operation: "mode", oldMode: "100644", newMode: "100755" },
    ]);
    must(await bench.changes.apply(sessionId, all));
    expect(readFolder(bench.project.path)["b.txt"]).toMatch(/^755:/);
  });

  it("is refused while a run is going on", async () => {
    bench.copy.write("a.txt", "A\n");
    bench.state.busy.add("wcp_1");
    expect(await bench.changes.apply(sessionId, all)).toMatchObject({ ok: false, error: { code: "WORKING_COPY_BUSY" } });
    expect(await bench.changes.reject(sessionId, {})).toMatchObject({ ok: false, error: { code: "WORKING_COPY_BUSY" } });
  });

  it("R82 revert takes the last set out again, over later edits, and makes it pending as before", async () => {
    await bench.run("opencode", () => bench.copy.write("a.txt", "ONE\ntwo\nthree\nfour\nfive\n"));
    const before = readFolder(bench.project.path);
    must(await bench.changes.apply(sessionId, all));
    bench.project.write("a.txt", "ONE\ntwo\nthree\nfour\nfive\nsix\n");
    expect(must(await bench.changes.revert(sessionId, { dryRun: true }))).toMatchObject({ applied: ["a.txt"], conflicts: [] });
    must(await bench.changes.revert(sessionId, all));
    expect(at(bench.project, "a.txt")).toBe("one\ntwo\nthree\nfour\nfive\nsix\n");
    bench.project.write("a.txt", "one\ntwo\nthree\nfour\nfive\n");
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toMatchObject([
      { path: "a.txt", agent: "opencode", review: "pending" },
    ]);
    expect(await bench.changes.revert(sessionId, all)).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND" } });
  });

  it("R82 revert of some files takes out those, a rename with both its names, and leaves the rest for later", async () => {
    const before = readFolder(bench.project.path);
    await bench.run("opencode", () => {
      bench.copy.write("a.txt", "A\n");
      bench.copy.write("new.txt", "new\n");
      bench.copy.remove("dir/c.txt");
      bench.copy.write("dir/d.txt", "c\n");
    });
    must(await bench.changes.apply(sessionId, all));
    const after = readFolder(bench.project.path);
    const some = { paths: ["dir/d.txt", "new.txt"], dryRun: false };
    expect(must(await bench.changes.revert(sessionId, { ...some, dryRun: true })).applied.toSorted()).toEqual([
      "dir/c.txt",
      "dir/d.txt",
      "new.txt",
    ]);
    expect(readFolder(bench.project.path)).toEqual(after);
    must(await bench.changes.revert(sessionId, some));
    expect(readFolder(bench.project.path)).toEqual({ ...before, "a.txt": after["a.txt"] });
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toMatchObject([
      { path: "dir/d.txt", oldPath: "dir/c.txt", agent: "opencode" },
      { path: "new.txt", agent: "opencode" },
    ]);
    const notApplied = { ok: false, error: { code: "CHANGE_NOT_FOUND", field: "paths" } };
    expect(await bench.changes.revert(sessionId, some)).toMatchObject(notApplied);
    expect(await bench.changes.revert(sessionId, { paths: ["a.txt", "b.txt"], dryRun: false })).toMatchObject(notApplied);
    expect(readFolder(bench.project.path)["a.txt"]).toBe(after["a.txt"]);
    must(await bench.changes.revert(sessionId, all));
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(must(await bench.changes.list(sessionId, { diff: false })).map(({ agent }) => agent)).toEqual(
      Array(3).fill("opencode"),
    );
  });

  it("R85 revert refuses where the checkout went on at the same place", async () => {
    bench.copy.write("a.txt", "A\n");
    must(await bench.changes.apply(sessionId, all));
    bench.project.write("a.txt", "other\n");
    expect(must(await bench.changes.revert(sessionId, all))).toMatchObject({ applied: [], conflicts: [{ path: "a.txt" }] });
    expect(at(bench.project, "a.txt")).toBe("other\n");
  });
});

describe("names and shapes", () => {
  it("R81 every name goes the whole way: list, diff, apply, revert, reject", async () => {
    bench = await createChangesBench((project) => {
      for (const name of oddNames.slice(0, 8)) project.write(name, "old\n");
    });
    const untouched = readFolder(bench.copy.path);
    for (const name of oddNames) bench.copy.write(name, `new ${name.length}\n`);
    const wanted = readFolder(bench.copy.path);
    const listed = must(await bench.changes.list(sessionId, { diff: true }));
    expect(new Set(listed.map((change) => change.path))).toEqual(new Set(oddNames));
    for (const name of oddNames) expect(must(await bench.changes.diff(sessionId, name)).newText).toBe(`new ${name.length}\n`);
    for (const name of oddNames) must(await bench.changes.approve(sessionId, { paths: [name], undo: false }));
    expect(must(await bench.changes.list(sessionId, { diff: false })).every((change) => change.review === "approved")).toBe(true);
    must(await bench.changes.apply(sessionId, { paths: oddNames, dryRun: false }));
    expect(readFolder(bench.project.path)).toEqual(wanted);
    must(await bench.changes.revert(sessionId, all));
    expect(readFolder(bench.project.path)).toEqual(untouched);
    must(await bench.changes.apply(sessionId, all));
    const committed = must(await bench.commits.commit(sessionId, "all names"));
    expect(bench.project.git("rev-parse", "HEAD")).toBe(committed.commit);
    expect(bench.project.git("status", "--porcelain")).toBe("");
    must(await bench.changes.revert(sessionId, all));
    must(await bench.changes.reject(sessionId, { paths: oddNames }));
    expect(readFolder(bench.copy.path)).toEqual(untouched);
  });

  it("R82 R83 every shape is brought over and taken out byte for byte and mode for mode", async () => {
    bench = await createChangesBench((project) => {
      project.write(".gitattributes", "*.txt text eol=crlf\n*.lf text eol=lf\n");
      project.write("crlf.txt", "one\r\ntwo\r\n");
      project.write("to-lf.txt", "one\r\ntwo\r\n");
      project.write("bom.md", "\ufeffbom\n");
      project.write("binary.bin", Uint8Array.from([0, 1, 2, 255]));
      project.write("becomes-folder", "file\n");
      project.write("becomes-file/inner", "inner\n");
      project.write("becomes-link", "file\n");
      project.link("becomes-plain", "bom.md");
      project.write("mode.sh", "x\n");
      project.write("gone", "gone\n");
      project.write("empty", "");
      project.write("moved-from", "a long enough line to be known again\nand another one\n");
    });
    const before = readFolder(bench.copy.path);
    bench.copy.write("crlf.txt", "one\r\nTWO\r\n");
    bench.copy.write("to-lf.txt", "one\ntwo\n");
    bench.copy.write("bom.md", "\ufeffbom, no end");
    bench.copy.write("binary.bin", Uint8Array.from([0, 1, 3, 255, 0]));
    bench.copy.remove("becomes-folder");
    bench.copy.write("becomes-folder/inner", "inner\n");
    bench.copy.remove("becomes-file");
    bench.copy.write("becomes-file", "file\n");
    bench.copy.remove("becomes-link");
    bench.copy.link("becomes-link", "bom.md");
    bench.copy.remove("becomes-plain");
    bench.copy.write("becomes-plain", "plain\n");
    bench.copy.write("mode.sh", "x\n", { executable: true });
    bench.copy.remove("gone");
    bench.copy.write("empty", "not any more");
    bench.copy.write("new-empty", "");
    bench.copy.remove("moved-from");
    bench.copy.write("moved-to", "a long enough line to be known again\nand another one\n");
    const after = readFolder(bench.copy.path);
    const listed = must(await bench.changes.list(sessionId, { diff: false }));
    expect(listed.find((change) => change.path === "moved-to")).toMatchObject({ operation: "rename", oldPath: "moved-from" });
    expect(listed.find((change) => change.path === "binary.bin")).toMatchObject({ binary: true });
    must(await bench.changes.apply(sessionId, all));
    expect(readFolder(bench.project.path)).toEqual(after);
    must(await bench.changes.revert(sessionId, all));
    expect(readFolder(bench.project.path)).toEqual(before);
    const rejected = must(await bench.changes.reject(sessionId, {}));
    expect(rejected).toEqual({ changes: [], checkpointId: expect.any(String), kept: [] });
    expect(readFolder(bench.copy.path)).toEqual(before);
  });

  it("a plain folder's changes are applied and taken out like any other", async () => {
    bench = await createChangesBench(standard, { plain: true });
    bench.copy.write("a.txt", "A\n");
    must(await bench.changes.apply(sessionId, all));
    expect(at(bench.project, "a.txt")).toBe("A\n");
    expect(must(await bench.commits.committable(sessionId))).toMatchObject({ paths: [], left: [], branch: null });
    expect(await bench.commits.commit(sessionId, "x")).toMatchObject({ ok: false, error: { code: "NOTHING_TO_COMMIT" } });
    must(await bench.changes.revert(sessionId, all));
    expect(at(bench.project, "a.txt")).toContain("one");
  });
});
