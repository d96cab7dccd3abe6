import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { createSnapshotsBench, type SnapshotsBench } from "../testing/snapshots-bench.ts";
import { value } from "../testing/value-of.ts";
import { risksOf } from "../working-copies/risks.ts";

let bench: SnapshotsBench;
beforeEach(() => {
  bench = createSnapshotsBench();
});
afterEach(() => bench.dispose());

async function notCovered(repo: Repo): Promise<string[]> {
  const taken = await value(bench.store.snapshot(bench.refOf(repo)));
  return (await value(bench.store.notCovered(bench.refOf(repo), taken))).map(({ path: at, why }) => `${why} ${at}`);
}

/** A worktree of a project with a submodule that is filled there. */
function withSubmodule(): { project: Repo; copy: Repo } {
  const library = createRepo(bench.folder, "library");
  library.write("rules.md", "be kind\n");
  library.commit("first");
  const project = createRepo(bench.folder, "project");
  project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "vendor/lib");
  project.commit("submodule");
  const copy = createRepo(bench.folder, "copy", { plain: true });
  project.git("worktree", "add", "--quiet", "--detach", "../copy");
  copy.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init");
  return { project, copy };
}

describe("what a snapshot doesn't hold is said by name", () => {
  it("work inside submodules: changed and new files, and commits that no remote has", async () => {
    const { copy } = withSubmodule();
    expect(await notCovered(copy)).toEqual([]);
    copy.write("vendor/lib/new.md", "hours of work\n");
    expect(await notCovered(copy)).toEqual(["submodule vendor/lib/"]);
    copy.git("-C", "vendor/lib", "add", "-A");
    copy.git("-C", "vendor/lib", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "inside");
    expect(await notCovered(copy)).toEqual(["submodule vendor/lib/"]);
    copy.git("-C", "vendor/lib", "push", "--quiet", "origin", "HEAD:refs/heads/topic");
    expect(await notCovered(copy)).toEqual([]);
  });

  it("runs nothing of a submodule's settings to find out", async () => {
    const { copy } = withSubmodule();
    const canary = path.join(bench.folder.path, "ran");
    writeFileSync(path.join(copy.path, "vendor/lib/.gitattributes"), "* filter=evil\n");
    copy.git("-C", "vendor/lib", "config", "filter.evil.clean", `touch ${canary}; cat`);
    copy.git("-C", "vendor/lib", "config", "core.fsmonitor", `touch ${canary}`);
    copy.write("vendor/lib/rules.md", "be mean\n");
    expect(await notCovered(copy)).toEqual(["submodule vendor/lib/"]);
    expect(existsSync(canary)).toBe(false);
  });

  it("nested repositories, large new files, and names that can't be carried", async () => {
    const repo = createRepo(bench.folder);
    repo.write("a.txt", "a\n");
    repo.commit("first");
    mkdirSync(path.join(repo.path, "inner"));
    repo.git("-C", "inner", "init", "--quiet");
    repo.write("inner/x", "x\n");
    repo.write("big", Buffer.alloc(1001));
    repo.write("git~1", "x\n");
    expect((await notCovered(repo)).toSorted()).toEqual([
      "name git~1",
      "repository inner/",
      "repository inner/x",
      "too-large big",
    ]);
  });

  it("and counts as at risk where a session is deleted", async () => {
    const { project, copy } = withSubmodule();
    copy.write("vendor/lib/new.md", "hours of work\n");
    copy.write("big", Buffer.alloc(5000));
    const ref = bench.refOf(copy);
    const risks = await risksOf(bench.folder.git, bench.store, {
      ...{ id: ref.copyId, sessionId: "ses_1", projectId: ref.projectId, kind: "worktree", path: copy.path },
      ...{
        projectPath: project.path,
        branch: null,
        detachedAt: null,
        folder: "",
        baseCommit: project.git("rev-parse", "HEAD"),
        baseRef: "main",
      },
      ...{ baselineTree: null, revisionTree: null, gitBase: null, state: "ready", detail: null },
    });
    expect(risks.map(({ kind, paths }) => ({ kind, paths }))).toEqual([
      { kind: "not-covered", paths: ["big (4.88 KB)"] },
      { kind: "not-covered", paths: ["vendor/lib/"] },
    ]);
  });
});
