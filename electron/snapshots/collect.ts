import { copyFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { deleteRef, setRef } from "../git/objects.ts";
import type { GitPlace } from "../git/place.ts";
import { folderMode } from "../git/tree-objects.ts";
import { writeTree } from "../git/trees.ts";
import { commitOf, treeOfAll } from "./keeping.ts";
import { checkpointRefs } from "./secure.ts";
import type { StoreFolder } from "./store-folder.ts";

/** What stays of a project's snapshots: trees whose commits are kept, names of refs, copies that are there, other trees in use. */
export type KeptSnapshots = {
  trees: ReadonlySet<string>;
  names: ReadonlySet<string>;
  copyIds: ReadonlySet<string>;
  inUse: readonly string[];
};

/** Whatever is younger may be of work that goes on: a snapshot whose checkpoint isn't written down yet. */
const graceSeconds = 3600;
const rootsRef = "refs/hearth/in-use";
const longMs = 30 * 60_000;

/** Drops the refs that nothing knows any more, and the objects that only they had. Snapshots may be taken meanwhile. */
export async function collectGarbage(
  git: Git,
  folder: StoreFolder,
  place: GitPlace,
  kept: KeptSnapshots,
  { now, grace = graceSeconds, signal }: { now: number; grace?: number; signal?: AbortSignal },
): Promise<Result<null, GitFailure>> {
  const dropped = await dropRefs(git, place, kept, now - grace);
  if (!dropped.ok) return dropped;
  dropCopies(folder, kept);
  const rooted = await rootWhatIsInUse(git, folder, place, kept.inUse, now);
  if (!rooted.ok) return rooted;
  const expire = grace === 0 ? "now" : `${grace}.seconds.ago`;
  // May take minutes: who closes stops it. What it leaves half done it takes away the next time.
  const long = { ...place, timeoutMs: longMs, ...(signal ? { signal } : {}) };
  const repacked = await git.run(["repack", "-A", "-d", "-q", "--threads=1", `--unpack-unreachable=${expire}`], long);
  if (!repacked.ok) return repacked;
  const pruned = await git.run(["prune", `--expire=${expire}`], long);
  return pruned.ok ? deleteRef(git, place, rootsRef) : pruned;
}

async function dropRefs(git: Git, place: GitPlace, kept: KeptSnapshots, before: number): Promise<Result<null, GitFailure>> {
  const format = "--format=%(refname) %(tree) %(committerdate:unix)";
  const listed = await git.run(["for-each-ref", format, "--end-of-options", checkpointRefs], place);
  if (!listed.ok) return listed;
  const refs = listed.value.stdout.toString("utf8").split("\n").filter(Boolean);
  const gone = refs.flatMap((text) => {
    const [ref = "", tree = "", time = ""] = text.split(" ");
    const name = ref.slice(checkpointRefs.length);
    const known = /^[0-9a-f]{40,64}$/.test(name) ? kept.trees.has(tree) : kept.names.has(name);
    return known || Number(time) > before ? [] : [`delete ${ref}\n`];
  });
  if (gone.length === 0) return ok(null);
  const done = await git.run(["update-ref", "--stdin"], { ...place, input: gone.join("") });
  return done.ok ? ok(null) : done;
}

/** Of a worktree that was applied to, the index is made anew when it is needed; what was noted of its files is kept. */
function dropCopies(folder: StoreFolder, { copyIds }: KeptSnapshots): void {
  for (const name of readdirSync(path.join(folder.dir, "copies"))) {
    const [, copyId = "", kind] = /^(.*)\.(index|permissions)$/.exec(name) ?? [];
    const isKept = kind === "permissions" && copyId.startsWith("checkout");
    if (kind && !isKept && !copyIds.has(copyId)) rmSync(path.join(folder.dir, "copies", name), { force: true });
  }
}

function indexesOf(folder: StoreFolder): string[] {
  return readdirSync(path.join(folder.dir, "copies")).filter((name) => name.endsWith(".index"));
}

/** Trees that no ref has and that are needed, those of the copies' indexes included, under one ref for the time. */
async function rootWhatIsInUse(
  git: Git,
  folder: StoreFolder,
  place: GitPlace,
  inUse: readonly string[],
  now: number,
): Promise<Result<null, GitFailure>> {
  const trees = new Set(inUse);
  const scratch = await mkdtemp(path.join(folder.dir, "edit-"));
  try {
    for (const name of indexesOf(folder)) {
      // A copy of it: the index itself is locked by whoever takes a snapshot.
      const index = path.join(scratch, name);
      copyFileSync(path.join(folder.dir, "copies", name), index);
      if (statSync(index).size === 0) continue;
      const tree = await writeTree(git, { ...place, env: { ...place.env, GIT_INDEX_FILE: index } }, { missingOk: true });
      if (!tree.ok) return tree;
      trees.add(tree.value);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const present = await presentTrees(git, place, [...trees]);
  if (!present.ok) return present;
  const all = await treeOfAll(
    folder,
    present.value.map((oid) => ({ mode: folderMode, oid })),
  );
  if (!all.ok) return all;
  const commit = await commitOf(folder, all.value, now);
  return commit.ok ? setRef(git, place, rootsRef, commit.value) : commit;
}

/** One that is gone already can't be kept, and mustn't keep the rest from being tidied. */
async function presentTrees(git: Git, place: GitPlace, trees: readonly string[]): Promise<Result<string[], GitFailure>> {
  if (trees.length === 0) return ok([]);
  const checked = await git.run(["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    ...place,
    input: trees.map((tree) => `${tree}\n`).join(""),
  });
  if (!checked.ok) return checked;
  const lines = checked.value.stdout.toString("latin1").split("\n");
  return ok(lines.flatMap((text) => (text.endsWith(" tree") ? [text.slice(0, -" tree".length)] : [])));
}
