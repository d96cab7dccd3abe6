import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodePaths } from "../../shared/path-text.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import { diffTrees, onlyPaths, type TreeChange } from "./diff-tree.ts";
import type { Git, GitFailure } from "./git.ts";
import { mergeFiles, readBlob, writeBlob } from "./objects.ts";
import type { GitPlace } from "./place.ts";
import { findRepository, line } from "./repository.ts";
import { setEntries } from "./trees.ts";

type Entry = { mode: string; oid: string };
type Edit = { path: string; mode: string; oid: string | null };

const maxMergeBytes = 16 * 1024 * 1024;

/**
 * Brings the repository's index from one commit or tree to another, which was made with an index of ours. What else is
 * staged stays staged: alone where the two have the same file, merged where they don't, and as it was where that can't be.
 */
export async function moveIndex(
  git: Git,
  folder: string,
  before: string | null,
  after: string | null,
): Promise<Result<null, GitFailure>> {
  const repository = await findRepository(git, folder);
  if (!repository.ok) return repository;
  const place = { cwd: repository.value?.topLevel ?? folder, env: {} };
  const nothing = await git.run(["hash-object", "-t", "tree", "--stdin"], place);
  if (!nothing.ok) return nothing;
  const empty = line(nothing.value.stdout);
  const changes = await diffTrees(git, place, before ?? empty, after ?? empty, onlyPaths);
  if (!changes.ok) return changes;
  const staged = await stagedEntries(git, place);
  if (!staged.ok) return staged;
  const edits: Edit[] = [];
  for (const change of changes.value) {
    const edit = await editFor(git, place, change, staged.value.get(change.path) ?? null);
    if (!edit.ok) return edit;
    if (edit.value) edits.push(edit.value);
  }
  return edits.length === 0 ? ok(null) : setEntries(git, place, edits, empty);
}

async function stagedEntries(git: Git, place: GitPlace): Promise<Result<Map<string, Entry>, GitFailure>> {
  const listed = await git.run(["ls-files", "--stage", "-z", "--full-name"], { ...place, maxBytes: 512 * 1024 * 1024 });
  if (!listed.ok) return listed;
  return ok(
    new Map(
      decodePaths(listed.value.stdout).map((text) => {
        const tab = text.indexOf("\t");
        const [mode = "", oid = ""] = text.slice(0, tab).split(" ");
        return [text.slice(tab + 1), { mode, oid }];
      }),
    ),
  );
}

async function editFor(
  git: Git,
  place: GitPlace,
  change: TreeChange,
  staged: Entry | null,
): Promise<Result<Edit | null, GitFailure>> {
  const { path: name, oldMode, oldOid, newMode, newOid } = change;
  const old = isNothing(oldOid) ? null : { mode: oldMode, oid: oldOid };
  const now = isNothing(newOid) ? null : { mode: newMode, oid: newOid };
  if (isSame(staged, now)) return ok(null);
  if (isSame(staged, old)) return ok({ path: name, mode: newMode, oid: now?.oid ?? null });
  if (!staged || !old || !now || ![staged, old, now].every(({ mode }) => mode.startsWith("100"))) return ok(null);
  const merged = await mergeStaged(git, place, { base: old.oid, ours: staged.oid, theirs: now.oid });
  if (!merged.ok) return merged;
  return ok(merged.value === null ? null : { path: name, mode: staged.mode, oid: merged.value });
}

/** The merged blob; null where the two don't come together. */
async function mergeStaged(
  git: Git,
  place: GitPlace,
  oids: { base: string; ours: string; theirs: string },
): Promise<Result<string | null, GitFailure>> {
  const folder = await mkdtemp(path.join(tmpdir(), "hearth-staged-"));
  try {
    for (const [name, oid] of Object.entries(oids)) {
      const bytes = await readBlob(git, place, oid, maxMergeBytes);
      if (!bytes.ok) return bytes;
      await writeFile(path.join(folder, name), bytes.value);
    }
    const file = (name: keyof typeof oids): string => path.join(folder, name);
    const merged = await mergeFiles(git, place, { base: file("base"), ours: file("ours"), theirs: file("theirs") });
    if (!merged.ok || merged.value === null) return merged.ok ? ok(null) : merged;
    return await writeBlob(git, place, merged.value);
  } catch (error) {
    return fail({ type: "exit", message: String(error), exitCode: null, stderr: "" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isNothing(oid: string): boolean {
  return /^0+$/.test(oid);
}

function isSame(a: Entry | null, b: Entry | null): boolean {
  return a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid;
}
