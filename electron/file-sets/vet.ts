import { foldName } from "../../shared/hostile-path.ts";
import { decodePath } from "../../shared/path-text.ts";
import { refusedPath } from "../lib/path-guard.ts";
import { mapInSlices } from "../lib/slices.ts";
import { leadsOutside } from "../lib/write-file.ts";

/** One path of a set; `link` is the target's bytes where it becomes a symbolic link. */
type VettedPath = { path: string; gone: boolean; link: Buffer | null };

export type VetRules = {
  linksOut: boolean;
  /** Folders below the root, relative to it, that are git's own; an empty name is the root itself. */
  gitFolders: readonly string[];
};

export type Refused = { path: string; reason: string };

/** Looks at a whole set before its first byte is written: the paths that nobody may write, each with its reason. */
export async function refusedPaths(paths: readonly VettedPath[], rules: VetRules): Promise<Refused[]> {
  const links = new Set(paths.filter((step) => step.link !== null).map((step) => step.path));
  const vetted = await mapInSlices(paths, (step) => ({ path: step.path, reason: reasonAgainst(step, links, rules) }));
  return vetted.flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }]));
}

function reasonAgainst(step: VettedPath, links: ReadonlySet<string>, { linksOut, gitFolders }: VetRules): string | null {
  const hostile = refusedPath(step.path);
  if (hostile) return hostile;
  if (gitFolders.some((folder) => folder === "" || isBelow(foldName(folder), foldName(step.path))))
    return "it leads into a git folder";
  if (!step.gone && parentsOf(step.path).some((parent) => links.has(parent)))
    return "it would be written behind a link that the same set makes";
  if (step.link && !linksOut && leadsOutside(step.path, decodePath(step.link))) return "the link leads out of the project";
  return null;
}

function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The folders on the way to a path, outermost first. */
export function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}
