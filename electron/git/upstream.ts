import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import { bareEnv, currentBranch, isPlainRef } from "./repository.ts";

/** `source`: where it can be fetched from; null for a branch of this repository. */
export type Upstream = { full: string; name: string; commit: string; source: { remote: string; ref: string } | null };

type Found = { full: string; name: string; commit: string; upstream: string; remote: string; remoteRef: string };

/** What a branch follows, or the remote branch that it is. Null for tags and commits, and where nothing was fetched yet. */
export async function upstreamOf(git: Git, folder: string, ref: string): Promise<Result<Upstream | null, GitFailure>> {
  const branch = ref === "HEAD" ? await currentBranch(git, folder) : ok(ref);
  if (!branch.ok || branch.value === null || !isPlainRef(branch.value)) return branch.ok ? ok(null) : branch;
  const own = await refsNamed(git, folder, [
    `refs/heads/${branch.value}`,
    `refs/remotes/${branch.value}`,
    `refs/${branch.value}`,
  ]);
  if (!own.ok) return own;
  const [found] = own.value;
  if (found?.full.startsWith("refs/remotes/")) return remoteOne(git, folder, found);
  if (!found?.full.startsWith("refs/heads/") || found.upstream === "") return ok(null);
  const followed = await refsNamed(git, folder, [found.upstream]);
  const [upstream] = followed.ok ? followed.value : [];
  if (!upstream) return followed.ok ? ok(null) : followed;
  const isFetched = upstream.full.startsWith("refs/remotes/") && isPlainRef(found.remote) && isPlainRef(found.remoteRef);
  return ok({ ...upstream, source: isFetched ? { remote: found.remote, ref: found.remoteRef } : null });
}

/** By the remote whose name its own begins with. */
async function remoteOne(git: Git, folder: string, found: Found): Promise<Result<Upstream, GitFailure>> {
  const listed = await git.run(["remote"], { cwd: folder, env: bareEnv(folder) });
  if (!listed.ok) return listed;
  const inside = found.full.slice("refs/remotes/".length);
  const remotes = listed.value.stdout
    .toString("utf8")
    .split("\n")
    .filter((name) => isPlainRef(name) && inside.startsWith(`${name}/`));
  const remote = remotes.toSorted((a, b) => b.length - a.length)[0];
  const source = remote === undefined ? null : { remote, ref: `refs/heads/${inside.slice(remote.length + 1)}` };
  return ok({ ...found, source });
}

/** Those of these very names that are there, in their order. */
async function refsNamed(git: Git, folder: string, names: readonly string[]): Promise<Result<Found[], GitFailure>> {
  const fields = [
    "%(refname)",
    "%(refname:short)",
    "%(objectname)",
    "%(upstream)",
    "%(upstream:remotename)",
    "%(upstream:remoteref)",
  ];
  const listed = await git.run(["for-each-ref", `--format=${fields.join("%00")}`, ...names], {
    cwd: folder,
    env: bareEnv(folder),
  });
  if (!listed.ok) return listed;
  const found = listed.value.stdout
    .toString("utf8")
    .split("\n")
    .map((text) => text.split("\0"))
    .map(([full = "", name = "", commit = "", upstream = "", remote = "", remoteRef = ""]) => ({
      full,
      name,
      commit,
      upstream,
      remote,
      remoteRef,
    }));
  return ok(names.flatMap((name) => found.find(({ full }) => full === name) ?? []));
}

const fetchMs = 3000;

/**
 * Fetches a branch where it comes from, as the person's own git would; what they fetched last themselves stays that.
 * Within three seconds or not at all: it is done while somebody looks at a base.
 */
export async function fetchUpstream(
  git: Git,
  folder: string,
  { remote, ref }: { remote: string; ref: string },
  env: Record<string, string>,
): Promise<Result<null, GitFailure>> {
  const quietly = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"];
  const done = await git.run(["fetch", ...quietly, "--end-of-options", remote, ref], {
    cwd: folder,
    env: { ...env, ...bareEnv(folder) },
    asUser: true,
    timeoutMs: fetchMs,
  });
  return done.ok ? ok(null) : done;
}
