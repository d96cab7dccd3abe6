import { existsSync } from "node:fs";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { realFolder } from "../lib/real-folder.ts";
import { nextTurn } from "../lib/slices.ts";
import { decodePath } from "../../shared/path-text.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import { toPendingChanges, type WorkSoFar } from "./pending.ts";
import { onlyPaths, type TreeChange } from "../git/diff-tree.ts";
import { gitMessage, hasCheckout } from "../git/repository.ts";
import { listWorktrees } from "../git/worktree.ts";
import { withIgnored } from "./not-covered.ts";
import type { Taken } from "../snapshots/snapshot-store.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

/** The differences of a session at one moment: the trees they lie between, and the changes as shown. */
export type Current = {
  session: SessionCopy;
  tree: string;
  differences: TreeChange[];
  changes: PendingChange[];
  /** Paths that differ and that one of the trees left out, for they were ignored. */
  leftOut: readonly string[];
};

/** A look at the working copy, with what no snapshot of it holds. */
export type Seen = Current & { notCovered: NotCovered[] };

const maxLinkBytes = 4096;
const linksAtOnce = 200;
const maxLooks = 5;

/** The working copy as it is now against its baseline. */
export async function lookNow(deps: ChangesDeps, sessionId: string): Promise<Result<Seen, Failure>> {
  const session = deps.copies.find(sessionId);
  if (!session) return failure("SESSION_NOT_FOUND", "There is no such session, or its working copy isn't ready");
  const current = await seeNow(deps, sessionId, session);
  // A worktree's history lies in the project: without it git knows nothing here either.
  const away = !current.ok && current.error.code === "GIT_FAILED" && !existsSync(session.checkout.path);
  return away ? checkoutMissing(session) : current;
}

/** Git may be at it while the files are read, and whoever notices first moves the baseline: both have to be of one moment. */
async function seeNow(deps: ChangesDeps, sessionId: string, session: SessionCopy): Promise<Result<Seen, Failure>> {
  let looked = session;
  for (let look = 0; look < maxLooks; look += 1) {
    const taken = await deps.snapshots.snapshot(looked.copy, { comparedWith: looked.baselineTree });
    if (!taken.ok) return taken;
    const [followed, seen] = await Promise.all([deps.follow(sessionId), see(deps, sessionId, looked, taken.value)]);
    if (!followed.ok) return followed;
    const now = deps.copies.find(sessionId) ?? looked;
    if (!followed.value.moved && now.baselineTree === looked.baselineTree) return seen;
    looked = now;
  }
  return failure("GIT_FAILED", `Git keeps moving what is checked out in ${session.copy.path}. Try again when it is done.`);
}

async function see(deps: ChangesDeps, sessionId: string, session: SessionCopy, taken: Taken): Promise<Result<Seen, Failure>> {
  const [current, uncovered] = await Promise.all([
    compare(deps, sessionId, session, taken.tree),
    deps.snapshots.notCovered(session.copy, taken),
  ]);
  if (!current.ok) return current;
  if (!uncovered.ok) return uncovered;
  return ok({ ...current.value, notCovered: withIgnored(uncovered.value, current.value.leftOut) });
}

export function checkoutMissing({ checkout }: SessionCopy): { ok: false; error: Failure<"PROJECT_PATH_MISSING"> } {
  return failure("PROJECT_PATH_MISSING", `${checkout.path} isn't there. If the folder was moved, locate the project again.`);
}

/** A bare repository, and the root of a layout that holds one and its worktrees, have no files that something could be applied to. */
export async function requireCheckout(deps: ChangesDeps, session: SessionCopy): Promise<Result<null, Failure>> {
  const there = await hasCheckout(deps.git, session.checkout.path);
  if (!there.ok) return failure("GIT_FAILED", gitMessage("git refuses the project", there.error));
  return there.value ? ok(null) : noCheckout(deps, session);
}

/** That there is none, and where else one could apply to. */
export async function noCheckout(
  deps: ChangesDeps,
  { checkout }: SessionCopy,
): Promise<{ ok: false; error: Failure<"NO_CHECKOUT"> }> {
  const listed = await listWorktrees(deps.git, checkout.path);
  const others = listed.ok
    ? listed.value.filter(({ path, bare, leadsBack }) => !bare && leadsBack && !deps.isSessionFolder(realFolder(path) ?? path))
    : [];
  const worktrees = others.map(({ path, branch }) => ({ path, branch }));
  return failure(
    "NO_CHECKOUT",
    `${checkout.path} is a bare repository: there are no files of it to apply to. Say which of its worktrees or branches to apply to.`,
    { field: "to", data: { worktrees } },
  );
}

export async function compare(
  deps: ChangesDeps,
  sessionId: string,
  session: SessionCopy,
  tree: string,
): Promise<Result<Current, Failure>> {
  const own = await deps.snapshots.ownChanges(session.copy, session.baselineTree, tree, {
    isNow: true,
    renames: true,
    counts: true,
  });
  if (!own.ok) return own;
  const differences = own.value.changes;
  const atWork = await workSoFar(deps, sessionId, session, tree);
  if (!atWork.ok) return atWork;
  // Of thousands of files each step takes its time: others go on in between.
  await nextTurn();
  const attributions = await deps.store.attributions(sessionId);
  await nextTurn();
  const approvals = await deps.store.approvals(sessionId);
  await nextTurn();
  const known = { attributions, approvals, atWork: atWork.value };
  const changes = await withLinkTargets(deps, session, differences, await toPendingChanges(differences, known));
  await nextTurn();
  return ok({ session, tree, differences, changes, leftOut: own.value.leftOut });
}

/** What changed since the run began that is at work is its agent's, as it will be once it has ended. */
async function workSoFar(
  deps: ChangesDeps,
  sessionId: string,
  { copy }: SessionCopy,
  tree: string,
): Promise<Result<WorkSoFar | null, Failure>> {
  const run = deps.atWork(sessionId);
  if (!run) return ok(null);
  const since = await deps.snapshots.diff(copy, run.beforeTree, tree, onlyPaths);
  return since.ok ? ok({ ...run, paths: new Set(since.value.map(({ path }) => path)) }) : since;
}

async function withLinkTargets(
  deps: ChangesDeps,
  session: SessionCopy,
  differences: readonly TreeChange[],
  changes: PendingChange[],
): Promise<PendingChange[]> {
  const links = changes.flatMap((change, at) => (change.type === "link" ? [at] : [])).slice(0, linksAtOnce);
  for (const at of links) {
    const difference = differences[at];
    const change = changes[at];
    if (!difference || !change) continue;
    const target = await deps.snapshots.readBlob(
      session.copy,
      change.newMode === null ? difference.oldOid : difference.newOid,
      maxLinkBytes,
    );
    if (target.ok) changes[at] = { ...change, linkTarget: decodePath(target.value) };
  }
  return changes;
}

/** Left out: all that are pending, or with `approvedFirst` those that are approved, if any is. */
export type WantedChanges = { paths?: readonly string[] | undefined; approvedFirst?: boolean };

/** The changes that are wanted. A path that isn't pending is in `missing`. */
export function select(current: Current, { paths, approvedFirst }: WantedChanges): { chosen: TreeChange[]; missing: string[] } {
  if (!paths) {
    const isApproved = (_: TreeChange, at: number): boolean => current.changes[at]?.review === "approved";
    const approved = approvedFirst ? current.differences.filter(isApproved) : [];
    return { chosen: approved.length > 0 ? approved : current.differences, missing: [] };
  }
  const byPath = new Map(current.differences.map((change) => [change.path, change]));
  const wanted = [...new Set(paths)];
  return { chosen: wanted.flatMap((path) => byPath.get(path) ?? []), missing: wanted.filter((path) => !byPath.has(path)) };
}
