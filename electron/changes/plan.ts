import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import { resolveInside } from "../lib/write-file.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import { type Content, blobOid, maxFileBytes, readContent, sameSide, sideOf } from "./content.ts";
import type { CopyRef, Snapshots } from "./ports.ts";
import { decide, type Version } from "./three-way.ts";
import { parentsOf, vetSteps } from "./vet.ts";

/** Versions are entries of snapshots; `bring` has the bytes of theirs. */
export type Target = { path: string; base: Version; ours: Version; theirs: Version; bring: Content | null };

export type PlannedEntry = { path: string; before: Content | null; after: Content | null };
/** Entries in the order of writing: what goes away first, so that a file can become a folder. */
export type Plan = { entries: PlannedEntry[]; conflicts: ApplyResult["conflicts"]; already: string[] };

/** `linksOut`: whether links may lead out of the root, which only what was there before may. */
export type Place = { snapshots: Snapshots; root: CopyRef; linksOut: boolean };

/**
 * Decides for every target what is to be written under the root, with the bytes at hand and nothing touched. A set
 * with a hostile path, a link out, or a place behind a link is refused whole.
 */
export async function planWrites(place: Place, targets: readonly Target[], like: string): Promise<Result<Plan, Failure>> {
  const vetted = vetSteps(
    targets.map(({ path, theirs, bring }) => ({
      path,
      gone: theirs === null,
      link: bring?.mode === "120000" ? bring.bytes : null,
    })),
    place.linksOut,
  );
  if (!vetted.ok) return vetted;
  const leaving = new Set(targets.filter((target) => target.theirs === null).map((target) => target.path));
  const plan: Plan = { entries: [], conflicts: [], already: [] };
  for (const target of targets) {
    const before = await readBefore(place.root.path, target.path, like, leaving);
    if (!before.ok) {
      if (before.error.code !== "CHANGES_CONFLICT") return before;
      plan.conflicts.push({ path: target.path, reason: before.error.message });
      continue;
    }
    const after = await decideAfter(place, target, before.value, like);
    if (!after.ok) return after;
    if ("reason" in after.value) plan.conflicts.push({ path: target.path, reason: after.value.reason });
    else if (sameSide(sideOf(before.value), sideOf(after.value.content))) plan.already.push(target.path);
    else plan.entries.push({ path: target.path, before: before.value, after: after.value.content });
  }
  plan.entries.sort((a, b) => Number(a.after !== null) - Number(b.after !== null));
  return ok(plan);
}

/** What is on the disk where the result will be. Something else in the way is a conflict, unless the set takes it away first. */
async function readBefore(
  root: string,
  path: string,
  like: string,
  leaving: ReadonlySet<string>,
): Promise<Result<Content | null, Failure>> {
  const read = await readContent(root, path, like);
  if (read.ok || read.error.code !== "PATH_REFUSED") return read;
  if (parentsOf(path).some((parent) => leaving.has(parent))) return ok(null);
  if ([...leaving].some((other) => other.startsWith(`${path}/`))) return ok(null);
  const folder = parentsOf(path).at(-1);
  if (folder !== undefined) {
    const real = await resolveInside(root, folder);
    if (!real.ok) return real;
    if (real.value.path !== folder)
      return failure("PATH_REFUSED", `Nothing was written: ${path} is behind a link`, {
        data: { refused: [{ path, reason: "it is behind a link" }] },
      });
  }
  return failure("CHANGES_CONFLICT", "Something that isn't a file is in its place in the checkout.");
}

type After = { content: Content | null } | { reason: string };

async function decideAfter(
  { snapshots, root }: Pick<Place, "snapshots" | "root">,
  target: Target,
  disk: Content | null,
  like: string,
): Promise<Result<After, Failure>> {
  const ours = await settleOurs(snapshots, root, target.ours, disk);
  if (!ours.ok) return ours;
  if ("reason" in ours.value) return ok(ours.value);
  const { base, theirs, bring } = target;
  const decision = decide(base, ours.value.version, theirs);
  switch (decision.kind) {
    case "keep":
      return ok({ content: disk });
    case "conflict":
      return ok({ reason: decision.reason });
    case "take":
      if (theirs && !bring)
        return failure("PATH_REFUSED", `Nothing was written: ${target.path} can't be read`, {
          data: { refused: [{ path: target.path, reason: "it can't be read" }] },
        });
      return ok({ content: bring && { ...bring, mode: fileMode(decision.mode, bring.mode) } });
    case "mode":
      return ok({ content: disk && { ...disk, mode: fileMode(decision.mode, disk.mode) } });
    case "merge":
      return merge({ snapshots, root }, [base, ours.value.version, theirs], fileMode(decision.mode, "100644"), like);
  }
}

async function merge(
  { snapshots, root }: Pick<Place, "snapshots" | "root">,
  [base, ours, theirs]: [Version, Version, Version],
  mode: Content["mode"],
  like: string,
): Promise<Result<After, Failure>> {
  if (!base || !ours || !theirs) throw new Error("A merge has three versions");
  const merged = await snapshots.mergeBlobs(root, base.oid, ours.oid, theirs.oid);
  if (!merged.ok) return merged;
  if ("conflict" in merged.value) return ok({ reason: "Both sides changed the same place." });
  const bytes = await snapshots.readBlob(root, merged.value.oid, maxFileBytes);
  return bytes.ok ? ok({ content: { mode, oid: blobOid(bytes.value, like), bytes: bytes.value } }) : bytes;
}

type Ours = { version: Version } | { reason: string };

/**
 * The checkout's version, once disk and snapshot agree. A file that the snapshot leaves out (ignored, or too large)
 * counts with its bytes.
 */
async function settleOurs(
  snapshots: Snapshots,
  root: CopyRef,
  seen: Version,
  disk: Content | null,
): Promise<Result<Ours, Failure>> {
  if (seen?.mode === "160000") return ok({ version: seen });
  if (!sameOid(seen, disk) && seen) return ok({ reason: "It is being changed in the checkout." });
  if (!disk || seen) return ok({ version: sideOf(disk) });
  const stored = await snapshots.writeBlob(root, disk.bytes);
  return stored.ok ? ok({ version: { mode: disk.mode, oid: stored.value } }) : stored;
}

function sameOid(a: { oid: string } | null, b: { oid: string } | null): boolean {
  return a?.oid === b?.oid;
}

function fileMode(mode: string, otherwise: Content["mode"]): Content["mode"] {
  return mode === "100644" || mode === "100755" || mode === "120000" ? mode : otherwise;
}

/**
 * The plan for the journal, with every byte of it kept in the store under `id`, so that no clean-up takes it away.
 * `known` are contents that the store has already.
 */
export async function storePlan(
  { snapshots, root }: Pick<Place, "snapshots" | "root">,
  id: string,
  entries: readonly PlannedEntry[],
  known: ReadonlySet<string>,
): Promise<Result<JournalEntry[], Failure>> {
  const kept = new Set<string>();
  for (const content of entries.flatMap((entry) => [entry.before, entry.after])) {
    if (!content || kept.has(content.oid)) continue;
    kept.add(content.oid);
    if (known.has(content.oid)) continue;
    const stored = await snapshots.writeBlob(root, content.bytes);
    if (!stored.ok) return stored;
    if (stored.value !== content.oid)
      return fail({ code: "GIT_FAILED", message: "The snapshot store names contents differently than expected" });
  }
  const empty = await snapshots.treeOf(root, null);
  if (!empty.ok) return empty;
  const tree = await snapshots.editTree(
    root,
    empty.value,
    [...kept].map((oid, at) => ({ path: `${at}`, mode: "100644", oid })),
  );
  if (!tree.ok) return tree;
  const ref = await snapshots.hold(root, id, tree.value);
  return ref.ok
    ? ok(entries.map((entry) => ({ path: entry.path, before: sideOf(entry.before), after: sideOf(entry.after) })))
    : ref;
}
