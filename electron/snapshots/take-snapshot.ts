import { existsSync, rmSync } from "node:fs";
import { foldName } from "../../shared/hostile-path.ts";
import { ok, type Result } from "../../shared/result.ts";
import { diffIndex, type TreeChange } from "../git/diff-tree.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { isIgnoreFile } from "../git/ignored.ts";
import { gitFailureIsFull } from "../git/repository.ts";
import { listLinks, listTree, readTree, refreshIndex, setEntries, treeOfCommit, writeTree } from "../git/trees.ts";
import type { GitPlace } from "../git/place.ts";
import { dropFromIndex, listIndexed, listStale, listUntracked, listUntrackedExactly, updateIndex } from "../git/work-tree.ts";
import { FoldedNames } from "../lib/folded-names.ts";
import { ignoredSince } from "./ignore-rules.ts";
import type { NotedPermissions } from "./noted-permissions.ts";
import { notePermissions, scan } from "./scan.ts";
import type { CopyRef, Taken } from "./snapshot-store.ts";
import { clearStaleLock, type StoreFolder } from "./store-folder.ts";

/**
 * `rulesSeen`: nothing in the index was ignored by the rules as they were at the last snapshot. `known` and
 * `loose`: how contents are stored (see work-tree.ts). `comparedWith`: a tree whose difference to a new one is told along, found while that is written.
 */
type Options = {
  maxUntrackedBytes: number;
  knownTree: string | null;
  rulesSeen: boolean;
  known: boolean;
  loose: boolean;
  comparedWith: string | null;
  noted: NotedPermissions;
};

type Look = Taken & { differences?: TreeChange[] };

/**
 * The copy as it is now, as a tree in our store. Only what the index doesn't know yet is read; with nothing new and
 * the tree known, nothing is written. A file may vanish between the look and the reading, so a failure is tried again;
 * an index that can't be used is made anew from the files.
 */
export async function takeSnapshot(
  git: Git,
  folder: StoreFolder,
  copy: CopyRef,
  options: Options,
): Promise<Result<Look, GitFailure>> {
  const index = folder.indexOf(copy);
  for (let tries = 0; ; tries += 1) {
    clearStaleLock(index);
    const last = tries === 2;
    if (last) rmSync(index, { force: true });
    const taken = await attempt(git, folder, copy, {
      ...options,
      knownTree: tries === 0 ? options.knownTree : null,
      seed: !last,
      careful: tries > 0,
    });
    if (taken.ok || last || taken.error.type !== "exit" || gitFailureIsFull(taken.error) || !existsSync(copy.path)) return taken;
  }
}

async function attempt(
  git: Git,
  folder: StoreFolder,
  copy: CopyRef,
  options: Options & { seed: boolean; careful: boolean },
): Promise<Result<Look, GitFailure>> {
  const place = folder.place(copy);
  let { rulesSeen } = options;
  if (!existsSync(folder.indexOf(copy))) {
    const seeded = await (options.seed ? seedIndex(git, folder, copy) : seedLinks(git, folder, copy));
    if (!seeded.ok) return seeded;
    rulesSeen ||= options.seed;
    const looked = await lookAtSeeded(git, folder, copy, options.noted);
    if (!looked.ok) return looked;
  }
  const renamed = await dropOldCase(git, place);
  if (!renamed.ok) return renamed;
  const [stale, untracked] = await Promise.all([listStale(git, place), listUntracked(git, place)]);
  if (!stale.ok) return stale;
  if (!untracked.ok) return untracked;

  const scanning = { maxBytes: options.maxUntrackedBytes, noted: options.noted, careful: options.careful };
  const changed = await scan(copy.path, stale.value, scanning);
  const added = await scan(copy.path, untracked.value, scanning);
  const overLimit = [...changed.tooLarge, ...added.tooLarge];
  const tracked = await trackedOf(
    git,
    copy,
    overLimit.map((file) => file.path),
  );
  if (!tracked.ok) return tracked;
  const skipped = [...overLimit.filter((file) => !tracked.value.has(file.path)), ...added.skipped, ...changed.skipped];
  const take = [...new Set([...changed.take, ...added.take, ...tracked.value])];
  const ignored = rulesSeen && !take.some(isIgnoreFile) ? ok([]) : await ignoredSince(git, folder, copy);
  if (!ignored.ok) return ignored;
  const large = changed.tooLarge.map((file) => file.path).filter((path) => !tracked.value.has(path));
  const drop = [...new Set([...large, ...ignored.value, ...changed.behindLink])];

  if (take.length === 0 && drop.length === 0 && options.knownTree !== null) return ok({ tree: options.knownTree, skipped });
  if (take.length > 0) {
    const updated = await updateIndex(git, place, take, {
      known: options.known,
      loose: options.loose,
      tiny: new Set([...changed.tiny, ...added.tiny]),
    });
    if (!updated.ok) return updated;
  }
  if (drop.length > 0) {
    const dropped = await dropFromIndex(git, place, drop);
    if (!dropped.ok) return dropped;
  }
  const [tree, compared] = await Promise.all([
    writeTree(git, place),
    options.comparedWith === null ? null : diffIndex(git, place, options.comparedWith),
  ]);
  return tree.ok ? ok({ tree: tree.value, skipped, ...(compared?.ok ? { differences: compared.value } : {}) }) : tree;
}

/**
 * On a disk that folds case git finds a file under its old name when only the case of it was changed. The index lets such
 * names go, so that the file is seen as what is new. Null where the disk folds nothing.
 */
async function dropOldCase(git: Git, place: GitPlace): Promise<Result<null, GitFailure>> {
  const names = new FoldedNames(place.cwd);
  if (!names.folds) return ok(null);
  const added = await listUntrackedExactly(git, place);
  if (!added.ok) return added;
  const indexed = await listIndexed(git, place);
  if (!indexed.ok) return indexed;
  const byFold = Map.groupBy(added.value, foldName);
  const old = indexed.value.filter((path) => byFold.get(foldName(path))?.some((one) => one !== path && names.isSame(one, path)));
  return old.length > 0 ? dropFromIndex(git, place, old) : ok(null);
}

/** The first time: the project's commit, so that only what differs from it is stored. */
async function seedIndex(git: Git, folder: StoreFolder, copy: CopyRef): Promise<Result<null, GitFailure>> {
  const head = await treeOfCommit(git, { cwd: copy.path, env: {} }, "HEAD");
  if (!head.ok) return head;
  if (head.value === null || folder.borrowsFrom === null) return ok(null);
  const read = await readTree(git, folder.place(copy), head.value);
  return read.ok ? refreshIndex(git, folder.place(copy)) : read;
}

/** In a worktree that was just made they are as everything new. */
async function lookAtSeeded(
  git: Git,
  folder: StoreFolder,
  copy: CopyRef,
  noted: NotedPermissions,
): Promise<Result<null, GitFailure>> {
  if (copy.path !== copy.projectPath || !existsSync(folder.indexOf(copy))) return ok(null);
  const indexed = await listIndexed(git, folder.place(copy));
  if (!indexed.ok) return indexed;
  await notePermissions(copy.path, indexed.value, noted);
  return ok(null);
}

/** Its submodules alone, where its files' contents can't be had: without them in the index they count as repositories inside. */
async function seedLinks(git: Git, folder: StoreFolder, copy: CopyRef): Promise<Result<null, GitFailure>> {
  const place = { cwd: copy.path, env: {} };
  const head = await treeOfCommit(git, place, "HEAD");
  const links = head.ok && head.value !== null ? await listLinks(git, place, head.value) : ok([]);
  // Where the commit can't be read, nothing is known of any.
  const [first] = links.ok ? links.value : [];
  return first && links.ok ? setEntries(git, folder.place(copy), links.value, first.oid) : ok(null);
}

/** Which of these the project's commit has; a large file that is tracked is part of a snapshot like any other. */
async function trackedOf(git: Git, copy: CopyRef, paths: string[]): Promise<Result<Set<string>, GitFailure>> {
  if (paths.length === 0) return ok(new Set());
  const place = { cwd: copy.path, env: {} };
  const head = await treeOfCommit(git, place, "HEAD");
  if (!head.ok) return head;
  if (head.value === null) return ok(new Set());
  const entries = await listTree(git, place, head.value, paths);
  return entries.ok ? ok(new Set(entries.value.map((entry) => entry.path))) : entries;
}
