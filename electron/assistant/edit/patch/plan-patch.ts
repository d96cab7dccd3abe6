import { hostilePath } from "../../../../shared/hostile-path.ts";
import { fail, ok, type Result } from "../../../../shared/result.ts";
import { spliced } from "../edited-text.ts";
import { plainFailure, type EditFailure } from "../failure.ts";
import type { FilePatch } from "./file-patch.ts";
import { placeHunks } from "./place-hunks.ts";
import { readPatch } from "./read-patch.ts";

/** What a patch makes of the files it names: their text afterwards, null for one that is gone. */
export type PatchPlan = ReadonlyMap<string, string | null>;

/** One thing that a patch wanted and that can't be: of a file, in a hunk (by its header; null for the file as a whole). */
export type HunkFailure = EditFailure & { path: string; hunk: string | null };
export type PatchFailure = { code: "PATCH_FAILED"; message: string; failures: HunkFailure[] };

/** Works out what a patch's text makes of files: see `planFiles`. */
export function planPatch(patch: string, read: (path: string) => string | null): Result<PatchPlan, PatchFailure> {
  const patches = readPatch(patch);
  if (patches.ok) return planFiles(patches.value, read);
  const { line, message } = patches.error;
  return fail({ code: "PATCH_FAILED", message: `Line ${line} of the patch: ${message}`, failures: [] });
}

/**
 * Works out what a patch makes of files, all of it or nothing: one failure fails the whole patch, and each is listed with
 * the text to read again. `read` gives a file's text, null where there is none; nothing is written here.
 */
export function planFiles(patches: readonly FilePatch[], read: (path: string) => string | null): Result<PatchPlan, PatchFailure> {
  const plan = new Map<string, string | null>();
  const current = (path: string): string | null => (plan.has(path) ? (plan.get(path) ?? null) : read(path));
  const failures = patches.flatMap((file) => planFile(file, plan, current));
  if (failures.length === 0) return ok(plan);
  const files = new Set(failures.map(({ path }) => path)).size;
  const message = `Nothing was changed: ${failures.length} of its changes can't be made, in ${files === 1 ? "one file" : `${files} files`}.`;
  return fail({ code: "PATCH_FAILED", message, failures });
}

function planFile(file: FilePatch, plan: Map<string, string | null>, current: (path: string) => string | null): HunkFailure[] {
  const failed = (failure: EditFailure, path = file.path): HunkFailure[] => [{ ...failure, path, hunk: null }];
  const moveTo = file.kind === "update" ? file.moveTo : null;
  for (const path of moveTo === null ? [file.path] : [file.path, moveTo]) {
    const hostile = hostilePath(path);
    if (hostile !== null)
      return failed(plainFailure("path", `The path is refused: ${hostile}. Name it from the project's folder.`), path);
  }
  const text = current(file.path);
  if (file.kind === "add") {
    if (text !== null) return failed(plainFailure("file-exists", "There is such a file already. Update it."));
    plan.set(file.path, file.text);
    return [];
  }
  if (text === null) return failed(plainFailure("no-file", "There is no such file."));
  if (file.kind === "delete") {
    plan.set(file.path, null);
    return [];
  }
  if (moveTo !== null && current(moveTo) !== null)
    return failed(plainFailure("file-exists", "There is such a file already."), moveTo);
  const placed = placeHunks(text, file.hunks);
  const failures = placed.flatMap(({ hunk, failure }) => (failure ? [{ ...failure, path: file.path, hunk: hunk.header }] : []));
  if (failures.length > 0) return failures;
  if (moveTo !== null) plan.set(file.path, null);
  const splices = placed.flatMap((each) => each.splices ?? []);
  plan.set(moveTo ?? file.path, spliced(text, splices));
  return [];
}
