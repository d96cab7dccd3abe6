import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isInside } from "../lib/inside.ts";
import { realFolder } from "../lib/real-folder.ts";

export type PathFailure = Failure<"PROJECT_PATH_REFUSED" | "PROJECT_PATH_MISSING">;

/** Folders that are never a project: everything would be in them, or they are Hearth's own. */
export type Forbidden = { homeDir: string; dataDir: string };

/** What a person typed → the real path of a folder that may be a project. */
export function checkProjectPath(given: string, forbidden: Forbidden): Result<string, PathFailure> {
  const refuse = (message: string) => failure("PROJECT_PATH_REFUSED", message, { field: "path" });
  if (given.includes("\0")) return refuse("A path can't hold a NUL character.");
  const expanded = given === "~" || given.startsWith("~/") ? path.join(forbidden.homeDir, given.slice(1)) : given;
  if (!path.isAbsolute(expanded)) return refuse("Give the folder's full path, from the root or from ~.");
  const real = realFolder(expanded);
  if (real === null) return failure("PROJECT_PATH_MISSING", `There is no folder ${expanded}.`, { field: "path" });
  const reason = refusalOf(real, forbidden);
  return reason === null ? ok(real) : refuse(reason);
}

/** Why a folder can't be a project, null when it can. */
export function refusalOf(real: string, { homeDir, dataDir }: Forbidden): string | null {
  const home = realFolder(homeDir) ?? path.resolve(homeDir);
  const data = realFolder(dataDir) ?? path.resolve(dataDir);
  if (real === path.parse(real).root) return "The root of the disk can't be a project. Choose a folder inside it.";
  if (real === home) return "The home folder can't be a project. Choose a folder inside it.";
  if (isInside(home, real)) return "This folder holds the home folder, so it can't be a project.";
  if (real === data || isInside(real, data)) return "This folder is Hearth's own data. Choose the project it was made from.";
  if (isInside(data, real)) return "This folder holds Hearth's own data, so it can't be a project.";
  if (real.split(path.sep).includes(".git")) return "This folder belongs to git itself. Choose the folder around it.";
  return null;
}

export function missingFolder(project: { path: string }): { ok: false; error: Failure<"PROJECT_PATH_MISSING"> } {
  return failure(
    "PROJECT_PATH_MISSING",
    `${project.path} isn't there. If the folder was moved, locate it again; nothing of the project is lost.`,
  );
}
