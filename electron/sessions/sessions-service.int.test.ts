import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, must, mustFail, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

async function gitProject(files?: Record<string, string>): Promise<{ id: string; path: string }> {
  return must(await bench.projects.add(await bench.place.repository("shop", files)));
}

async function newSession(
  projectId: string,
  more: { base?: string; title?: string; workingCopy?: "worktree" | "in-place" } = {},
) {
  return must(await bench.sessions.create({ projectId, workingCopy: "worktree", ...more }));
}

describe("creating a session", () => {
  it("makes a worktree outside the repository with the base's files and a detached HEAD", async () => {
    const project = await gitProject({ "src/a.ts": "a\n", "run.sh": "#!/bin/sh\n" });
    const session = await newSession(project.id);
    const copy = session.workingCopy;
    expect(copy.state).toBe("ready");
    expect(copy.path.startsWith(bench.worktreeRoot)).toBe(true);
    expect(readFileSync(path.join(copy.path, "src/a.ts"), "utf8")).toBe("a\n");
    expect(await bench.place.user(copy.path, "rev-parse", "--abbrev-ref", "HEAD")).toBe("HEAD");
    expect(copy.baseCommit).toBe(await bench.place.user(project.path, "rev-parse", "HEAD"));
    expect(copy.baseRef).toBe("main");
    expect(copy.revisionId).toBe(await bench.place.user(project.path, "rev-parse", "HEAD^{tree}"));
    expect(await bench.place.user(project.path, "worktree", "list", "--porcelain")).toContain("locked In use by Hearth");
  });

  it("starts from a chosen branch and tag, and tells when there is none", async () => {
    const project = await gitProject();
    await bench.place.user(project.path, "checkout", "--quiet", "-b", "side");
    bench.place.write(project.path, { "side.txt": "x" });
    await bench.place.user(project.path, "add", "-A");
    await bench.place.user(project.path, "commit", "-qm", "Side");
    await bench.place.user(project.path, "checkout", "--quiet", "main");
    const session = await newSession(project.id, { base: "side" });
    expect(existsSync(path.join(session.workingCopy.path, "side.txt"))).toBe(true);
    expect(mustFail(await bench.sessions.create({ projectId: project.id, workingCopy: "worktree", base: "gone" })).code).toBe(
      "BASE_NOT_FOUND",
    );
    expect(must(bench.sessions.list(project.id, { status: "all" }))).toHaveLength(1);
  });

  it.each(["--output=canary", "-h", "--upload-pack=touch canary", "main..side", "HEAD@{1}", "a b", ":/x", "main\n"])(
    "S62 takes %j for no base",
    async (base) => {
      const project = await gitProject();
      expect(mustFail(await bench.sessions.create({ projectId: project.id, workingCopy: "worktree", base })).code).toBe(
        "BASE_NOT_FOUND",
      );
      expect(existsSync(path.join(project.path, "canary"))).toBe(false);
    },
  );

  it.each(["../../x", "-rf", "a/../../.git", "x".repeat(200), "end.lock", "..", "名前", "CON"])(
    "S59 keeps the worktree of a session named %j inside the root",
    async (title) => {
      const project = await gitProject();
      const { workingCopy } = await newSession(project.id, { title });
      expect(path.relative(bench.worktreeRoot, workingCopy.path)).toMatch(/^[a-z0-9-]+\/[a-z0-9][a-z0-9-]{0,60}$/);
      expect(workingCopy.state).toBe("ready");
    },
  );

  it("S73 runs no hook and no filter of the repository", async () => {
    const project = await gitProject({ "a.txt": "plain\n", ".gitattributes": "*.txt filter=evil\n" });
    const canary = path.join(bench.place.root, "canary");
    for (const hook of ["post-checkout", "reference-transaction"])
      writeFileSync(path.join(project.path, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    for (const way of ["smudge", "clean"])
      await bench.place.user(project.path, "config", `filter.evil.${way}`, `sh -c 'touch ${canary}; cat'`);
    await bench.place.user(project.path, "config", "filter.evil.required", "true");
    await bench.place.user(project.path, "config", "core.fsmonitor", `touch ${canary}`);
    rmSync(canary, { force: true });
    const session = await newSession(project.id);
    must(await bench.removal.risks(session.id));
    must(await bench.removal.remove(session.id, false));
    expect(readFileSync(path.join(project.path, "a.txt"), "utf8")).toBe("plain\n");
    expect(existsSync(canary)).toBe(false);
  });

  it("brings .env files and, once trusted, what .worktreeinclude names; never through a link", async () => {
    const project = await gitProject({ ".gitignore": ".env*\nlocal/\n", ".worktreeinclude": "local/*.json\n", "pkg/x": "x" });
    bench.place.write(project.path, {
      ".env": "A=1\n",
      "pkg/.env.local": "B=2\n",
      "local/keys.json": "{}",
      "local/other.txt": "no",
    });
    writeFileSync(path.join(bench.place.root, "outside"), "secret");
    symlinkSync(path.join(bench.place.root, "outside"), path.join(project.path, ".env.link"));
    const before = (await newSession(project.id)).workingCopy.path;
    expect(readFileSync(path.join(before, ".env"), "utf8")).toBe("A=1\n");
    expect(readFileSync(path.join(before, "pkg/.env.local"), "utf8")).toBe("B=2\n");
    expect(existsSync(path.join(before, "local"))).toBe(false);
    expect(existsSync(path.join(before, ".env.link"))).toBe(false);
    must(await bench.projects.trust(project.id));
    const after = (await newSession(project.id)).workingCopy.path;
    expect(existsSync(path.join(after, "local/keys.json"))).toBe(true);
    expect(existsSync(path.join(after, "local/other.txt"))).toBe(false);
  });

  it("writes no brought file through a folder that the base has as a link", async () => {
    const project = await gitProject({ ".gitignore": ".env\n" });
    const outside = path.join(bench.place.root, "outside");
    mkdirSync(outside);
    symlinkSync(outside, path.join(project.path, "conf"));
    await bench.place.user(project.path, "add", "-A");
    await bench.place.user(project.path, "commit", "-qm", "Link");
    rmSync(path.join(project.path, "conf"));
    bench.place.write(project.path, { "conf/.env": "A=1\n" });
    await newSession(project.id);
    expect(existsSync(path.join(outside, ".env"))).toBe(false);
  });

  it("works in place, where nothing is made", async () => {
    const project = await gitProject();
    const session = await newSession(project.id, { workingCopy: "in-place" });
    expect(session.workingCopy).toMatchObject({ kind: "in-place", path: project.path, branch: "main", state: "ready" });
    must(await bench.removal.remove(session.id, false));
    expect(existsSync(path.join(project.path, "readme.md"))).toBe(true);
    expect(bench.knobs.checkpoints).toEqual([]);
  });

  it("R75 tells what to do in a repository without commits and in a plain folder; both work in place", async () => {
    const empty = path.join(bench.place.root, "empty");
    const plain = path.join(bench.place.root, "plain");
    mkdirSync(empty);
    mkdirSync(plain);
    await bench.place.user(empty, "init", "-q");
    for (const folder of [empty, plain]) {
      const project = must(await bench.projects.add(folder));
      const refused = mustFail(await bench.sessions.create({ projectId: project.id, workingCopy: "worktree" }));
      expect([refused.code, refused.field]).toEqual(["INPUT_INVALID", "workingCopy"]);
      expect(refused.message).toContain("in place");
      expect(must(bench.sessions.list(project.id, { status: "all" }))).toEqual([]);
    }
    const project = must(await bench.projects.add(plain));
    expect((await newSession(project.id, { workingCopy: "in-place" })).workingCopy.state).toBe("ready");
  });

  it("R76 works from a detached HEAD, a shallow clone, a sparse checkout and a bare repository", async () => {
    const origin = await gitProject({ "a/1": "1", "b/2": "2" });
    bench.place.write(origin.path, { "a/1": "one" });
    await bench.place.user(origin.path, "commit", "-qam", "Second");
    const clone = async (name: string, ...args: string[]): Promise<string> => {
      await bench.place.user(bench.place.root, "clone", "-q", ...args, `file://${origin.path}`, name);
      return path.join(bench.place.root, name);
    };
    const detached = await clone("detached");
    await bench.place.user(detached, "checkout", "-q", "--detach", "HEAD~1");
    const sparse = await clone("sparse");
    await bench.place.user(sparse, "sparse-checkout", "set", "a");
    for (const folder of [detached, await clone("shallow", "--depth=1"), sparse, await clone("bare.git", "--bare")]) {
      const project = must(await bench.projects.add(folder));
      expect(project.kind).toBe("git");
      const bases = must(await bench.projects.bases(project.id));
      expect(bases[0]).toMatchObject({ current: true, ref: folder === detached ? "HEAD" : "main" });
      const session = await newSession(project.id);
      expect(session.workingCopy.baseCommit).toBe(bases[0]?.commit);
      expect(readFileSync(path.join(session.workingCopy.path, "a/1"), "utf8")).toBe(folder === detached ? "1" : "one");
    }
  });
});

describe("bringing a deleted session back", () => {
  it("lists it for thirty days, and makes its worktree again where it stood", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id, { title: "Work" });
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
    expect(mustFail(await bench.sessions.bringBack(id)).code).toBe("SESSION_NOT_FOUND");
  });

  it("in place, and where the project was moved meanwhile, finds the folder that was left", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const inPlace = await newSession(project.id, { workingCopy: "in-place" });
    const { id, workingCopy } = await newSession(project.id);
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
    const project = await gitProject({ "a.txt": "a\n", ".gitignore": "out/\n" });
    const { id, workingCopy } = await newSession(project.id);
    bench.place.write(workingCopy.path, { "a.txt": "b\n", "new.txt": "n", "out/x": "ignored" });
    const refused = mustFail(await bench.removal.remove(id, false));
    expect(refused.code).toBe("WORK_AT_RISK");
    expect(refused.data?.risks).toMatchObject([
      { kind: "uncommitted", paths: ["a.txt"] },
      { kind: "untracked", paths: ["new.txt"] },
      { kind: "ignored", paths: ["out/ (7 B)"] },
    ]);
    expect(existsSync(workingCopy.path)).toBe(true);
    expect(must(await bench.removal.remove(id, true))).toEqual({ removed: true, checkpointId: "chk_1", left: null });
    expect(existsSync(workingCopy.path)).toBe(false);
    expect(await bench.place.user(project.path, "worktree", "list", "--porcelain")).not.toContain(workingCopy.path);
    expect(mustFail(bench.sessions.get(id)).code).toBe("SESSION_NOT_FOUND");
  });

  it("names ignored files that exist nowhere else, by size; not what the project has, nor what can be made anew", async () => {
    const project = await gitProject({ "a.txt": "a\n", ".gitignore": ".env\ndata/\nnode_modules/\n" });
    bench.place.write(project.path, { ".env": "SECRET=1\n" });
    const { id, workingCopy } = await newSession(project.id);
    expect(readFileSync(path.join(workingCopy.path, ".env"), "utf8")).toBe("SECRET=1\n");
    bench.place.write(workingCopy.path, { "node_modules/dep/index.js": "1" });
    expect(must(await bench.removal.risks(id))).toEqual([]);
    bench.place.write(workingCopy.path, { ".env": "SECRET=2\n", "data/a": "x".repeat(1500), "data/b/c": "x" });
    expect(must(await bench.removal.risks(id))).toMatchObject([
      { kind: "ignored", paths: ["data/ (1.5 kB)", ".env (9 B)", "node_modules/ (1 B)"] },
    ]);
  });

  it("lets nothing be hidden from it by the worktree's own index", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
    await bench.place.user(workingCopy.path, "update-index", "--assume-unchanged", "a.txt");
    bench.place.write(workingCopy.path, { "a.txt": "hidden\n" });
    expect(must(await bench.removal.risks(id))).toMatchObject([{ kind: "uncommitted", paths: ["a.txt"] }]);
  });

  it("counts commits as safe once a branch has them, their patch or their content", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
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
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
    bench.place.write(workingCopy.path, { "a.txt": "applied\n" });
    const copy = bench.copies.find(id);
    const now = must(await bench.trees.snapshot({ projectPath: project.path, copyId: copy?.id ?? "", path: workingCopy.path }));
    bench.copies.setBaseline(id, now.tree);
    expect(must(await bench.removal.risks(id))).toEqual([]);
  });

  it("counts what it couldn't look at as at risk, and says so", async () => {
    const project = await gitProject();
    const { id } = await newSession(project.id);
    bench.trees.breakWith("The disk is away");
    expect(mustFail(await bench.removal.remove(id, false)).data?.risks).toMatchObject([{ kind: "unverified" }]);
  });

  it("keeps everything when the checkpoint fails, even by force", async () => {
    const project = await gitProject();
    const { id, workingCopy } = await newSession(project.id);
    bench.knobs.checkpointFails = true;
    expect(mustFail(await bench.removal.remove(id, true)).code).toBe("CHECKPOINT_FAILED");
    expect(existsSync(workingCopy.path)).toBe(true);
  });

  it("is refused while something runs in it, as archiving is", async () => {
    const project = await gitProject();
    const { id } = await newSession(project.id);
    expect(bench.leases.take(must(bench.sessions.get(id)).workingCopy.id)).not.toBeNull();
    expect(mustFail(await bench.removal.remove(id, true)).code).toBe("WORKING_COPY_BUSY");
    expect(mustFail(bench.sessions.update(id, { status: "archived" })).code).toBe("WORKING_COPY_BUSY");
  });

  it("removes a worktree with read-only folders in it whole, as a Go module cache is", async () => {
    const project = await gitProject({ "a.txt": "a\n", ".gitignore": "gopath/\n" });
    const { id, workingCopy } = await newSession(project.id);
    bench.place.write(workingCopy.path, { "gopath/mod/x@v1/x.go": "package x\n" });
    chmodSync(path.join(workingCopy.path, "gopath/mod/x@v1"), 0o555);
    chmodSync(path.join(workingCopy.path, "gopath/mod"), 0o000);
    expect(must(await bench.removal.remove(id, true)).left).toBeNull();
    expect(existsSync(path.dirname(workingCopy.path))).toBe(false);
  });

  it("removes one whose pointer to git is broken", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
    bench.place.write(workingCopy.path, { ".git": "gitdir: /nowhere\n" });
    expect(must(await bench.removal.remove(id, true))).toMatchObject({ checkpointId: "chk_1", left: null });
    expect(existsSync(workingCopy.path)).toBe(false);
    expect(await bench.place.user(project.path, "worktree", "list", "--porcelain")).not.toContain(workingCopy.path);
  });

  it("leaves one whole that git doesn't know any more, and ends the session by force", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
    bench.place.write(workingCopy.path, { "new.txt": "n\n" });
    rmSync(path.join(project.path, ".git/worktrees"), { recursive: true });
    expect(mustFail(await bench.removal.remove(id, false)).code).toBe("WORK_AT_RISK");
    expect(must(await bench.removal.remove(id, true)).left).toMatchObject({ path: workingCopy.path });
    expect(readFileSync(path.join(workingCopy.path, "new.txt"), "utf8")).toBe("n\n");
    expect(mustFail(bench.sessions.get(id)).code).toBe("SESSION_NOT_FOUND");
  });

  it("ends the session of a project that was moved away, and leaves its worktree", async () => {
    const project = await gitProject({ "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(project.id);
    renameSync(project.path, path.join(bench.place.root, "moved-away"));
    expect(mustFail(await bench.removal.remove(id, false)).data?.risks).toMatchObject([{ kind: "unverified" }]);
    expect(must(await bench.removal.remove(id, true))).toMatchObject({ checkpointId: null, left: { path: workingCopy.path } });
    expect(existsSync(path.join(workingCopy.path, "a.txt"))).toBe(true);
  });

  it("S61 takes links in the worktree away as links", async () => {
    const project = await gitProject();
    const { id, workingCopy } = await newSession(project.id);
    const canary = path.join(bench.place.root, "canary");
    bench.place.write(canary, { "keep.txt": "keep" });
    symlinkSync(canary, path.join(workingCopy.path, "link"));
    must(await bench.removal.remove(id, true));
    expect(readFileSync(path.join(canary, "keep.txt"), "utf8")).toBe("keep");
  });

  it.each(["the worktree", "its parent"])("S61 deletes nothing where %s was swapped for a link", async (which) => {
    const project = await gitProject();
    const { id, workingCopy } = await newSession(project.id);
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
