import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";

/** Lower-case letters, digits and single dashes, at most 40; never empty, never a name that a path or git reads otherwise. */
export function slug(text: string, fallback: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return plain === "" ? fallback : plain;
}

/** Where a session's worktree goes: outside the repository, named for people, unique by the ends of the ids. */
export function worktreePath(
  root: string,
  project: { id: string; name: string },
  session: { id: string; title: string },
): string {
  const name = (text: string, id: string, fallback: string): string => `${slug(text, fallback)}-${id.slice(-6)}`;
  return path.join(root, name(project.name, project.id, "project"), name(session.title, session.id, "session"));
}

/**
 * Whether a folder is one of ours by where it really is: below the root's real path, reached through no link.
 * A path that isn't there any more is judged by its parts that are.
 */
export function isOwnWorktreePath(root: string, target: string): boolean {
  const relative = path.relative(root, target);
  const parts = relative.split(path.sep);
  if (parts.length !== 2 || parts.some((part) => part === "" || part === "." || part === "..")) return false;
  let at = root;
  for (const part of parts) {
    at = path.join(at, part);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (!stat) return true;
    if (!stat.isDirectory() || realpathSync(at) !== path.join(realpathSync(root), path.relative(root, at))) return false;
  }
  return true;
}

/** A real folder at this path, not a link to one. */
export function isFolder(target: string): boolean {
  try {
    return lstatSync(target).isDirectory();
  } catch {
    return false; // Gone, or on a disk that is.
  }
}
