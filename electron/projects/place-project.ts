import { existsSync } from "node:fs";
import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { gitFoldersOf } from "../git/git-folders.ts";
import { findRepository, gitMessage, rootCommit } from "../git/repository.ts";
import type { ProjectRow } from "../store/projects.ts";
import { relativeInside } from "../lib/inside.ts";
import { realFolder } from "../lib/real-folder.ts";
import { checkProjectPath, refusalOf, type Forbidden, type PathFailure } from "./project-path.ts";

/** Where a project is, and what tells it from another one. */
export type ProjectPlace = Pick<ProjectRow, "path" | "realPath" | "folder" | "kind" | "rootCommit">;

/** Returns where a chosen folder's project is: the repository around it, and which folder of that, or the folder itself. */
export async function placeProject(
  git: Git,
  forbidden: Forbidden,
  given: string,
): Promise<Result<ProjectPlace, PathFailure | Failure<"GIT_FAILED">>> {
  const folder = checkProjectPath(given, forbidden);
  if (!folder.ok) return folder;
  const repository = await findRepository(git, folder.value);
  if (!repository.ok) return failure("GIT_FAILED", gitMessage("git refuses this folder", repository.error), { field: "path" });
  if (repository.value === null) return ok(plainFolder(folder.value));
  const top = realFolder(repository.value.topLevel ?? bareRoot(folder.value, repository.value.gitDir));
  // A home folder under version control doesn't make everything in it one project.
  if (top === null || refusalOf(top, forbidden) !== null) return ok(plainFolder(folder.value));
  const root = await rootCommit(git, top);
  if (!root.ok) return failure("GIT_FAILED", gitMessage("git can't read the history", root.error), { field: "path" });
  // A bare repository has no files in which a folder could lie.
  const inside = repository.value.topLevel === null ? "." : (relativeInside(top, folder.value) ?? ".");
  const at = inside === "." ? { realPath: top, folder: "" } : { realPath: folder.value, folder: inside };
  return ok({ path: top, ...at, kind: "git", rootCommit: root.value });
}

/** A bare repository that a folder names as its own (`.git` is a file, worktrees lie beside it) is known by that folder. */
function bareRoot(folder: string, gitDir: string): string {
  for (let at = folder; path.dirname(at) !== at; at = path.dirname(at))
    if (existsSync(path.join(at, ".git")) && gitFoldersOf(at).includes(realFolder(gitDir) ?? gitDir)) return at;
  return gitDir;
}

function plainFolder(folder: string): ProjectPlace {
  return { path: folder, realPath: folder, folder: "", kind: "folder", rootCommit: null };
}
