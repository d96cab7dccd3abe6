import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, gitProject, must, mustFail, newSession, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

describe("bringing a deleted session back", () => {
  it("lists it for thirty days, and makes its worktree again where it stood", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id, { title: "Work" });
    bench.place.write(workingCopy.path, { "a.txt": "b\n" });
    await bench.place.user(workingCopy.path, "commit", "-qam", "Work");
    const head = await bench.place.user(workingCopy.path, "rev-parse", "HEAD");
    must(await bench.removal.remove(id, true));
    expect(must(bench.sessions.listRemoved(project.id))).toMatchObject([{ id, title: "Work", kind: "worktree" }]);
    const back = must(await bench.sessions.bringBack(id));
    expect(back).toMatchObject({ id, title: "Work", workingCopy: { path: workingCopy.path, state: "ready" } });
    expect(await bench.place.user(workingCopy.path, "rev-parse", "HEAD")).toBe(head);
    expect(readFileSync(path.join(workingCopy.path, "a.txt"), "utf8")).toBe("b\n");
    expect(must(bench.sessions.listRemoved(project.id))).toEqual([]);
    expect(mustFail(await bench.sessions.bringBack(id)).code).toBe("SESSION_NOT_FOUND");
    must(await bench.removal.remove(id, true));
    bench.clock.advance(31 * 24 * 3_600_000);
    expect(must(bench.sessions.listRemoved(project.id))).toEqual([]);
    expect(mustFail(await bench.sessions.bringBack(id))).toMatchObject({
      code: "SESSION_NOT_FOUND",
      message: "The session can't be brought back: its files were kept for 30 days.",
    });
  });

  it("says why a session can't be brought back, and null where it can", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id } = await newSession(bench, project.id);
    must(await bench.removal.remove(id, true));
    const removedAt = bench.clock.now();
    expect(bench.sessions.whyLost({ id, removedAt })).toBeNull();
    expect(bench.sessions.whyLost({ id: "ses_unmade", removedAt })).toBe("its working copy was never made");
    bench.clock.advance(31 * 24 * 3_600_000);
    expect(bench.sessions.whyLost({ id, removedAt })).toBe("its files were kept for 30 days");
  });

  it("in place, and where the project was moved meanwhile, finds the folder that was left", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const inPlace = await newSession(bench, project.id, { workingCopy: "in-place" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "new.txt": "n\n" });
    must(await bench.removal.remove(inPlace.id, true));
    const moved = path.join(bench.place.root, "moved");
    renameSync(project.path, moved);
    must(await bench.removal.remove(id, true));
    must(await bench.projects.locate(project.id, moved));
    expect(must(await bench.sessions.bringBack(inPlace.id)).workingCopy).toMatchObject({ path: moved, state: "ready" });
    expect(must(await bench.sessions.bringBack(id)).workingCopy.state).toBe("ready");
    expect(await bench.place.user(workingCopy.path, "status", "--porcelain")).toBe("?? new.txt");
  });
});

describe("deleting a session", () => {
  it("asks about uncommitted and new files, and takes a checkpoint before it deletes by force", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n", ".gitignore": "out/\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "a.txt": "b\n", "new.txt": "n", "out/x": "ignored" });
    const refused = mustFail(await bench.removal.remove(id, false));
    expect(refused.code).toBe("WORK_AT_RISK");
    expect(refused.data?.risks).toMatchObject([
      { kind: "uncommitted", paths: ["a.txt"] },
      { kind: "untracked", paths: ["new.txt"] },
      { kind: "ignored", paths: ["out/ (7 bytes)"] },
    ]);
    expect(existsSync(workingCopy.path)).toBe(true);
    expect(must(await bench.removal.remove(id, true))).toEqual({ removed: true, checkpointId: "chk_1", left: null });
    expect(existsSync(workingCopy.path)).toBe(false);
    expect(await bench.place.user(project.path, "worktree", "list", "--porcelain")).not.toContain(workingCopy.path);
    expect(mustFail(bench.sessions.get(id)).code).toBe("SESSION_NOT_FOUND");
  });

  it("names ignored files that exist nowhere else, by size; not what the project has, nor what can be made anew", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n", ".gitignore": ".env\ndata/\nnode_modules/\n" });
    bench.place.write(project.path, { ".env": "SECRET=1\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    expect(readFileSync(path.join(workingCopy.path, ".env"), "utf8")).toBe("SECRET=1\n");
    bench.place.write(workingCopy.path, { "node_modules/dep/index.js": "1" });
    expect(must(await bench.removal.risks(id))).toEqual([]);
    bench.place.write(workingCopy.path, { ".env": "SECRET=2\n", "data/a": "x".repeat(1500), "data/b/c": "x" });
    expect(must(await bench.removal.risks(id))).toMatchObject([
      { kind: "ignored", paths: ["data/ (1.47 KB)", ".env (9 bytes)", "node_modules/ (1 byte)"] },
    ]);
  });

  it("lets nothing be hidden from it by the worktree's own index", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    await bench.place.user(workingCopy.path, "update-index", "--assume-unchanged", "a.txt");
    bench.place.write(workingCopy.path, { "a.txt": "hidden\n" });
    expect(must(await bench.removal.risks(id))).toMatchObject([{ kind: "uncommitted", paths: ["a.txt"] }]);
  });

  it("counts commits as safe once a branch has them, their patch or their content", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    const commit = async (text: string): Promise<void> => {
      bench.place.write(workingCopy.path, { "a.txt": text });
      await bench.place.user(workingCopy.path, "commit", "-qam", text);
    };
    await commit("one\n");
    await commit("two\n");
    expect(must(await bench.removal.risks(id))).toMatchObject([{ kind: "unmerged-commits", paths: ["a.txt"] }]);
    // As after a squash merge: one commit with the same content.
    bench.place.write(project.path, { "a.txt": "two\n" });
    await bench.place.user(project.path, "commit", "-qam", "Squashed");
    expect(must(await bench.removal.risks(id))).toEqual([]);
    await commit("three\n");
    expect(must(await bench.removal.risks(id))).toHaveLength(1);
    await bench.place.user(workingCopy.path, "branch", "kept");
    expect(must(await bench.removal.risks(id))).toEqual([]);
  });

  it("holds what was applied for safe: the baseline has it", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "a.txt": "applied\n" });
    const copy = bench.copies.find(id);
    const now = must(await bench.trees.snapshot({ projectPath: project.path, copyId: copy?.id ?? "", path: workingCopy.path }));
    bench.copies.setBaseline(id, now.tree);
    expect(must(await bench.removal.risks(id))).toEqual([]);
  });

  it("counts what it couldn't look at as at risk, and says so", async () => {
    const project = await gitProject(bench);
    const { id } = await newSession(bench, project.id);
    bench.trees.breakWith("The disk is away");
    expect(mustFail(await bench.removal.remove(id, false)).data?.risks).toMatchObject([{ kind: "unverified" }]);
  });

  it("keeps everything when the checkpoint fails, even by force", async () => {
    const project = await gitProject(bench);
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.knobs.checkpointFails = true;
    expect(mustFail(await bench.removal.remove(id, true)).code).toBe("CHECKPOINT_FAILED");
    expect(existsSync(workingCopy.path)).toBe(true);
  });

  it("is refused while something runs in it, as archiving is", async () => {
    const project = await gitProject(bench);
    const { id } = await newSession(bench, project.id);
    expect(bench.leases.take(must(bench.sessions.get(id)).workingCopy.id)).not.toBeNull();
    expect(mustFail(await bench.removal.remove(id, true)).code).toBe("WORKING_COPY_BUSY");
    expect(mustFail(bench.sessions.update(id, { status: "archived" })).code).toBe("WORKING_COPY_BUSY");
  });

  it("removes a worktree with read-only folders in it whole, as a Go module cache is", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n", ".gitignore": "gopath/\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "gopath/mod/x@v1/x.go": "package x\n" });
    chmodSync(path.join(workingCopy.path, "gopath/mod/x@v1"), 0o555);
    chmodSync(path.join(workingCopy.path, "gopath/mod"), 0o000);
    expect(must(await bench.removal.remove(id, true)).left).toBeNull();
    expect(existsSync(path.dirname(workingCopy.path))).toBe(false);
  });

  it("removes one whose pointer to git is broken", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { ".git": "gitdir: /nowhere\n" });
    expect(must(await bench.removal.remove(id, true))).toMatchObject({ checkpointId: "chk_1", left: null });
    expect(existsSync(workingCopy.path)).toBe(false);
    expect(await bench.place.user(project.path, "worktree", "list", "--porcelain")).not.toContain(workingCopy.path);
  });

  it("leaves one whole that git doesn't know any more, and ends the session by force", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "new.txt": "n\n" });
    rmSync(path.join(project.path, ".git/worktrees"), { recursive: true });
    expect(mustFail(await bench.removal.remove(id, false)).code).toBe("WORK_AT_RISK");
    expect(must(await bench.removal.remove(id, true)).left).toMatchObject({ path: workingCopy.path });
    expect(readFileSync(path.join(workingCopy.path, "new.txt"), "utf8")).toBe("n\n");
    expect(mustFail(bench.sessions.get(id)).code).toBe("SESSION_NOT_FOUND");
  });

  it("ends the session of a project that was moved away, and leaves its worktree", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    renameSync(project.path, path.join(bench.place.root, "moved-away"));
    expect(mustFail(await bench.removal.remove(id, false)).data?.risks).toMatchObject([{ kind: "unverified" }]);
    expect(must(await bench.removal.remove(id, true))).toMatchObject({ checkpointId: null, left: { path: workingCopy.path } });
    expect(existsSync(path.join(workingCopy.path, "a.txt"))).toBe(true);
  });

  it("S61 takes links in the worktree away as links", async () => {
    const project = await gitProject(bench);
    const { id, workingCopy } = await newSession(bench, project.id);
    const canary = path.join(bench.place.root, "canary");
    bench.place.write(canary, { "keep.txt": "keep" });
    symlinkSync(canary, path.join(workingCopy.path, "link"));
    must(await bench.removal.remove(id, true));
    expect(readFileSync(path.join(canary, "keep.txt"), "utf8")).toBe("keep");
  });

  it.each(["the worktree", "its parent"])("S61 deletes nothing where %s was swapped for a link", async (which) => {
    const project = await gitProject(bench);
    const { id, workingCopy } = await newSession(bench, project.id);
    const swapped = which === "the worktree" ? workingCopy.path : path.dirname(workingCopy.path);
    const elsewhere = path.join(bench.place.root, "elsewhere");
    renameSync(swapped, elsewhere);
    symlinkSync(elsewhere, swapped);
    expect(mustFail(await bench.removal.remove(id, false)).code).toBe("WORKTREE_FAILED");
    expect(must(await bench.removal.remove(id, true)).left).toMatchObject({ path: workingCopy.path });
    expect(mustFail(bench.sessions.get(id)).code).toBe("SESSION_NOT_FOUND");
    expect(statSync(elsewhere).isDirectory()).toBe(true);
    expect(
      existsSync(
        which === "the worktree"
          ? path.join(elsewhere, "readme.md")
          : path.join(elsewhere, path.basename(workingCopy.path), "readme.md"),
      ),
    ).toBe(true);
  });
});
