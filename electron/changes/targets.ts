import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ApplyRow } from "../store/changes.ts";
import { readContent, maxFileBytes, type Content } from "./content.ts";
import type { Target } from "./plan.ts";
import { pathsOf } from "./pending.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import type { ChangesDeps, CopyRef, SessionCopy } from "./ports.ts";
import type { Version } from "./three-way.ts";

/** Both ends of one path's change; a rename is two of them. */
type Ends = { path: string; from: Version; to: Version };

export function endsOf(changes: readonly TreeChange[]): Ends[] {
  return changes.flatMap((change) => {
    const from = version(change.oldMode, change.oldOid);
    const to = version(change.newMode, change.newOid);
    const [first, second] = pathsOf(change);
    if (second === undefined || first === undefined) return [{ path: change.path, from, to }];
    return [
      { path: first, from, to: null },
      { path: second, from: null, to },
    ];
  });
}

function version(mode: string, oid: string): Version {
  return /^0*$/.test(mode) ? null : { mode, oid };
}

/** The session's changes as they would be written to the checkout, whose state is `checkoutTree`. */
export async function targetsToApply(
  deps: ChangesDeps,
  session: SessionCopy,
  changes: readonly TreeChange[],
  checkoutTree: string,
): Promise<Result<Target[], Failure>> {
  const ends = endsOf(changes);
  const ours = await versionsAt(
    deps,
    session.checkout,
    checkoutTree,
    ends.map((end) => end.path),
  );
  if (!ours.ok) return ours;
  const targets: Target[] = [];
  for (const { path, from, to } of ends) {
    const bring = await bringFromDisk(session.copy, path, to);
    if (!bring.ok) return bring;
    targets.push({ path, base: from, ours: ours.value.get(path) ?? null, theirs: to, bring: bring.value });
  }
  return ok(targets);
}

/** The bytes as they are in the working copy; they must be those that were looked at. */
async function bringFromDisk(copy: CopyRef, path: string, to: Version): Promise<Result<Content | null, Failure>> {
  if (!to || to.mode === "160000") return ok(null);
  const read = await readContent(copy.path, path, to.oid);
  // A hostile name can't be read either; the set's own check says so with every such path.
  if (!read.ok) return read.error.code === "PATH_REFUSED" ? ok(null) : read;
  if (read.value?.oid === to.oid && read.value.mode === to.mode) return read;
  return failure("WORKING_COPY_BUSY", `${path} is being changed in the working copy. Try again when it is done.`);
}

/** The way back to the baseline in the working copy, whose state is `tree`. */
export async function targetsToReject(
  deps: ChangesDeps,
  session: SessionCopy,
  changes: readonly TreeChange[],
): Promise<Result<Target[], Failure>> {
  return backwards(
    deps,
    session.copy,
    endsOf(changes).map(({ path, from, to }) => ({ path, base: to, ours: to, theirs: from })),
  );
}

/** The way back from an applied set in the checkout, whose state is `checkoutTree`. */
export async function targetsToRevert(
  deps: ChangesDeps,
  session: SessionCopy,
  row: ApplyRow,
  checkoutTree: string,
): Promise<Result<Target[], Failure>> {
  const ours = await versionsAt(
    deps,
    session.checkout,
    checkoutTree,
    row.entries.map((entry) => entry.path),
  );
  if (!ours.ok) return ours;
  return backwards(
    deps,
    session.checkout,
    row.entries.map(({ path, before, after }) => ({ path, base: after, ours: ours.value.get(path) ?? null, theirs: before })),
  );
}

async function backwards(
  deps: ChangesDeps,
  root: CopyRef,
  ways: readonly Omit<Target, "bring">[],
): Promise<Result<Target[], Failure>> {
  const targets: Target[] = [];
  for (const way of ways) {
    const bring = await bringFromStore(deps, root, way.theirs);
    if (!bring.ok) return bring;
    targets.push({ ...way, bring: bring.value });
  }
  return ok(targets);
}

async function bringFromStore(deps: ChangesDeps, root: CopyRef, side: Version): Promise<Result<Content | null, Failure>> {
  if (!side || (side.mode !== "100644" && side.mode !== "100755" && side.mode !== "120000")) return ok(null);
  const bytes = await deps.snapshots.readBlob(root, side.oid, maxFileBytes);
  return bytes.ok ? ok({ mode: side.mode, oid: side.oid, bytes: bytes.value }) : bytes;
}

export async function versionsAt(
  deps: ChangesDeps,
  copy: CopyRef,
  tree: string,
  paths: string[],
): Promise<Result<Map<string, Version>, Failure>> {
  const entries = await deps.snapshots.entries(copy, tree, paths);
  if (!entries.ok) return entries;
  return ok(new Map(entries.value.map(({ path, mode, oid }) => [path, { mode, oid }])));
}

/** Contents that the store has: every oid that stands in one of its trees. */
export function knownOids(targets: readonly Target[]): Set<string> {
  return new Set(targets.flatMap(({ base, ours, theirs }) => [base, ours, theirs].flatMap((side) => (side ? [side.oid] : []))));
}

/** `tree` with these paths as the ends say. */
export function editsTo(ends: readonly { path: string; to: Version }[]): { path: string; mode: string; oid: string | null }[] {
  return ends.map(({ path, to }) => ({ path, mode: to?.mode ?? "0", oid: to?.oid ?? null }));
}
