import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
