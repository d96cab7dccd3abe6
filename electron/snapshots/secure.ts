import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { listRefs, packReachable } from "../git/objects.ts";
import type { GitPlace } from "../git/place.ts";
import type { StoreFolder } from "./store-folder.ts";

export const checkpointRefs = "refs/hearth/checkpoints/";

const maxPacks = 30;

/**
 * Brings what kept trees borrow from the project into our own store, so that the project may forget it (a rebase and
 * `gc --prune=now`). What was brought in is written down in `secured`; losing that file costs only doing it again.
 */
export async function secureBorrowed(git: Git, folder: StoreFolder, place: GitPlace): Promise<Result<null, GitFailure>> {
  const packs = path.join(folder.dir, "objects", "pack");
  if (folder.borrowsFrom === null) return tidy(git, packs, place);
  const kept = await listRefs(git, place, checkpointRefs);
  if (!kept.ok) return kept;
  const file = path.join(folder.dir, "secured");
  const secured = new Set(readLines(file));
  const commits = [...new Set(kept.value.map(({ oid }) => oid))];
  const wanted = commits.filter((oid) => !secured.has(oid));
  if (wanted.length === 0) return tidy(git, packs, place);
  const packed = await packReachable(
    git,
    place,
    packs,
    wanted,
    commits.filter((oid) => secured.has(oid)),
  );
  if (!packed.ok) return packed;
  writeFileSync(file, `${commits.join("\n")}\n`);
  return tidy(git, packs, place);
}

/** Many small packs become one, and loose doubles go. Nothing unreachable is thrown away: an index may still need it. */
async function tidy(git: Git, packs: string, place: GitPlace): Promise<Result<null, GitFailure>> {
  if (readdirSync(packs).filter((name) => name.endsWith(".pack")).length <= maxPacks) return ok(null);
  const repacked = await git.run(["repack", "-A", "-d", "-q", "--threads=1"], { ...place, timeoutMs: 30 * 60_000 });
  return repacked.ok ? ok(null) : repacked;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    // Not secured anything yet.
    return [];
  }
}
