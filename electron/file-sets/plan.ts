import { realpathSync } from "node:fs";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { gitFoldersOf } from "../git/git-folders.ts";
import type { FoldedNames } from "../lib/folded-names.ts";
import { relativeInside } from "../lib/inside.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry, JournalSide } from "../store/journal-entry.ts";
import { inRoot, maxFileBytes, nothing, readBytes, readSeen, sideOf, writable, type Root, type Seen } from "./content.ts";
import { mergeVersions } from "./merge.ts";
import { sameVersion, type Clash, type Version } from "./three-way.ts";
import { blocked, cannotBeWritten, obstacleAt, tooLarge, WritableFolders, type Obstacle, type Reason } from "./obstacles.ts";
import { parentsOf, refusedPaths, type Refused } from "./vet.ts";
import { nextTurn, Slices } from "../lib/slices.ts";

/** What is wanted at one path: `theirs` over `base`, where the root's last snapshot has `ours`. */
export type Target = { path: string; base: Version; ours: Version; theirs: Version };

/** `blocked`: the path can't be written where it is wanted, whatever is done about the content. */
export type Conflict = { path: string; reason: string; blocked?: true };
/** Besides three versions that clash: a file that changes under our eyes, what isn't a file, and what no snapshot holds. */
export type ConflictWords = Record<Clash | "changing" | "in-the-way" | "left-out", string>;

/**
 * Entries in the order of writing: what goes away first, so that a file can become a folder. Every content is in the
 * store. `refused`: the conflicts that are hostile; a set that is whole and is asked for with one of them is refused.
 */
export type FileSetPlan = { entries: JournalEntry[]; conflicts: Conflict[]; refused: Refused[]; already: string[] };

/** `seen`: what was found at the paths of the entries, so that the writer needn't look again where that still lies there. */
export type LookedPlan = FileSetPlan & { seen: Map<string, Seen> };

export type PlanRules = {
  /** Whether links may lead out of the root, which only what was there before may. */
  linksOut: boolean;
  /** Whole or not at all: one path in conflict stops the set. Otherwise that path is left, and the others go. */
  whole: boolean;
  words: ConflictWords;
};

type Ground = { snapshots: SnapshotStore; root: CopyRef; rules: PlanRules };
type LookedAt = Ground & { root: CopyRef & Root; folders: WritableFolders; leaving: ReadonlySet<string> };

/** Decides for every target what is to be written under the root, by what is on the disk now; nothing is touched. */
export async function planFileSet(ground: Ground, targets: readonly Target[]): Promise<Result<LookedPlan, Failure>> {
  await nextTurn();
  const vetted = await vetTargets(ground, targets);
  if (!vetted.ok) return vetted;
  await nextTurn();
  const hostile = new Map(vetted.value.map(({ path, reason }) => [path, reason]));
  const goodTargets = targets.filter(({ path }) => !hostile.has(path));
  const leaving = new Set(goodTargets.filter((target) => target.theirs === null).map((target) => target.path));
  const plan: LookedPlan = { entries: [], conflicts: [], refused: [], already: [], seen: new Map() };
  for (const { path, reason } of vetted.value) refuse(plan, path, reason);
  return inRoot(ground.snapshots, ground.root, (root) =>
    planTargets({ ...ground, root, folders: new WritableFolders(root.path), leaving }, goodTargets, plan),
  );
}

async function planTargets(ground: LookedAt, targets: readonly Target[], plan: LookedPlan): Promise<Result<LookedPlan, Failure>> {
  for (const target of targets) {
    const planned = await planTarget(ground, target);
    if (!planned.ok) return planned;
    enter(plan, target.path, planned.value);
  }
  plan.entries.sort((a, b) => Number(a.after !== null) - Number(b.after !== null));
  return ok(plan);
}

type Planned = { seen: Seen; after: JournalSide } | Obstacle;

function enter(plan: LookedPlan, path: string, planned: Planned): void {
  if ("refused" in planned) return refuse(plan, path, planned.refused);
  if ("reason" in planned) return void plan.conflicts.push({ path, ...planned });
  const { seen, after } = planned;
  const before = sideOf(seen.content);
  if (sameVersion(before, after)) return void plan.already.push(path);
  plan.entries.push({ path, before, after });
  plan.seen.set(path, seen);
}

function refuse(plan: FileSetPlan, path: string, reason: string): void {
  plan.refused.push({ path, reason });
  plan.conflicts.push({ path, reason: cannotBeWritten(reason), blocked: true });
}

/** The failure of a set that was asked for with hostile paths in it. */
export function refusal(refused: readonly Refused[]): { ok: false; error: Failure<"PATH_REFUSED"> } {
  const [first] = refused;
  return failure("PATH_REFUSED", `Nothing was written: ${first?.path ?? ""} is refused, ${first?.reason ?? ""}`, {
    data: { refused },
  });
}

/** Of a link whose target may be anything. */
const nowhere = Buffer.alloc(0);

async function vetTargets({ snapshots, root, rules }: Ground, targets: readonly Target[]): Promise<Result<Refused[], Failure>> {
  const steps: Parameters<typeof refusedPaths>[0][number][] = [];
  const slices = new Slices();
  for (const { path, theirs } of targets) {
    if (slices.isOver()) await slices.next();
    const isLink = theirs?.mode === "120000";
    const link = isLink && !rules.linksOut ? await snapshots.readBlob(root, theirs.oid, maxFileBytes) : ok(nowhere);
    if (!link.ok) return link;
    steps.push({ path, gone: theirs === null, link: isLink ? link.value : null });
  }
  return ok(await refusedPaths(steps, { linksOut: rules.linksOut, gitFolders: gitFoldersBelow(root.path) }));
}

/** Nothing is ever written under a git folder, also where it lies beside the files (`--separate-git-dir`), or is the root. */
function gitFoldersBelow(root: string): string[] {
  return gitFoldersOf(root)
    .flatMap((folder) => relativeInside(realpathSync(root), folder) ?? [])
    .map((inside) => (inside === "." ? "" : inside));
}

async function planTarget(ground: LookedAt, target: Target): Promise<Result<Planned, Failure>> {
  const { path, base, theirs } = target;
  const { snapshots, root, rules, folders } = ground;
  const disk = await readBefore(ground, path, [target.ours, theirs, base]);
  if (!disk.ok) return disk;
  const seen = disk.value;
  if (!("content" in seen)) return ok(seen);
  const before = sideOf(seen.content);
  if (sameVersion(before, theirs)) return ok({ seen, after: before });
  const ours = await settleOurs(ground, target, seen.content);
  if (!ours.ok) return ours;
  if ("reason" in ours.value) return ok(ours.value);
  const merged = await mergeVersions(snapshots, root, { base, ours: ours.value.version, theirs });
  if (!merged.ok) return merged;
  if ("clash" in merged.value) return ok(clashOf(rules, merged.value.clash, target.ours === null && before !== null));
  const { version } = merged.value;
  const after = version && writable(version);
  if (sameVersion(before, after)) return ok({ seen, after });
  const folder = before === null ? await folderInTheWay(ground, path) : ok(null);
  if (!folder.ok) return folder;
  if (folder.value) return ok(folder.value);
  const closed = await folders.reasonAgainst(path);
  return ok(closed === null ? { seen, after } : blocked(cannotBeWritten(closed)));
}

/** `isUnseen`: what is on the disk is in no snapshot. */
function clashOf({ words }: PlanRules, clash: Clash, isUnseen: boolean): Reason {
  if (isUnseen && clash === "made-in-both") return blocked(words["left-out"]);
  return clash === "submodule" ? blocked(words[clash]) : { reason: words[clash] };
}

/** What is on the disk where the result will be. Something else in the way is told, unless the set takes it away first. */
async function readBefore(
  { root, rules, leaving }: LookedAt,
  path: string,
  known: readonly Version[],
): Promise<Result<Seen | Obstacle, Failure>> {
  const read = await readSeen(root, path, known);
  if (read.ok && read.value.content === null && isTaken(root.names, path, leaving))
    return ok(blocked("A file whose name differs only in letter case or in the form of its marks is in its place."));
  if (read.ok) return read;
  if (read.error.code === "TOO_LARGE") return ok(blocked(tooLarge));
  if (read.error.code !== "PATH_REFUSED") return read;
  if (parentsOf(path).some((parent) => leaving.has(parent))) return ok(nothing);
  if ([...leaving].some((other) => other.startsWith(`${path}/`))) return ok(nothing);
  return ok(await obstacleAt(root.path, path, read.error, rules.words["in-the-way"]));
}

/** Empty folders make way, but not where they are ignored: what git was told to leave alone may be somebody's place. */
async function folderInTheWay({ snapshots, root, rules }: LookedAt, path: string): Promise<Result<Reason | null, Failure>> {
  const folders = root.files.emptyFolders(path);
  const ignored = folders.length === 0 ? ok([]) : await snapshots.ignoredNow(root, folders);
  if (!ignored.ok) return ignored;
  return ok(ignored.value.length === 0 ? null : blocked(rules.words["in-the-way"]));
}

/** Whether the disk takes the name for that of another file, which doesn't go away with this set. Its own may be an empty folder's. */
function isTaken(names: FoldedNames, path: string, leaving: ReadonlySet<string>): boolean {
  if (!names.mayFold(path) || names.isExact(path)) return false;
  return names.isTaken(path) && ![...leaving].some((other) => names.isSame(path, other));
}

/**
 * The root's version, once disk and snapshot agree. A file that the snapshot leaves out (ignored, or too large) counts
 * with its bytes, which go to the store where they may be merged or replaced: not where both made it.
 */
async function settleOurs(
  { snapshots, root, rules }: LookedAt,
  { path, base, ours: seen }: Target,
  disk: Seen["content"],
): Promise<Result<{ version: Version } | Reason, Failure>> {
  if (seen?.mode === "160000") return ok({ version: seen });
  if (seen && seen.oid !== disk?.oid) return ok({ reason: rules.words.changing });
  if (!disk || seen || !base) return ok({ version: sideOf(disk) });
  const bytes = await readBytes(root, path);
  const stored = bytes.ok ? await snapshots.writeBlob(root, bytes.value) : bytes;
  if (!stored.ok) return stored;
  return ok(stored.value === disk.oid ? { version: sideOf(disk) } : { reason: rules.words.changing });
}
