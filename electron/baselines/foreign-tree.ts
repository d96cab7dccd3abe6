import { failure, type Failure } from "../../shared/errors.ts";
import { assertNever, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { mergeBase } from "../git/history.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { ForeignPart, History } from "./foreign-part.ts";
import { mergeTrees } from "../file-sets/merge-trees.ts";

type Ground = { git: Git; snapshots: SnapshotStore; copy: CopyRef; history: History };

/** Every commit once: merges to and fro lead to the same ones again and again. */
type Trees = Map<string, Result<string, Failure>>;

/** What of a commit's files others made, as a tree: the commit's files without the session's own commits. */
export function foreignTree(ground: Ground, commit: string): Promise<Result<string, Failure>> {
  return treeAt(ground, commit, new Map());
}

async function treeAt(ground: Ground, commit: string, known: Trees): Promise<Result<string, Failure>> {
  const { history } = ground;
  let at = commit;
  let part = history.partOf(at);
  for (; part.kind === "as"; part = history.partOf(at)) at = part.parent;
  const tree = known.get(at) ?? (await workOut(ground, at, part, known));
  known.set(at, tree);
  return tree;
}

type Part = Exclude<ForeignPart, { kind: "as" }>;

async function workOut(ground: Ground, at: string, part: Part, known: Trees): Promise<Result<string, Failure>> {
  const { snapshots, copy } = ground;
  switch (part.kind) {
    case "whole":
      return snapshots.treeOf(copy, at);
    case "nothing":
      return snapshots.treeOf(copy, null);
    case "joined":
      return joined(ground, part.parents, known);
    case "upon": {
      const below = await snapshots.treeOf(copy, part.below);
      const foreign = await treeAt(ground, part.below, known);
      const whole = await snapshots.treeOf(copy, at);
      if (!below.ok) return below;
      if (!foreign.ok) return foreign;
      return whole.ok ? mergeTrees(snapshots, copy, { base: below.value, ours: foreign.value, theirs: whole.value }) : whole;
    }
    default:
      return assertNever(part);
  }
}

async function joined(ground: Ground, parents: readonly string[], known: Trees): Promise<Result<string, Failure>> {
  const { git, snapshots, copy } = ground;
  const [first = "", ...others] = parents;
  let tree = await treeAt(ground, first, known);
  for (const other of others) {
    if (!tree.ok) return tree;
    const common = await mergeBase(git, copy.path, first, other);
    if (!common.ok) return failure("GIT_FAILED", common.error.message);
    const base = common.value === null ? await snapshots.treeOf(copy, null) : await treeAt(ground, common.value, known);
    if (!base.ok) return base;
    const theirs = await treeAt(ground, other, known);
    if (!theirs.ok) return theirs;
    tree = await mergeTrees(snapshots, copy, { base: base.value, ours: tree.value, theirs: theirs.value });
  }
  return tree;
}
