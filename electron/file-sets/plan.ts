import { realpathSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { gitFoldersOf } from "../git/git-folders.ts";
import { FoldedNames } from "../lib/folded-names.ts";
import { relativeInside } from "../lib/inside.ts";
import { resolveInside } from "../lib/write-file.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import { maxFileBytes, readContent, sideOf, type Content } from "./content.ts";
import { mergeVersions } from "./merge.ts";
import { sameVersion, type Clash, type Version } from "./three-way.ts";
import { parentsOf, vetPaths } from "./vet.ts";

/** What is wanted at one path: `theirs` over `base`, where the root's last snapshot has `ours`. */
export type Target = { path: string; base: Version; ours: Version; theirs: Version };

export type Conflict = { path: string; reason: string };
/** Besides three versions that clash: a file that changes under our eyes, and what isn't a file. */
export type ConflictWords = Record<Clash | "changing" | "in-the-way", string>;

/** Entries in the order of writing: what goes away first, so that a file can become a folder. Every content is in the store. */
export type FileSetPlan = { entries: JournalEntry[]; conflicts: Conflict[]; already: string[] };

export type PlanRules = {
  /** Whether links may lead out of the root, which only what was there before may. */
  linksOut: boolean;
  /** Whole or not at all: one place that can't be written refuses the set. Otherwise that path is a conflict. */
  whole: boolean;
  words: ConflictWords;
};

type Ground = { snapshots: SnapshotStore; root: CopyRef; rules: PlanRules };
type NamedGround = Ground & { names: FoldedNames };

/** Decides for every target what is to be written under the root, by what is on the disk now; nothing is touched. */
export async function planFileSet(ground: Ground, targets: readonly Target[]): Promise<Result<FileSetPlan, Failure>> {
  const vetted = await vetTargets(ground, targets);
  if (!vetted.ok) return vetted;
  const named = { ...ground, names: new FoldedNames(ground.root.path) };
  const leaving = new Set(targets.filter((target) => target.theirs === null).map((target) => target.path));
  const plan: FileSetPlan = { entries: [], conflicts: [], already: [] };
  for (const target of targets) {
    const planned = await planTarget(named, target, leaving);
    if (!planned.ok) return planned;
    if ("reason" in planned.value) plan.conflicts.push({ path: target.path, reason: planned.value.reason });
    else if (sameVersion(planned.value.before, planned.value.after)) plan.already.push(target.path);
    else plan.entries.push({ path: target.path, ...planned.value });
  }
  plan.entries.sort((a, b) => Number(a.after !== null) - Number(b.after !== null));
  return ok(plan);
}

async function vetTargets({ snapshots, root, rules }: Ground, targets: readonly Target[]): Promise<Result<null, Failure>> {
  const steps: Parameters<typeof vetPaths>[0][number][] = [];
  for (const { path, theirs } of targets) {
    const isLink = theirs?.mode === "120000";
    const link = isLink && !rules.linksOut ? await snapshots.readBlob(root, theirs.oid, maxFileBytes) : ok(Buffer.alloc(0));
    if (!link.ok) return link;
    steps.push({ path, gone: theirs === null, link: isLink ? link.value : null });
  }
  return vetPaths(steps, { linksOut: rules.linksOut, gitFolders: gitFoldersBelow(root.path) });
}

/** Nothing is ever written under a git folder, also where it lies beside the files (`--separate-git-dir`), or is the root. */
function gitFoldersBelow(root: string): string[] {
  return gitFoldersOf(root)
    .flatMap((folder) => relativeInside(realpathSync(root), folder) ?? [])
    .map((inside) => (inside === "." ? "" : inside));
}

type Planned = { before: JournalSide; after: JournalSide } | { reason: string };

async function planTarget(ground: NamedGround, target: Target, leaving: ReadonlySet<string>): Promise<Result<Planned, Failure>> {
  const { base, theirs } = target;
  const { snapshots, root, rules } = ground;
  const like = (theirs ?? target.ours ?? base)?.oid ?? "";
  const disk = await readBefore(ground, target.path, like, leaving);
  if (!disk.ok) return refusedBefore(rules, disk.error);
  const before = sideOf(disk.value);
  if (sameVersion(before, theirs)) return ok({ before, after: before });
  const ours = await settleOurs(ground, target.ours, disk.value);
  if (!ours.ok) return ours;
  if ("reason" in ours.value) return ok(ours.value);
  const merged = await mergeVersions(snapshots, root, { base, ours: ours.value.version, theirs });
  if (!merged.ok) return merged;
  if ("clash" in merged.value) return ok({ reason: rules.words[merged.value.clash] });
  const { version } = merged.value;
  return ok({ before, after: version && { oid: version.oid, mode: writableMode(version.mode) } });
}

/** What is on the disk where the result will be. Something else in the way is a conflict, unless the set takes it away first. */
async function readBefore(
  { root, rules, names }: NamedGround,
  path: string,
  like: string,
  leaving: ReadonlySet<string>,
): Promise<Result<Content | null, Failure>> {
  const read = await readContent({ path: root.path, names }, path, like);
  if (read.ok && read.value === null && names.folds && isTaken(names, path, leaving))
    return failure("CHANGES_CONFLICT", "A file whose name differs only in letter case is in its place.");
  if (read.ok || read.error.code !== "PATH_REFUSED") return read;
  if (parentsOf(path).some((parent) => leaving.has(parent))) return ok(null);
  if ([...leaving].some((other) => other.startsWith(`${path}/`))) return ok(null);
  const folder = parentsOf(path).at(-1);
  if (folder !== undefined) {
    const real = await resolveInside(root.path, folder);
    if (!real.ok) return real;
    if (real.value.path !== folder)
      return failure("PATH_REFUSED", `Nothing was written: ${path} is behind a link`, {
        data: { refused: [{ path, reason: "it is behind a link" }], reason: "it is behind a link" },
      });
  }
  return failure("CHANGES_CONFLICT", rules.words["in-the-way"]);
}

/** Whether the disk takes the name for that of another file, which doesn't go away with this set. */
function isTaken(names: FoldedNames, path: string, leaving: ReadonlySet<string>): boolean {
  return names.isTaken(path) && ![...leaving].some((other) => names.isSame(path, other));
}

function refusedBefore(rules: PlanRules, error: Failure): Result<Planned, Failure> {
  if (error.code === "CHANGES_CONFLICT") return ok({ reason: error.message });
  const alone = !rules.whole && (error.code === "PATH_REFUSED" || error.code === "TOO_LARGE");
  return alone ? ok({ reason: reasonOf(error) }) : { ok: false, error };
}

/** Why one path can't be written, for its person. */
export function reasonOf(error: Failure): string {
  const reason = error.data?.["reason"];
  return typeof reason === "string" ? `It can't be written: ${reason}.` : error.message;
}

/**
 * The root's version, once disk and snapshot agree. A file that the snapshot leaves out (ignored, or too large) counts
 * with its bytes, which go to the store.
 */
async function settleOurs(
  { snapshots, root, rules }: Ground,
  seen: Version,
  disk: Content | null,
): Promise<Result<{ version: Version } | { reason: string }, Failure>> {
  if (seen?.mode === "160000") return ok({ version: seen });
  if (seen && seen.oid !== disk?.oid) return ok({ reason: rules.words.changing });
  if (!disk || seen) return ok({ version: sideOf(disk) });
  const stored = await snapshots.writeBlob(root, disk.bytes);
  return stored.ok ? ok({ version: { mode: disk.mode, oid: stored.value } }) : stored;
}

/** Old trees know modes like 100664; a file on a disk has two. */
function writableMode(mode: string): Content["mode"] {
  return mode === "100755" || mode === "120000" ? mode : "100644";
}
