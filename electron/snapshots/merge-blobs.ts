import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import type { CatFile } from "../git/cat-file.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { mergeFiles, writeBlob } from "../git/objects.ts";
import type { GitPlace } from "../git/place.ts";

const maxBytes = 32 * 1024 * 1024;

/** Three-way merge of blobs; an all-zero base stands for a file that wasn't there. `merge-file` of older gits takes files only. */
export async function mergeBlobs(
  git: Git,
  place: GitPlace,
  { dir, objects }: { dir: string; objects: CatFile },
  oids: { base: string; ours: string; theirs: string },
): Promise<Result<{ oid: string } | { conflict: true }, GitFailure>> {
  if (oids.ours === oids.theirs || oids.theirs === oids.base) return ok({ oid: oids.ours });
  if (oids.ours === oids.base) return ok({ oid: oids.theirs });
  const folder = await mkdtemp(path.join(dir, "merge-"));
  try {
    const files = { base: path.join(folder, "base"), ours: path.join(folder, "ours"), theirs: path.join(folder, "theirs") };
    for (const side of ["base", "ours", "theirs"] as const) {
      const blob = /^0+$/.test(oids[side]) ? ok(Buffer.alloc(0)) : await objects.readOne(oids[side], maxBytes);
      if (!blob.ok) return blob.error.type === "output-too-large" ? ok({ conflict: true }) : blob;
      await writeFile(files[side], blob.value);
    }
    const merged = await mergeFiles(git, place, files);
    if (!merged.ok) return merged;
    if (merged.value === null) return ok({ conflict: true });
    const oid = await writeBlob(git, place, merged.value);
    return oid.ok ? ok({ oid: oid.value }) : oid;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
