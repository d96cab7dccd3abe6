import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { line } from "./repository.ts";

export async function readBlob(git: Git, place: GitPlace, oid: string, maxBytes: number): Promise<Result<Buffer, GitFailure>> {
  const read = await git.run(["cat-file", "blob", "--end-of-options", oid], { ...place, maxBytes });
  return read.ok ? ok(read.value.stdout) : read;
}

/** Stores bytes as they are. */
export async function writeBlob(git: Git, place: GitPlace, bytes: Uint8Array): Promise<Result<string, GitFailure>> {
  const written = await git.run(["hash-object", "-w", "--no-filters", "--stdin"], { ...place, input: bytes });
  return written.ok ? ok(line(written.value.stdout)) : written;
}

/** Three-way merge of three files; null on a conflict, and for binaries, which git doesn't merge. */
export async function mergeFiles(
  git: Git,
  place: GitPlace,
  files: { base: string; ours: string; theirs: string },
): Promise<Result<Buffer | null, GitFailure>> {
  // The exit code is the number of conflicts, at most 127; 255 says that it can't be merged.
  const conflicts = Array.from({ length: 127 }, (_, at) => at + 1);
  const merged = await git.run(["merge-file", "--stdout", files.ours, files.base, files.theirs], {
    ...place,
    exitCodes: [0, 255, ...conflicts],
  });
  if (!merged.ok) return merged;
  if (merged.value.exitCode === 255 && !/binary/i.test(merged.value.stderr)) {
    const { stderr } = merged.value;
    return { ok: false, error: { type: "exit", message: stderr.trim() || "merge-file failed", exitCode: 255, stderr } };
  }
  return ok(merged.value.exitCode === 0 ? merged.value.stdout : null);
}

export async function setRef(git: Git, place: GitPlace, ref: string, oid: string): Promise<Result<null, GitFailure>> {
  const set = await git.run(["update-ref", "--end-of-options", ref, oid], place);
  return set.ok ? ok(null) : set;
}

/** What isn't there is deleted already. */
export async function deleteRef(git: Git, place: GitPlace, ref: string): Promise<Result<null, GitFailure>> {
  const set = await git.run(["update-ref", "-d", "--end-of-options", ref], place);
  return set.ok ? ok(null) : set;
}

/** Object ids of the refs below a prefix. */
export async function listRefs(
  git: Git,
  place: GitPlace,
  prefix: string,
): Promise<Result<{ ref: string; oid: string }[], GitFailure>> {
  const listed = await git.run(["for-each-ref", "--format=%(objectname) %(refname)", "--end-of-options", prefix], place);
  if (!listed.ok) return listed;
  const lines = listed.value.stdout.toString("utf8").split("\n").filter(Boolean);
  return ok(lines.map((text) => ({ oid: text.slice(0, text.indexOf(" ")), ref: text.slice(text.indexOf(" ") + 1) })));
}

/** Packs all that `wanted` reach and `had` don't, borrowed objects too, into the repository's own pack folder. */
export async function packReachable(
  git: Git,
  place: GitPlace,
  folder: string,
  wanted: readonly string[],
  had: readonly string[],
): Promise<Result<null, GitFailure>> {
  const input = [...wanted, ...had.map((oid) => `^${oid}`), ""].join("\n");
  const packed = await git.run(
    ["pack-objects", "--quiet", "--revs", "--non-empty", "--threads=1", "--window=0", `${folder}/pack`],
    { ...place, input, timeoutMs: 30 * 60_000 },
  );
  return packed.ok ? ok(null) : packed;
}
