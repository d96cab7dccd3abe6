import type { ApplyResult } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import { resolveInside } from "../lib/write-file.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import { type Content, blobOid, lineEnds, maxFileBytes, readContent, sameSide, sideOf, toCrlf } from "./content.ts";
import type { CopyRef, Snapshots } from "./ports.ts";
import { decide, type Version } from "./three-way.ts";
import { parentsOf, vetSteps } from "./vet.ts";

/** `bring` is what theirs is on the disk; `version` what git makes of it (they differ by line ends at most). */
export type Theirs = { version: Version; bring: Content | null };
export type Target = { path: string; base: Version; ours: Version; theirs: Theirs };

export type PlannedEntry = { path: string; before: Content | null; after: Content | null };
/** Entries in the order of writing: what goes away first, so that a file can become a folder. */
export type Plan = { entries: PlannedEntry[]; conflicts: ApplyResult["conflicts"]; already: string[] };

type Place = { snapshots: Snapshots; root: CopyRef };

/**
 * Decides for every target what is to be written under the root, with the bytes at hand and nothing touched. A set
 * with a hostile path, a link out, or a place behind a link is refused whole.
 */
export async function planWrites(place: Place, targets: readonly Target[], like: string): Promise<Result<Plan, Failure>> {
  const vetted = vetSteps(
    targets.map(({ path, theirs }) => ({ path, gone: theirs.version === null, link: theirs.bring?.mode === "120000" ? theirs.bring.bytes : null })),
  );
  if (!vetted.ok) return vetted;
  const leaving = new Set(targets.filter((target) => target.theirs.version === null).map((target) => target.path));
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
async function readBefore(root: string, path: string, like: string, leaving: ReadonlySet<string>): Promise<Result<Content | null, Failure>> {
  const read = await readContent(root, path, like);
  if (read.ok || read.error.code !== "PATH_REFUSED") return read;
  if (parentsOf(path).some((parent) => leaving.has(parent))) return ok(null);
  if ([...leaving].some((other) => other.startsWith(`${path}/`))) return ok(null);
  const folder = parentsOf(path).at(-1);
  if (folder !== undefined) {
    const real = await resolveInside(root, folder);
    if (!real.ok) return real;
    if (real.value.path !== folder) return failure("PATH_REFUSED", `Nothing was written: ${path} is behind a link`, { data: { refused: [{ path, reason: "it is behind a link" }] } });
  }
  return failure("CHANGES_CONFLICT", "Something that isn't a file is in its place in the checkout.");
}

type After = { content: Content | null } | { reason: string };

async function decideAfter({ snapshots, root }: Place, target: Target, disk: Content | null, like: string): Promise<Result<After, Failure>> {
  const ours = await settleOurs(snapshots, root, target.ours, disk);
  if (!ours.ok) return ours;
  if ("reason" in ours.value) return ok(ours.value);
  const decision = decide(target.base, ours.value.version, target.theirs.version);
  switch (decision.kind) {
    case "keep":
      return ok({ content: disk });
    case "conflict":
      return ok({ reason: decision.reason });
    case "take": {
      const { bring } = target.theirs;
      return ok({ content: bring && { ...bring, mode: fileMode(decision.mode, bring.mode) } });
    }
    case "mode":
      return ok({ content: disk && { ...disk, mode: fileMode(decision.mode, disk.mode) } });
    case "merge": {
      if (!target.base || !ours.value.version || !target.theirs.version) throw new Error("A merge has three versions");
      const merged = await snapshots.mergeBlobs(root, target.base.oid, ours.value.version.oid, target.theirs.version.oid);
      if (!merged.ok) return merged;
      if ("conflict" in merged.value) return ok({ reason: "Both sides changed the same place." });
      const blob = await snapshots.readBlob(root, merged.value.oid, maxFileBytes);
      if (!blob.ok) return blob;
      const bytes = ours.value.ends === "crlf" ? toCrlf(blob.value) : blob.value;
      return ok({ content: { mode: fileMode(decision.mode, "100644"), oid: blobOid(bytes, like), bytes } });
    }
  }
}

type Ours = { version: Version; ends: "same" | "crlf" } | { reason: string };

/**
 * The checkout's version as git sees it, once disk and snapshot agree. A file that the snapshot leaves out (ignored,
 * or too large) counts with its bytes.
 */
async function settleOurs(snapshots: Snapshots, root: CopyRef, seen: Version, disk: Content | null): Promise<Result<Ours, Failure>> {
  if (!seen || seen.mode === "160000") {
    if (!disk || seen) return ok({ version: seen, ends: "same" });
    const stored = await snapshots.writeBlob(root, disk.bytes);
    return stored.ok ? ok({ version: { mode: disk.mode, oid: stored.value }, ends: "same" }) : stored;
  }
  if (!disk) return ok({ reason: "It is being changed in the checkout." });
  if (disk.oid === seen.oid) return ok({ version: { mode: disk.mode, oid: seen.oid }, ends: "same" });
  const blob = await snapshots.readBlob(root, seen.oid, maxFileBytes);
  if (!blob.ok) return blob;
  const ends = lineEnds(disk.bytes, blob.value);
  return ok(ends ? { version: { mode: disk.mode, oid: seen.oid }, ends } : { reason: "It is being changed in the checkout." });
}

function fileMode(mode: string, otherwise: Content["mode"]): Content["mode"] {
  return mode === "100644" || mode === "100755" || mode === "120000" ? mode : otherwise;
}

/** The plan for the journal, with every byte of it kept in the store under `id`, so that no clean-up takes it away. */
export async function storePlan({ snapshots, root }: Place, id: string, entries: readonly PlannedEntry[]): Promise<Result<JournalEntry[], Failure>> {
  const edits: { path: string; mode: string; oid: string }[] = [];
  const written = new Set<string>();
  for (const content of entries.flatMap((entry) => [entry.before, entry.after])) {
    if (!content || written.has(content.oid)) continue;
    const stored = await snapshots.writeBlob(root, content.bytes);
    if (!stored.ok) return stored;
    if (stored.value !== content.oid) return fail({ code: "GIT_FAILED", message: "The snapshot store names contents differently than expected" });
    written.add(content.oid);
    edits.push({ path: `${edits.length}`, mode: "100644", oid: content.oid });
  }
  const empty = await snapshots.treeOf(root, null);
  if (!empty.ok) return empty;
  const tree = await snapshots.editTree(root, empty.value, edits);
  if (!tree.ok) return tree;
  const kept = await snapshots.keep(root, id, tree.value);
  if (!kept.ok) return kept;
  return ok(entries.map((entry) => ({ path: entry.path, before: sideOf(entry.before), after: sideOf(entry.after) })));
}
