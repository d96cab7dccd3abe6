import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { maxFileBytes } from "../file-sets/content.ts";
import { mergeVersions } from "../file-sets/merge.ts";
import { cannotBeWritten } from "../file-sets/obstacles.ts";
import type { FileSetPlan, Target } from "../file-sets/plan.ts";
import { sameVersion, type Version } from "../file-sets/three-way.ts";
import { parentsOf, refusedPaths, type Refused } from "../file-sets/vet.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { JournalSide } from "../store/journal-entry.ts";
import { wordsOf } from "./conflict-words.ts";
import type { ChangesDeps } from "./ports.ts";
import { versionsAt } from "./targets.ts";

/** What is wanted on a branch whose tip is `tree`; `copy` reads the store. */
type BranchLook = { copy: CopyRef; tree: string; targets: readonly Target[] };

const words = wordsOf("the branch");

/** Decides what a commit on the branch will have. Nothing is on a disk, so nothing changes under the plan but the tip. */
export async function planOnBranch(deps: ChangesDeps, look: BranchLook): Promise<Result<FileSetPlan, Failure>> {
  const { copy, targets } = look;
  const vetted = await vet(deps, look);
  if (!vetted.ok) return vetted;
  const plan: FileSetPlan = { entries: [], conflicts: [], refused: vetted.value, already: [] };
  for (const { path, reason } of vetted.value) plan.conflicts.push({ path, reason: cannotBeWritten(reason), blocked: true });
  const hostile = new Set(vetted.value.map(({ path }) => path));
  const goodTargets = targets.filter(({ path }) => !hostile.has(path));
  const inTheWay = await inTheWayOf(deps, { ...look, targets: goodTargets });
  if (!inTheWay.ok) return inTheWay;
  for (const target of goodTargets) {
    const { path, ours } = target;
    const merged = sameVersion(ours, target.theirs) ? ok({ version: ours }) : await mergeVersions(deps.snapshots, copy, target);
    if (!merged.ok) return merged;
    if ("clash" in merged.value) plan.conflicts.push({ path, reason: words[merged.value.clash] });
    else if (inTheWay.value.has(path)) plan.conflicts.push({ path, reason: words["in-the-way"] });
    else if (sameVersion(ours, merged.value.version)) plan.already.push(path);
    else plan.entries.push({ path, before: sideOf(ours), after: sideOf(merged.value.version) });
  }
  return ok(plan);
}

async function vet(deps: ChangesDeps, { copy, targets }: BranchLook): Promise<Result<Refused[], Failure>> {
  const steps: Parameters<typeof refusedPaths>[0][number][] = [];
  for (const { path, theirs } of targets) {
    const isLink = theirs?.mode === "120000";
    const link = isLink ? await deps.snapshots.readBlob(copy, theirs.oid, maxFileBytes) : ok(Buffer.alloc(0));
    if (!link.ok) return link;
    steps.push({ path, gone: theirs === null, link: isLink ? link.value : null });
  }
  return ok(await refusedPaths(steps, { linksOut: false, gitFolders: [] }));
}

/** Paths that come below a file of the branch which stays. */
async function inTheWayOf(deps: ChangesDeps, { copy, tree, targets }: BranchLook): Promise<Result<Set<string>, Failure>> {
  const comes = targets.filter(({ theirs }) => theirs !== null).map(({ path }) => path);
  const leaves = new Set(targets.filter(({ theirs }) => theirs === null).map(({ path }) => path));
  const parents = [...new Set(comes.flatMap(parentsOf))].filter((path) => !leaves.has(path));
  const files = parents.length === 0 ? ok(new Map()) : await versionsAt(deps, copy, tree, parents);
  return files.ok ? ok(new Set(comes.filter((path) => parentsOf(path).some((parent) => files.value.has(parent))))) : files;
}

/** Old trees know modes like 100664. */
function sideOf(version: Version): JournalSide {
  if (version === null) return null;
  const { oid, mode } = version;
  return { oid, mode: mode === "100755" || mode === "120000" ? mode : "100644" };
}
