import { createHash } from "node:crypto";
import path from "node:path";
import type { ApplyPlace, PlaceChoice } from "../../shared/apply-place.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { branchTip, isClean, listBranches } from "../git/branches.ts";
import { branchesUnderWay } from "../git/branches-under-way.ts";
import { isWorktreeOf } from "../git/git-folders.ts";
import { currentBranch, gitMessage, hasCheckout, findRepository } from "../git/repository.ts";
import { listWorktrees, type Worktree } from "../git/worktree.ts";
import { mapFew } from "../lib/map-few.ts";
import { realFolder } from "../lib/real-folder.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import type { SetPlace } from "../store/set-place.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

/** A session whose changes go to this place: `session.checkout` is where its files are read and written. */
export type Placed = { session: SessionCopy; place: ApplyPlace };

/** Looked at for changes of their own, at once; the others are listed without. */
const lookedAt = 24;
const lookAtOnce = 4;
const maxBranches = 100;

/** The place that `to` names: of the worktrees that git lists, none other, and of the branches that there are. */
export async function findPlace(
  deps: ChangesDeps,
  session: SessionCopy,
  to: string | undefined,
): Promise<Result<Placed, Failure>> {
  if (to === undefined) return ok({ session, place: await checkoutPlace(deps, session) });
  if (session.kind === "in-place")
    return notFound("This session works in the project's own folder: its changes are there already.");
  const worktrees = await worktreesOf(deps, session);
  if (!worktrees.ok) return worktrees;
  if (path.isAbsolute(to)) {
    const real = realFolder(to);
    const found = worktrees.value.find((worktree) => realFolder(worktree.path) === real && real !== null);
    return found ? inWorktree(deps, session, found) : notFound(`git lists no worktree of this repository at ${to}.`);
  }
  const tip = await branchTip(deps.git, session.checkout.path, to);
  if (!tip.ok) return failure("GIT_FAILED", gitMessage(`git can't look up ${to}`, tip.error));
  if (tip.value === null) return notFound(`There is no branch ${to} in this repository.`);
  const holder = worktrees.value.find((worktree) => worktree.branch === to);
  if (holder) return inWorktree(deps, session, holder);
  if (branchesUnderWay(session.checkout.path).has(to))
    return notFound(`${to} is being rebased or bisected in a worktree. End that first, or choose another place.`);
  // A branch has no folder: what is read of it is read as the session's own copy would have it.
  return ok({
    session: { ...session, checkout: session.copy },
    place: { kind: "branch", path: null, branch: to },
  });
}

/** The place of a set that was written. A branch that is checked out by now is where its files are. */
export function placeOfSet(deps: ChangesDeps, session: SessionCopy, stored: SetPlace | null): Promise<Result<Placed, Failure>> {
  return findPlace(deps, session, stored === null ? undefined : nameOf(stored));
}

export function nameOf(stored: SetPlace): string {
  return stored.kind === "worktree" ? stored.path : stored.branch;
}

/** How a place is remembered; `commit` is what a branch got. */
export function toStored({ kind, path: folder, branch }: ApplyPlace, commit: string | null): SetPlace | null {
  if (kind === "worktree" && folder !== null) return { kind, path: folder };
  return kind === "branch" && branch !== null && commit !== null ? { kind, branch, commit } : null;
}

/**
 * Where a set was written, for the one writer of working trees; what is there now is looked at by it. Null where that
 * folder is no worktree of the project any more.
 */
export function refOf({ checkout }: SessionCopy, stored: SetPlace | null): CopyRef | null {
  if (stored?.kind !== "worktree") return checkout;
  return isWorktreeOf(checkout.path, stored.path) ? worktreeRef(checkout, stored.path) : null;
}

function inWorktree(
  deps: ChangesDeps,
  session: SessionCopy,
  { path: folder, branch, leadsBack }: Worktree,
): Result<Placed, Failure> {
  const real = realFolder(folder);
  if (real === null) return notFound(`${folder} isn't there any more.`);
  if (real === realFolder(session.checkout.path))
    return ok({ session, place: { kind: "checkout", path: session.checkout.path, branch } });
  if (!leadsBack) return notFound(`${folder} is entered as a worktree of this repository, but it isn't one.`);
  if (deps.isSessionFolder(real) || real === realFolder(session.copy.path))
    return notFound(`${branch ?? folder} is checked out by a session of Hearth. Apply what is in it, or choose another place.`);
  return ok({
    session: { ...session, checkout: worktreeRef(session.checkout, real) },
    place: { kind: "worktree", path: real, branch },
  });
}

/** Its index in the snapshot store is its own. */
function worktreeRef(checkout: CopyRef, folder: string): CopyRef {
  const mark = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  return { ...checkout, copyId: `checkout-${mark}`, path: folder };
}

async function checkoutPlace({ git }: ChangesDeps, { checkout }: SessionCopy): Promise<ApplyPlace> {
  const branch = await currentBranch(git, checkout.path);
  return { kind: "checkout", path: checkout.path, branch: branch.ok ? branch.value : null };
}

/** With files, and there: neither the bare repository itself nor what a prune would take. */
async function worktreesOf({ git }: ChangesDeps, { checkout }: SessionCopy): Promise<Result<Worktree[], Failure>> {
  const repository = await findRepository(git, checkout.path);
  if (!repository.ok) return failure("GIT_FAILED", gitMessage("git refuses the project", repository.error));
  if (repository.value === null) return ok([]);
  const listed = await listWorktrees(git, checkout.path);
  if (!listed.ok) return failure("GIT_FAILED", gitMessage("git can't list the worktrees", listed.error));
  return ok(listed.value.filter(({ bare }) => !bare));
}

/** The places that can be chosen, the checkout first, then worktrees, then branches that contain `query`. */
export async function listPlaces(
  deps: ChangesDeps,
  session: SessionCopy,
  query: string,
): Promise<Result<{ places: PlaceChoice[]; more: boolean }, Failure>> {
  const { git, store } = deps;
  const worktrees = await worktreesOf(deps, session);
  if (!worktrees.ok) return worktrees;
  const there = await hasCheckout(git, session.checkout.path);
  if (!there.ok) return failure("GIT_FAILED", gitMessage("git refuses the project", there.error));
  if (session.kind === "in-place") return ok({ places: [], more: false });
  const last = there.value ? null : store.lastPlace(session.projectId);
  const folders = worktrees.value.flatMap((worktree) => {
    const found = inWorktree(deps, session, worktree);
    return found.ok ? [found.value.place] : [];
  });
  const checkout = there.value ? [folders.find(({ kind }) => kind === "checkout") ?? (await checkoutPlace(deps, session))] : [];
  const others = folders.filter(({ kind }) => kind === "worktree");
  const branches = await freeBranches(deps, session, worktrees.value, query);
  if (!branches.ok) return branches;
  const wanted = (place: ApplyPlace): boolean => includes(`${place.branch ?? ""} ${place.path ?? ""}`, query);
  const all = [...checkout, ...others, ...branches.value.map((branch): ApplyPlace => ({ kind: "branch", path: null, branch }))];
  const shown = all.filter((place) => place.kind === "branch" || wanted(place));
  const clean = await cleanOnes(deps, shown);
  const places = shown.slice(0, checkout.length + others.length + maxBranches).map((place) => {
    const to = place.path ?? place.branch ?? "";
    const isDefault = place.kind === "checkout" || (last !== null && nameOf(last) === to);
    return { ...place, to, clean: clean.get(to) ?? null, isDefault };
  });
  return ok({ places, more: places.length < shown.length });
}

/** Checked out nowhere, nor about to be: the others are reached by their folders. */
async function freeBranches(
  { git }: ChangesDeps,
  { checkout }: SessionCopy,
  worktrees: readonly Worktree[],
  query: string,
): Promise<Result<string[], Failure>> {
  const listed = await listBranches(git, checkout.path);
  if (!listed.ok) return failure("GIT_FAILED", gitMessage("git can't list the branches", listed.error));
  const held = new Set([...worktrees.map(({ branch }) => branch), ...branchesUnderWay(checkout.path)]);
  return ok(listed.value.filter((branch) => !held.has(branch) && includes(branch, query)));
}

async function cleanOnes({ git }: ChangesDeps, places: readonly ApplyPlace[]): Promise<Map<string, boolean>> {
  const folders = places.flatMap(({ path: folder }) => (folder === null ? [] : [folder])).slice(0, lookedAt);
  const found = await mapFew(folders, lookAtOnce, async (folder) => ({ folder, clean: await isClean(git, folder) }));
  return new Map(found.flatMap(({ folder, clean }) => (clean.ok ? [[folder, clean.value] as const] : [])));
}

function includes(text: string, query: string): boolean {
  return text.toLowerCase().includes(query.trim().toLowerCase());
}

function notFound(message: string): { ok: false; error: Failure<"PLACE_NOT_FOUND"> } {
  return failure("PLACE_NOT_FOUND", message, { field: "to" });
}
