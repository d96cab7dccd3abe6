import { open, lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Risk } from "../../shared/contract/sessions.ts";
import { decodePath, encodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { sizeText } from "../../shared/size-text.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { listIgnored } from "../git/ignored.ts";
import { filledSubmodules } from "../git/inner-work.ts";

const maxPaths = 200;
const chunkBytes = 256 * 1024;

/** Folders that a package manager or a compiler makes anew from what is committed: named, and no reason to ask by themselves. */
const reproducible = new Set(["node_modules", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"]);

type Lost = { path: string; bytes: number };

/**
 * Ignored files of a worktree, and of the submodules in it, that the project's own folder doesn't have, byte for byte, at the same path: no checkpoint
 * holds them, so deleting loses them for good. Folders that are ignored whole are told by their name; the largest first.
 */
export async function ignoredAtRisk(
  git: Git,
  { worktree, project }: { worktree: string; project: string },
): Promise<Result<Risk[], GitFailure>> {
  const listed = await listWithSubmodules(git, worktree);
  if (!listed.ok) return listed;
  const lost: Lost[] = [];
  for (const path of listed.value) {
    const bytes = await bytesOnlyIn(worktree, project, path.replace(/\/$/, ""));
    if (bytes !== null) lost.push({ path, bytes });
  }
  if (lost.every(({ path }) => isReproducible(path))) return ok([]);
  const largestFirst = lost.toSorted((a, b) => b.bytes - a.bytes);
  const total = lost.reduce((sum, { bytes }) => sum + bytes, 0);
  const paths = largestFirst.slice(0, maxPaths).map(({ path, bytes }) => `${path} (${sizeText(bytes)})`);
  return ok([
    { kind: "ignored", paths, message: `Ignored files that are nowhere else, ${sizeText(total)}: no checkpoint holds them.` },
  ]);
}

async function listWithSubmodules(git: Git, worktree: string): Promise<Result<string[], GitFailure>> {
  const submodules = await filledSubmodules(git, worktree);
  if (!submodules.ok) return submodules;
  const paths: string[] = [];
  for (const inside of ["", ...submodules.value.map((at) => `${at}/`)]) {
    const listed = await listIgnored(git, { cwd: join(worktree, inside), env: {} });
    if (!listed.ok) return listed;
    paths.push(...listed.value.map((at) => `${inside}${at}`));
  }
  return ok(paths);
}

function isReproducible(path: string): boolean {
  return path.split("/").some((part) => reproducible.has(part));
}

/**
 * Bytes of the files at or below the path that the other root doesn't have the same; null where it has all of them. What
 * can't be looked at counts as lost, of no size that is known.
 */
async function bytesOnlyIn(root: string, other: string, path: string): Promise<number | null> {
  try {
    const stat = await lstat(place(root, path));
    if (!stat.isDirectory()) return (await isSame(place(root, path), place(other, path))) ? null : stat.size;
    let bytes: number | null = null;
    for (const name of await readdir(place(root, path), { encoding: "buffer" })) {
      const own = await bytesOnlyIn(root, other, `${path}/${decodePath(name)}`);
      if (own !== null) bytes = (bytes ?? 0) + own;
    }
    return bytes;
  } catch (error) {
    return isGone(error) ? null : 0;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function isSame(one: Buffer, other: Buffer): Promise<boolean> {
  try {
    const [a, b] = [await lstat(one), await lstat(other)];
    if (a.isSymbolicLink() && b.isSymbolicLink()) return (await readlink(one)) === (await readlink(other));
    return a.isFile() && b.isFile() && a.size === b.size && (await haveSameBytes(one, other));
  } catch {
    return false; // The other isn't there, or can't be looked at.
  }
}

async function haveSameBytes(one: Buffer, other: Buffer): Promise<boolean> {
  const files = [await open(one), await open(other)] as const;
  try {
    const chunks = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)] as const;
    for (;;) {
      const [a, b] = [await files[0].read(chunks[0]), await files[1].read(chunks[1])];
      if (!chunks[0].subarray(0, a.bytesRead).equals(chunks[1].subarray(0, b.bytesRead))) return false;
      if (a.bytesRead === 0) return true;
    }
  } finally {
    for (const file of files) await file.close();
  }
}

function place(root: string, path: string): Buffer {
  return Buffer.from(encodePath(`${root}/${path}`));
}
