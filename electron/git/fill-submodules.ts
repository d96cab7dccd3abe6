import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fail, ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import { checkoutFiles, type CheckoutOptions } from "./checkout-files.ts";
import type { Git, GitFailure } from "./git.ts";
import { linkObjects } from "./link-objects.ts";
import { line } from "./repository.ts";
import { existingModule, isOwnFolder, listSubmodules, moduleFolder, type Submodule } from "./submodules.ts";
import { treeOfCommit } from "./trees.ts";

const maxDepth = 5;
const maxShallowBytes = 64 * 1024 * 1024;

/** `worktree` is checked out and has `gitDir`; `sources` are the git folders in which the project may have its submodules. */
export type Filling = { worktree: string; gitDir: string; sources: readonly string[]; checkout: CheckoutOptions };

/**
 * Fills the submodules of a worktree from what the project's own git folder has of them, whose objects are linked and not
 * copied. Nothing is fetched, and nothing of a submodule's settings or hooks is taken over. Returns the paths that stay empty.
 */
export async function fillSubmodules(git: Git, filling: Filling, depth = 0): Promise<Result<string[], GitFailure>> {
  const place = { cwd: filling.worktree, env: {} };
  const tree = await treeOfCommit(git, place, "HEAD");
  if (!tree.ok || tree.value === null) return tree.ok ? ok([]) : tree;
  const submodules = await listSubmodules(git, place, tree.value);
  if (!submodules.ok) return submodules;
  const empty: string[] = [];
  for (const submodule of submodules.value) {
    const filled = depth < maxDepth ? await fillOne(git, filling, submodule) : null;
    const inner = filled ? await fillSubmodules(git, filled, depth + 1) : null;
    if (!inner?.ok) empty.push(submodule.path);
    else empty.push(...inner.value.map((at) => `${submodule.path}/${at}`));
  }
  return ok(empty);
}

/** What to fill next in it; null where it stays empty. */
async function fillOne(
  git: Git,
  { worktree, gitDir, sources, checkout }: Filling,
  submodule: Submodule,
): Promise<Filling | null> {
  const { name, commit } = submodule;
  const folder = path.join(worktree, submodule.path);
  const target = name === null ? null : moduleFolder(gitDir, name);
  if (name === null || target === null || !isOwnFolder(worktree, folder)) return null;
  const source = sources.map((from) => existingModule(from, name)).find((found) => found !== null);
  if (!source || !(await hasCommit(git, source, commit))) return null;
  // One that was begun before is made anew: nobody has worked in it yet.
  rmSync(target, { recursive: true, force: true });
  rmSync(path.join(folder, ".git"), { force: true });
  const made = await makeRepository(git, { source, target, folder, commit });
  const filled = made.ok ? await checkoutFiles(git, folder, checkout) : made;
  if (filled.ok) return { worktree: folder, gitDir: target, sources: [source], checkout };
  rmSync(folder, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(folder);
  return null;
}

async function hasCommit(git: Git, source: string, commit: string): Promise<boolean> {
  const found = await git.run(["cat-file", "-e", `${commit}^{tree}`], { cwd: source, env: { GIT_DIR: source } });
  return found.ok;
}

type Making = { source: string; target: string; folder: string; commit: string };

/** A repository of its own for the folder, which has the source's objects and knows its branches. */
async function makeRepository(git: Git, { source, target, folder, commit }: Making): Promise<Result<null, GitFailure>> {
  const from = { cwd: source, env: { GIT_DIR: source } };
  const format = await git.run(["rev-parse", "--show-object-format"], from);
  if (!format.ok) return format;
  mkdirSync(path.dirname(target), { recursive: true });
  const init = ["init", "--quiet", "--template=", `--object-format=${line(format.value.stdout)}`, `--separate-git-dir=${target}`];
  const made = await git.run([...init, "--", folder], { cwd: folder });
  if (!made.ok) return made;
  const taken = await takeObjects(git, source, target);
  if (!taken.ok) return taken;
  const shallow = readRegular(path.join(source, "shallow"), maxShallowBytes);
  if (shallow) writeFileSync(path.join(target, "shallow"), shallow);
  const settings = [["core.worktree", path.relative(target, folder)], ...(await remoteOf(git, source))];
  for (const [key = "", value = ""] of settings) {
    const set = await git.run(["config", "--local", "--add", key, value], { cwd: folder });
    if (!set.ok) return set;
  }
  return copyRefs(git, { source, folder, commit });
}

/** What the source itself borrows from elsewhere is borrowed on. */
async function takeObjects(git: Git, source: string, target: string): Promise<Result<null, GitFailure>> {
  const counted = await git.run(["count-objects", "-v"], { cwd: source, env: { GIT_DIR: source } });
  if (!counted.ok) return counted;
  const alternates = counted.value.stdout.toString("latin1").matchAll(/^alternate: (.+)$/gm);
  const lines = [...alternates].map(([, folder]) => `${folder}\n`);
  try {
    await linkObjects(path.join(source, "objects"), path.join(target, "objects"));
    mkdirSync(path.join(target, "objects/info"), { recursive: true });
    if (lines.length > 0) writeFileSync(path.join(target, "objects/info/alternates"), lines.join(""), "latin1");
    return ok(null);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fail({ type: "exit", message, exitCode: null, stderr: message });
  }
}

/** Where it can be fetched from and pushed to; nothing that git could take for an option or a program. */
async function remoteOf(git: Git, source: string): Promise<[string, string][]> {
  const asked = await git.run(["config", "--local", "--get", "remote.origin.url"], {
    cwd: source,
    env: { GIT_DIR: source },
    exitCodes: [0, 1],
  });
  const url = asked.ok ? line(asked.value.stdout) : "";
  if (url === "" || url.startsWith("-") || /^[\w-]+::/.test(url) || /[\n\0]/.test(url)) return [];
  return [
    ["remote.origin.url", url],
    ["remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"],
  ];
}

/**
 * What the remotes had, and what the project's own branches and checkout of it have, which are a remote to it: commits
 * that either has are nothing that would be lost here.
 */
async function copyRefs(
  git: Git,
  { source, folder, commit }: { source: string; folder: string; commit: string },
): Promise<Result<null, GitFailure>> {
  const from = { cwd: source, env: { GIT_DIR: source } };
  const listed = await git.run(
    ["for-each-ref", "--format=%(objectname) %(objecttype) %(symref) %(refname)", "refs/heads", "refs/remotes", "refs/tags"],
    from,
  );
  if (!listed.ok) return listed;
  const head = await git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { ...from, exitCodes: [0, 1, 128] });
  if (!head.ok) return head;
  const refs = listed.value.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((text) => {
      const [oid = "", , symref = "", ref = ""] = text.split(" ");
      return oid === "" || symref !== "" ? [] : [{ oid, ref: ref.replace(/^refs\/heads\//, "refs/remotes/project/heads/") }];
    });
  const own = head.value.exitCode === 0 ? [{ oid: line(head.value.stdout), ref: "refs/remotes/project/checkout" }] : [];
  const updates = [...refs, ...own].map(({ oid, ref }) => `update ${ref} ${oid}\n`);
  const place = { cwd: folder, env: {} };
  const set = await git.run(["update-ref", "--stdin"], { ...place, input: updates.join("") });
  if (!set.ok) return set;
  const detached = await git.run(["update-ref", "--no-deref", "HEAD", commit], place);
  return detached.ok ? ok(null) : detached;
}
