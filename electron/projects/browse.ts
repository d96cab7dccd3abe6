import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { FolderListing } from "../../shared/contract/projects.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { realFolder } from "../lib/real-folder.ts";

const maxEntries = 1000;

/** Folders inside a folder, hidden ones left out, for picking a project. Names only; nothing is opened. */
export function browseFolder(given: string | undefined, homeDir: string): Result<FolderListing, Failure<"PROJECT_PATH_MISSING">> {
  const wanted =
    given === undefined || given === "" || given === "~"
      ? homeDir
      : given.startsWith("~/")
        ? path.join(homeDir, given.slice(2))
        : given;
  const folder = path.isAbsolute(wanted) ? realFolder(wanted) : null;
  if (folder === null) return failure("PROJECT_PATH_MISSING", `There is no folder ${wanted}.`, { field: "path" });
  const parent = path.dirname(folder);
  return ok({
    path: folder,
    parent: parent === folder ? null : parent,
    entries: subfolders(folder)
      .slice(0, maxEntries)
      .map((name) => {
        const at = path.join(folder, name);
        return { name, path: at, git: existsSync(path.join(at, ".git")) };
      }),
  });
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith("."))
      .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && realFolder(path.join(folder, entry.name)) !== null))
      .map((entry) => entry.name)
      .toSorted((a, b) => a.localeCompare(b, "en", { sensitivity: "base", numeric: true }));
  } catch {
    return []; // Not readable for this user: shown as a folder without folders.
  }
}
