import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { GitSnapshotStore } from "./git-snapshot-store.ts";
import type { CopyRef } from "./snapshot-store.ts";

let folder: TestFolder;
let store: GitSnapshotStore;
let canary: string;
let program: string;

beforeEach(() => {
  folder = createTestFolder();
  mkdirSync(path.join(folder.path, "stores"));
  store = new GitSnapshotStore({
    git: folder.git,
    storesDir: path.join(folder.path, "stores"),
    clock: new ManualClock(),
    log: silentLog,
  });
  canary = path.join(folder.path, "canary");
  program = path.join(folder.path, "program");
  writeFileSync(program, `#!/bin/sh\ntouch '${canary}'\ncat 2>/dev/null\n`);
  chmodSync(program, 0o755);
});
afterEach(async () => {
  await store.dispose();
  folder.dispose();
});

/** Files of which the first are committed, before anything hostile is set; the submodule is a repository of its own. */
function createProject(): Repo {
  const library = createRepo(folder, "library");
  library.write("inner.txt", "inner\n");
  library.commit();
  const repo = createRepo(folder);
  repo.write("a.txt", "a\n");
  repo.write("b.bin", Buffer.from([0, 1]));
  repo.commit();
  repo.git("submodule", "add", "--quiet", "../library", "sub");
  repo.commit();
  return repo;
}

async function useEverything(repo: Repo): Promise<void> {
  const copy: CopyRef = { projectId: "prj_1", projectPath: repo.path, copyId: "wcp_1", path: repo.path };
  const before = await store.snapshot(copy);
  repo.write("a.txt", "b\n");
  repo.write("b.bin", Buffer.from([0, 2]));
  repo.write("c.txt", "c\n");
  repo.write("sub/inner.txt", "dirty\n");
  const after = await store.snapshot(copy);
  if (!before.ok || !after.ok) throw new Error("No snapshot");
  const trees = [before.value.tree, after.value.tree] as const;
  const results: { ok: boolean }[] = [
    await store.keep(copy, trees[1]),
    await store.secure(copy),
    await store.treeOf(copy, "HEAD"),
    await store.diff(copy, ...trees),
    await store.patch(copy, ...trees, ["a.txt", "b.bin"], 10_000),
    await store.listFiles(copy),
  ];
  const oids = await store.entries(copy, trees[1], ["a.txt", "c.txt"]);
  const first = await store.entries(copy, trees[0], ["a.txt"]);
  const [ours, theirs, base] = [oids.ok && oids.value[0]?.oid, oids.ok && oids.value[1]?.oid, first.ok && first.value[0]?.oid];
  if (!ours || !theirs || !base) throw new Error("No blobs");
  results.push(await store.readBlob(copy, ours, 1000));
  results.push(await store.editTree(copy, trees[0], [{ path: "new", mode: "100644", oid: ours }]));
  expect(results.filter((result) => !result.ok)).toEqual([]);
  expect(await store.mergeBlobs(copy, base, ours, theirs)).toEqual({ ok: true, value: { conflict: true } });
}

const settings: Record<string, string> = {
  "core.fsmonitor": "PROGRAM",
  "core.hooksPath": "HOOKS",
  "core.pager": "PROGRAM",
  "core.editor": "PROGRAM",
  "core.sshCommand": "PROGRAM",
  "core.gitProxy": "PROGRAM",
  "core.askPass": "PROGRAM",
  "core.alternateRefsCommand": "PROGRAM",
  "diff.external": "PROGRAM",
  "diff.x.command": "PROGRAM",
  "diff.x.textconv": "PROGRAM",
  "filter.x.clean": "PROGRAM",
  "filter.x.smudge": "PROGRAM",
  "filter.x.process": "PROGRAM",
  "filter.x.required": "true",
  "merge.x.driver": "PROGRAM",
  "merge.default": "x",
  "credential.helper": "!PROGRAM",
  "gpg.program": "PROGRAM",
  "commit.gpgSign": "true",
  "uploadpack.packObjectsHook": "PROGRAM",
  "interactive.diffFilter": "PROGRAM",
  "pager.diff-tree": "PROGRAM",
  "alias.snapshot": "!PROGRAM",
  "diff.submodule": "log",
  "diff.ignoreSubmodules": "none",
  "submodule.recurse": "true",
  "submodule.sub.ignore": "none",
};

for (const [key, setting] of Object.entries(settings)) {
  it(`S64 ${key} of the project and of its submodule runs nothing`, async () => {
    const repo = createProject();
    plant(repo);
    const given = setting.replace("PROGRAM", program).replace("HOOKS", path.dirname(hooksOf(repo)));
    repo.git("config", key, given);
    repo.git("-C", "sub", "config", key, given);
    await useEverything(repo);
    expect(existsSync(canary)).toBe(false);
  });
}

it("S64 the canary sings when a user's own git meets such a configuration", () => {
  const repo = createProject();
  plant(repo);
  repo.git("config", "filter.x.clean", program);
  repo.write("a.txt", "b\n");
  try {
    repo.git("add", "a.txt");
  } catch {
    // The planted encoding makes git refuse the file, after the filter has run.
  }
  expect(existsSync(canary)).toBe(true);
});

it("S64 S71 everything at once, with settings included from elsewhere and hooks that fail", async () => {
  const repo = createProject();
  plant(repo);
  const included = path.join(folder.path, "included");
  const inside = createRepo(folder, "scratch");
  for (const [key, setting] of Object.entries(settings))
    inside.git(
      "config",
      "--file",
      included,
      key,
      setting.replace("PROGRAM", program).replace("HOOKS", path.dirname(hooksOf(repo))),
    );
  repo.git("config", "include.path", included);
  repo.git("config", "--global", "include.path", included);
  await useEverything(repo);
  expect(existsSync(canary)).toBe(false);
});

/** Attributes that name the drivers, at every place git looks, and hooks that would tell. */
function plant(repo: Repo): void {
  const attributes = "* filter=x diff=x merge=x ident working-tree-encoding=UTF-16\n";
  repo.write(".gitattributes", attributes);
  repo.write(".git/info/attributes", attributes);
  repo.write("sub/.gitattributes", attributes);
  mkdirSync(path.join(folder.env.XDG_CONFIG_HOME ?? "", "git"), { recursive: true });
  writeFileSync(path.join(folder.env.XDG_CONFIG_HOME ?? "", "git", "attributes"), attributes);
  for (const name of [
    "post-index-change",
    "pre-commit",
    "reference-transaction",
    "post-checkout",
    "pre-auto-gc",
    "fsmonitor-watchman",
  ]) {
    writeFileSync(path.join(path.dirname(hooksOf(repo)), name), `#!/bin/sh\ntouch '${canary}'\nexit 1\n`);
    chmodSync(path.join(path.dirname(hooksOf(repo)), name), 0o755);
  }
}

function hooksOf(repo: Repo): string {
  const hooks = path.join(repo.path, ".git", "hooks");
  mkdirSync(hooks, { recursive: true });
  return path.join(hooks, "any");
}
