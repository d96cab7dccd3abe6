import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import { readInside } from "../lib/write-file.ts";
import { listFiltered, smudgingFilters } from "./filtered.ts";
import { gitFoldersOf } from "./git-folders.ts";
import type { Git, GitFailure } from "./git.ts";

/** A file of a worktree that is what the repository has of it, since the filter that makes its content did not. */
export type Unfiltered = { path: string; bytes: number };
type Mark = Unfiltered & { sha256: string };

const fileName = "hearth-unfiltered.json";
const maxMarksBytes = 64 * 1024 * 1024;
const maxFileBytes = 64 * 1024 * 1024;
const pointerStart = "version https://git-lfs.github.com/spec/v1\n";
const maxPointerBytes = 1024;

/**
 * Writes down, in the worktree's own part of the git folder, which files of a fresh checkout no filter has made: pointers
 * of Git LFS, and with filters off those of every filter. Returns them.
 */
export async function markUnfiltered(
  git: Git,
  worktree: string,
  { filtersRan }: { filtersRan: boolean },
): Promise<Result<Unfiltered[], GitFailure>> {
  const filtered = await listFiltered(git, worktree);
  if (!filtered.ok) return filtered;
  const smudging = filtered.value.length > 0 && !filtersRan ? await smudgingFilters(git, worktree) : ok(new Set<string>());
  if (!smudging.ok) return smudging;
  const marks: Mark[] = [];
  for (const { path: at, filter } of filtered.value) {
    const bytes = await read(worktree, at, filtersRan ? maxPointerBytes : maxFileBytes);
    if (bytes && (isPointer(bytes) || smudging.value.has(filter)))
      marks.push({ path: at, bytes: bytes.length, sha256: hashOf(bytes) });
  }
  const file = marksFile(worktree);
  if (file !== null && marks.length > 0) writeFileSync(file, JSON.stringify(marks));
  return ok(marks);
}

/** Those that are so still. Reads a file of ours, and looks at what it names; git doesn't run. */
export async function stillUnfiltered(worktree: string): Promise<Unfiltered[]> {
  const found: Unfiltered[] = [];
  for (const { path: at, bytes, sha256 } of readMarks(worktree)) {
    const now = await read(worktree, at, bytes);
    if (now?.length === bytes && hashOf(now) === sha256) found.push({ path: at, bytes });
  }
  return found;
}

/** Those that were so when the worktree was made. */
export function unfilteredAtFirst(worktree: string): string[] {
  return readMarks(worktree).map(({ path: at }) => at);
}

function readMarks(worktree: string): Mark[] {
  const file = marksFile(worktree);
  const text = file === null ? null : readRegular(file, maxMarksBytes);
  if (!text) return [];
  try {
    const marks: unknown = JSON.parse(text.toString("utf8"));
    return Array.isArray(marks) ? marks.filter(isMark) : [];
  } catch {
    return []; // Somebody else wrote in it.
  }
}

function isMark(value: unknown): value is Mark {
  const mark = value as Partial<Mark> | null;
  return typeof mark?.path === "string" && typeof mark.bytes === "number" && typeof mark.sha256 === "string";
}

function marksFile(worktree: string): string | null {
  const [own] = gitFoldersOf(worktree);
  return own === undefined ? null : path.join(own, fileName);
}

async function read(worktree: string, at: string, maxBytes: number): Promise<Buffer | null> {
  const content = await readInside(worktree, at, maxBytes);
  return content.ok && content.value.mode !== "120000" ? content.value.bytes : null;
}

function isPointer(bytes: Buffer): boolean {
  return bytes.length <= maxPointerBytes && bytes.toString("latin1", 0, pointerStart.length) === pointerStart;
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
