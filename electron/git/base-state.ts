import { statSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import type { Git, GitFailure } from "./git.ts";
import { bareEnv, line, resolveCommit } from "./repository.ts";
import { upstreamOf, type Upstream } from "./upstream.ts";

/** `upstream`: the branch that it follows, or the remote one that it is. Times in milliseconds. */
export type BaseState = { commit: string; upstream: string | null; behind: number | null; fetchedAt: number | null };

/** How a base stands to its remote, by what is known locally; null where `ref` names no commit. */
export async function stateOfBase(git: Git, folder: string, ref: string): Promise<Result<BaseState | null, GitFailure>> {
  const commit = await resolveCommit(git, folder, ref);
  if (!commit.ok || commit.value === null) return commit.ok ? ok(null) : commit;
  const upstream = await upstreamOf(git, folder, ref);
  if (!upstream.ok) return upstream;
  if (upstream.value === null) return ok({ commit: commit.value, upstream: null, behind: null, fetchedAt: null });
  const [behind, fetchedAt] = await Promise.all([
    countBehind(git, folder, { commit: commit.value, upstream: upstream.value.full }),
    lastFetched(git, folder, upstream.value),
  ]);
  return ok({ commit: commit.value, upstream: upstream.value.name, behind, fetchedAt });
}

const countMs = 5000;

/** Null where it can't be counted in time, or the histories can't be read. */
async function countBehind(
  git: Git,
  folder: string,
  { commit, upstream }: { commit: string; upstream: string },
): Promise<number | null> {
  const counted = await git.run(["rev-list", "--count", `${commit}..${upstream}`], {
    cwd: folder,
    env: bareEnv(folder),
    timeoutMs: countMs,
    exitCodes: [0, 128],
  });
  return counted.ok && counted.value.exitCode === 0 ? Number(line(counted.value.stdout)) : null;
}

/**
 * When a remote branch was last known to be where it is: it was fetched then, moved by a push, or cloned. Null where
 * nothing tells, and for a branch that is no remote one.
 */
async function lastFetched(git: Git, folder: string, upstream: Upstream): Promise<number | null> {
  const [, kind, remote = ""] = upstream.full.split("/");
  if (kind !== "remotes") return null;
  const times = await Promise.all([timeOfFetch(git, folder, upstream), timeOfMove(git, folder, upstream.full)]);
  const known = times.filter((time) => time !== null);
  // A clone logs where it got its HEAD from, and none of its branches.
  return known.length > 0 ? Math.max(...known) : timeOfMove(git, folder, `refs/remotes/${remote}/HEAD`);
}

const maxFetchHeadBytes = 1024 * 1024;

/** The last fetch counts if it brought this branch, at this commit. */
async function timeOfFetch(git: Git, folder: string, upstream: Upstream): Promise<number | null> {
  const asked = await git.run(["rev-parse", "--path-format=absolute", "--git-dir"], { cwd: folder, env: bareEnv(folder) });
  if (!asked.ok) return null;
  const file = path.join(line(asked.value.stdout), "FETCH_HEAD");
  const text = readRegular(file, maxFetchHeadBytes)?.toString("utf8");
  if (text === undefined || !hasFetched(text, upstream)) return null;
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** Whether a FETCH_HEAD tells of a remote's branch, at the commit where it is known to be. */
function hasFetched(fetchHead: string, { full, commit }: Upstream): boolean {
  return fetchHead.split("\n").some((text) => {
    const [id, , from = ""] = text.split("\t");
    const branch = /^branch '(.*)' of /.exec(from)?.[1];
    return id === commit && branch !== undefined && full.endsWith(`/${branch}`);
  });
}

/** By the ref's log, if git keeps one. */
async function timeOfMove(git: Git, folder: string, ref: string): Promise<number | null> {
  const shown = await git.run(["reflog", "show", "--date=unix", "--max-count=1", "--format=%gd", "--end-of-options", ref], {
    cwd: folder,
    env: bareEnv(folder),
    exitCodes: [0, 128],
  });
  if (!shown.ok || shown.value.exitCode !== 0) return null;
  const seconds = /@\{(\d+)\}/.exec(line(shown.value.stdout))?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
