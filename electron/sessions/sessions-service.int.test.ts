import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, gitProject, must, mustFail, newSession, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

describe("creating a session", () => {
  it("makes a worktree outside the repository with the base's files and a detached HEAD", async () => {
    const project = await gitProject(bench, { "src/a.ts": "a\n", "run.sh": "#!/bin/sh\n" });
    const session = await newSession(bench, project.id);
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

  it("has the revision of the files as they are when it is asked for", async () => {
    const project = await gitProject(bench, { "a.ts": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "a.ts": "written by hand\n" });
    await bench.place.user(workingCopy.path, "add", "-A");
    const tree = await bench.place.user(workingCopy.path, "write-tree");
    expect(tree).not.toBe(workingCopy.revisionId);
    expect(must(await bench.sessions.look(id)).workingCopy.revisionId).toBe(tree);
    await bench.place.user(workingCopy.path, "reset", "--hard", "--quiet");
    expect(must(await bench.sessions.look(id)).workingCopy.revisionId).toBe(workingCopy.revisionId);
  });

  it("starts from a chosen branch and tag, and tells when there is none", async () => {
    const project = await gitProject(bench);
    await bench.place.user(project.path, "checkout", "--quiet", "-b", "side");
    bench.place.write(project.path, { "side.txt": "x" });
    await bench.place.user(project.path, "add", "-A");
    await bench.place.user(project.path, "commit", "-qm", "Side");
    await bench.place.user(project.path, "checkout", "--quiet", "main");
    const session = await newSession(bench, project.id, { base: "side" });
    expect(existsSync(path.join(session.workingCopy.path, "side.txt"))).toBe(true);
    expect(mustFail(await bench.sessions.create({ projectId: project.id, workingCopy: "worktree", base: "gone" })).code).toBe(
      "BASE_NOT_FOUND",
    );
    expect(must(bench.sessions.list(project.id, { status: "all" }))).toHaveLength(1);
  });

  it.each(["--output=canary", "-h", "--upload-pack=touch canary", "main..side", "HEAD@{1}", "a b", ":/x", "main\n"])(
    "S62 takes %j for no base",
    async (base) => {
      const project = await gitProject(bench);
      expect(mustFail(await bench.sessions.create({ projectId: project.id, workingCopy: "worktree", base })).code).toBe(
        "BASE_NOT_FOUND",
      );
      expect(existsSync(path.join(project.path, "canary"))).toBe(false);
    },
  );

  it.each(["../../x", "-rf", "a/../../.git", "x".repeat(200), "end.lock", "..", "名前", "CON"])(
    "S59 keeps the worktree of a session named %j inside the root",
    async (title) => {
      const project = await gitProject(bench);
      const { workingCopy } = await newSession(bench, project.id, { title });
      expect(path.relative(bench.worktreeRoot, workingCopy.path)).toMatch(/^[a-z0-9-]+\/[a-z0-9][a-z0-9-]{0,60}$/);
      expect(workingCopy.state).toBe("ready");
    },
  );

  it("S73 runs no hook and no filter of the repository", async () => {
    const project = await gitProject(bench, { "a.txt": "plain\n", ".gitattributes": "*.txt filter=evil\n" });
    const canary = path.join(bench.place.root, "canary");
    for (const hook of ["post-checkout", "reference-transaction"])
      writeFileSync(path.join(project.path, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    for (const way of ["smudge", "clean"])
      await bench.place.user(project.path, "config", `filter.evil.${way}`, `sh -c 'touch ${canary}; cat'`);
    await bench.place.user(project.path, "config", "filter.evil.required", "true");
    await bench.place.user(project.path, "config", "core.fsmonitor", `touch ${canary}`);
    rmSync(canary, { force: true });
    const session = await newSession(bench, project.id);
    must(await bench.removal.risks(session.id));
    must(await bench.removal.remove(session.id, false));
    expect(readFileSync(path.join(project.path, "a.txt"), "utf8")).toBe("plain\n");
    expect(existsSync(canary)).toBe(false);
  });

  it("brings .env files and, once trusted, what .worktreeinclude names; never through a link", async () => {
    const project = await gitProject(bench, {
      ".gitignore": ".env*\nlocal/\n",
      ".worktreeinclude": "local/*.json\n",
      "pkg/x": "x",
    });
    bench.place.write(project.path, {
      ".env": "A=1\n",
      "pkg/.env.local": "B=2\n",
      "local/keys.json": "{}",
      "local/other.txt": "no",
    });
    writeFileSync(path.join(bench.place.root, "outside"), "secret");
    symlinkSync(path.join(bench.place.root, "outside"), path.join(project.path, ".env.link"));
    const before = (await newSession(bench, project.id)).workingCopy.path;
    expect(readFileSync(path.join(before, ".env"), "utf8")).toBe("A=1\n");
    expect(readFileSync(path.join(before, "pkg/.env.local"), "utf8")).toBe("B=2\n");
    expect(existsSync(path.join(before, "local"))).toBe(false);
    expect(existsSync(path.join(before, ".env.link"))).toBe(false);
    must(await bench.projects.trust(project.id));
    const after = (await newSession(bench, project.id)).workingCopy.path;
    expect(existsSync(path.join(after, "local/keys.json"))).toBe(true);
    expect(existsSync(path.join(after, "local/other.txt"))).toBe(false);
  });

  it("writes no brought file through a folder that the base has as a link", async () => {
    const project = await gitProject(bench, { ".gitignore": ".env\n" });
    const outside = path.join(bench.place.root, "outside");
    mkdirSync(outside);
    symlinkSync(outside, path.join(project.path, "conf"));
    await bench.place.user(project.path, "add", "-A");
    await bench.place.user(project.path, "commit", "-qm", "Link");
    rmSync(path.join(project.path, "conf"));
    bench.place.write(project.path, { "conf/.env": "A=1\n" });
    await newSession(bench, project.id);
    expect(existsSync(path.join(outside, ".env"))).toBe(false);
  });

  it("works in place, where nothing is made", async () => {
    const project = await gitProject(bench);
    const session = await newSession(bench, project.id, { workingCopy: "in-place" });
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
    expect((await newSession(bench, project.id, { workingCopy: "in-place" })).workingCopy.state).toBe("ready");
  });

  it("R76 works from a detached HEAD, a shallow clone, a sparse checkout and a bare repository", async () => {
    const origin = await gitProject(bench, { "a/1": "1", "b/2": "2" });
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
      const { bases } = must(await bench.projects.bases(project.id));
      expect(bases[0]).toMatchObject({ current: true, ref: folder === detached ? "HEAD" : "main" });
      const session = await newSession(bench, project.id);
      expect(session.workingCopy.baseCommit).toBe(bases[0]?.commit);
      expect(readFileSync(path.join(session.workingCopy.path, "a/1"), "utf8")).toBe(folder === detached ? "1" : "one");
    }
  });
});
