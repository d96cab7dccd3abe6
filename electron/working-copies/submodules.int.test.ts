import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: CoreBench;
beforeEach(async () => {
  bench = await createCoreBench();
});
afterEach(() => bench.dispose());

function library(name = "library"): Repo {
  const made = createRepo(bench.folder, name);
  made.write("rules.md", "be kind\n");
  made.commit("first");
  return made;
}

/** A project with the library as a submodule at `vendor/lib`. */
function withSubmodule(lib = library()): Repo {
  const project = bench.project();
  project.write("a.txt", "a\n");
  project.git("submodule", "--quiet", "add", lib.path, "vendor/lib");
  project.commit("submodule");
  return project;
}

const notCoveredOf = async (id: string) =>
  (await bench.rpc.changes.apply({ id, dryRun: true })).notCovered.map(({ path: at, why }) => `${why} ${at}`);

/** A session of the project can be deleted without a question once nobody has worked in it. */
async function expectDeletable(project: Repo, work: (copy: Repo) => void = () => {}): Promise<void> {
  const { id, copy } = await bench.session(project);
  work(copy);
  await bench.rpc.sessions.remove({ id });
}

/** What deleting it asks about. */
const expectAsked = (id: string, risk: { kind: string; paths: unknown }): Promise<void> =>
  expect(bench.rpc.sessions.remove({ id })).rejects.toMatchObject({
    code: "WORK_AT_RISK",
    data: { risks: expect.arrayContaining([expect.objectContaining(risk)]) },
  });

/** Back to the commit that the project wants there. */
const back = (copy: Repo): string => copy.git("submodule", "--quiet", "update", "--force");

/** A commit in the project's own submodule that no branch has, as releases often are. */
const detachedRelease = (project: Repo): string => project.git("-C", "vendor/lib", "commit-tree", "-m", "release", "HEAD^{tree}");

describe("submodules of a project that is moved", () => {
  it("find their repositories again, at any depth, and their work is seen", async () => {
    const outer = library("outer");
    outer.git("submodule", "--quiet", "add", library().path, "inner");
    outer.commit("inner");
    const project = withSubmodule(outer);
    project.git("submodule", "--quiet", "update", "--init", "--recursive");
    const { id, projectId, copy, changes } = await bench.session(project);
    const moved = path.join(bench.folder.path, "moved/deep/project");
    mkdirSync(path.dirname(moved), { recursive: true });
    renameSync(project.path, moved);
    await bench.rpc.projects.locate({ id: projectId, path: moved });
    for (const at of ["vendor/lib", "vendor/lib/inner"]) {
      expect(copy.git("-C", at, "status", "--porcelain")).toBe("");
      expect(copy.git("-C", at, "rev-parse", "--show-toplevel")).toBe(path.join(copy.path, at));
    }
    expect(await changes()).toEqual([]);
    copy.write("vendor/lib/inner/new.md", "work\n");
    expect(await notCoveredOf(id)).toEqual(["submodule vendor/lib/"]);
  });
});

describe("submodules of a new worktree", () => {
  it("have their files, of what the project has, though nothing can be fetched any more", async () => {
    const lib = library();
    const project = withSubmodule(lib);
    rmSync(lib.path, { recursive: true });
    const session = await bench.session(project);
    expect(session.read("vendor/lib/rules.md")).toBe("be kind\n");
    expect(session.detail).toBeNull();
    expect(await session.changes()).toEqual([]);
    expect(session.copy.git("submodule", "status")).toMatch(/^ [0-9a-f]{40} vendor\/lib/);
    expect(session.copy.git("-C", "vendor/lib", "remote", "get-url", "origin")).toBe(lib.path);
    expect(await bench.rpc.sessions.remove({ id: session.id })).toBeTruthy();
    expect(existsSync(session.copy.path)).toBe(false);
    expect(project.git("submodule", "status")).toMatch(/^ [0-9a-f]{40} vendor\/lib/);
  });

  it.each(["its own", "borrowed"])(
    "keep their history whatever the project throws away, of objects that are %s there",
    async (whose) => {
      const lib = library();
      lib.write("rules.md", "be kinder\n");
      lib.commit("second");
      const project = withSubmodule(lib);
      const [own, info] = [path.join(project.path, ".git/modules/vendor/lib"), "objects/info/alternates"];
      const elsewhere = createRepo(bench.folder, 'else"where', { plain: true });
      if (whose === "borrowed") {
        elsewhere.git("clone", "--quiet", "--bare", lib.path, ".");
        writeFileSync(path.join(own, info), `"${elsewhere.path.replace('"', '\\"')}/objects"\n`);
        project.git("-C", "vendor/lib", "repack", "-q", "-a", "-d", "-l");
        project.git("-C", "vendor/lib", "prune-packed");
      }
      const session = await bench.session(project);
      session.copy.write("vendor/lib/rules.md", "hours of work\n");
      session.copy.git("-C", "vendor/lib", "commit", "--quiet", "-am", "work");
      lib.git("reset", "--quiet", "--hard", "HEAD~1");
      lib.git("commit", "--quiet", "--allow-empty", "-m", "rewritten");
      project.git("-C", "vendor/lib", "fetch", "--quiet", "--prune");
      project.git("-C", "vendor/lib", "reset", "--quiet", "--hard", "origin/HEAD");
      project.git("-C", "vendor/lib", "reflog", "expire", "--expire=now", "--all");
      project.git("-C", "vendor/lib", "gc", "--quiet", "--prune=now");
      session.copy.git("-C", "vendor/lib", "gc", "--quiet", "--prune=now");
      expect(session.copy.git("-C", "vendor/lib", "log", "--format=%s")).toBe("work\nsecond\nfirst");
      session.copy.git("-C", "vendor/lib", "fsck", "--strict");
    },
  );

  it("are filled in submodules, too", async () => {
    const outer = createRepo(bench.folder, "outer");
    outer.git("submodule", "--quiet", "add", library().path, "inner");
    outer.commit("nested");
    const project = bench.project();
    project.git("submodule", "--quiet", "add", outer.path, "vendor/outer");
    project.git("submodule", "--quiet", "update", "--init", "--recursive");
    project.commit("submodule");
    const session = await bench.session(project);
    expect(session.read("vendor/outer/inner/rules.md")).toBe("be kind\n");
    expect(await session.changes()).toEqual([]);
  });

  it("ask before work in them is deleted: commits and files", async () => {
    const project = withSubmodule();
    const session = await bench.session(project);
    session.copy.write("vendor/lib/new.md", "hours of work\n");
    expect(await session.changes()).toEqual(["submodule vendor/lib/"]);
    await expect(bench.rpc.sessions.remove({ id: session.id })).rejects.toMatchObject({ code: "WORK_AT_RISK" });
    session.copy.git("-C", "vendor/lib", "add", "-A");
    session.copy.git("-C", "vendor/lib", "commit", "--quiet", "-m", "inside");
    await expect(bench.rpc.sessions.remove({ id: session.id })).rejects.toMatchObject({ code: "WORK_AT_RISK" });
    expect(project.git("-C", "vendor/lib", "status", "--porcelain")).toBe("");
  });

  const commitInside = (copy: Repo): void => {
    copy.write("vendor/lib/rules.md", "hours of work\n");
    copy.git("-C", "vendor/lib", "commit", "--quiet", "-am", "inside");
  };
  const files = (copy: Repo): void => copy.write("vendor/lib/rules.md", "hours of work\n");
  it.each<[string, (copy: Repo) => void]>([
    ["a stash", (copy) => [files(copy), copy.git("-C", "vendor/lib", "stash", "--quiet")]],
    ["a tag", (copy) => [commitInside(copy), copy.git("-C", "vendor/lib", "tag", "mine"), back(copy)]],
    [
      "a branch beside a HEAD without commits",
      (copy) => {
        commitInside(copy);
        copy.git("-C", "vendor/lib", "branch", "mine");
        copy.git("-C", "vendor/lib", "switch", "--quiet", "--orphan", "empty");
      },
    ],
    [
      "a branch of one that was emptied",
      (copy) => {
        commitInside(copy);
        copy.git("-C", "vendor/lib", "branch", "mine");
        copy.git("submodule", "--quiet", "deinit", "-f", "vendor/lib");
      },
    ],
    [
      "a branch of one whose folder is gone",
      (copy) => {
        commitInside(copy);
        back(copy);
        copy.git("-C", "vendor/lib", "branch", "mine", "HEAD@{1}");
        copy.remove("vendor/lib");
      },
    ],
  ])("ask before work in them is deleted: %s", async (_, work) => {
    const project = withSubmodule();
    project.git("-C", "vendor/lib", "tag", "--annotate", "-m", "x", "v1", detachedRelease(project));
    await expectDeletable(project);
    const session = await bench.session(project);
    work(session.copy);
    await expectAsked(session.id, { kind: "not-covered", paths: [expect.stringMatching(/^vendor\/lib/)] });
    expect(existsSync(session.copy.path)).toBe(true);
  });

  it("ask before ignored files in them are deleted that the project's own doesn't have", async () => {
    const lib = library();
    lib.write(".gitignore", ".env\nsame\n");
    lib.commit("ignores");
    const project = withSubmodule(lib);
    project.write("vendor/lib/same", "same\n");
    await expectDeletable(project, (copy) => copy.write("vendor/lib/same", "same\n"));
    const session = await bench.session(project);
    session.copy.write("vendor/lib/.env", "SECRET=only here\n");
    await expectAsked(session.id, { kind: "ignored", paths: ["vendor/lib/.env (17 bytes)"] });
  });

  it("that the project hasn't fetched are named, and nothing is at risk for it", async () => {
    const project = withSubmodule();
    project.git("submodule", "deinit", "--force", "--all", "--quiet");
    rmSync(path.join(project.path, ".git/modules"), { recursive: true });
    const session = await bench.session(project);
    expect(session.detail).toMatch(/submodule.*vendor\/lib/i);
    expect(await notCoveredOf(session.id)).toEqual(["not-fetched vendor/lib/"]);
    expect(await bench.rpc.sessions.remove({ id: session.id })).toBeTruthy();
  });

  it("files put into the folder of one that isn't fetched are work", async () => {
    const project = withSubmodule();
    rmSync(path.join(project.path, ".git/modules"), { recursive: true });
    const session = await bench.session(project);
    session.copy.write("vendor/lib/new.md", "hours of work\n");
    expect(await session.changes()).toEqual(["submodule vendor/lib/"]);
  });
});

describe("a hostile submodule", () => {
  /** The project's commit says that `vendor/lib` is called so. */
  function named(project: Repo, name: string): void {
    project.write(".gitmodules", `[submodule "${name}"]\n\tpath = vendor/lib\n\turl = ./lib\n`);
    project.commit("hostile");
  }

  it.each(["../../evil", "../modules/vendor/lib", "x/../../evil", "/tmp/evil", ".git", "vendor/lib/hooks", "-u"])(
    "named %s is left empty, and nothing is made outside of the place for it",
    async (name) => {
      const project = withSubmodule();
      createRepo(bench.folder, "evil", { bare: true });
      mkdirSync(path.join(project.path, ".git/evil"));
      project.git("clone", "--quiet", "--bare", path.join(project.path, ".git/modules/vendor/lib"), ".git/evil");
      named(project, name);
      const session = await bench.session(project);
      expect(existsSync(path.join(session.copy.path, "vendor/lib/.git"))).toBe(false);
      expect(await notCoveredOf(session.id)).toEqual(["not-fetched vendor/lib/"]);
    },
  );

  it("runs nothing: no hook, no filter, no monitor of the project's own of it", async () => {
    const project = withSubmodule();
    const canary = path.join(bench.folder.path, "ran");
    const module = path.join(project.path, ".git/modules/vendor/lib");
    mkdirSync(path.join(module, "hooks"), { recursive: true });
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction"])
      writeFileSync(path.join(module, "hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    for (const [key, value] of [
      ["core.fsmonitor", `touch ${canary}`],
      ["filter.evil.smudge", `touch ${canary}; cat`],
      ["core.hooksPath", path.join(module, "hooks")],
      ["remote.origin.url", `ext::sh -c touch% ${canary}`],
    ] as const)
      project.git("config", "--file", path.join(module, "config"), key, value);
    writeFileSync(path.join(module, "info/attributes"), "* filter=evil\n");
    const session = await bench.session(project);
    expect(session.read("vendor/lib/rules.md")).toBe("be kind\n");
    expect(await session.changes()).toEqual([]);
    expect(existsSync(canary)).toBe(false);
    expect(readFileSync(path.join(session.copy.path, "vendor/lib/.git"), "utf8")).toMatch(
      /\.git\/worktrees\/.*\/modules\/vendor\/lib/,
    );
    expect(session.copy.git("-C", "vendor/lib", "config", "--list")).not.toMatch(/ext::|evil|fsmonitor/);
  });
});
