import path from "node:path";

/**
 * Returns `inner` seen from `outer`, with `/`; "." for the folder itself, null when it isn't inside. Both are absolute, and
 * compared as they are spelled: where links matter, both must be real paths.
 */
export function relativeInside(outer: string, inner: string): string | null {
  const relative = path.relative(outer, inner);
  if (relative === "") return ".";
  if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join("/");
}

/** Whether `inner` lies below `outer`. */
export function isInside(inner: string, outer: string): boolean {
  const relative = relativeInside(outer, inner);
  return relative !== null && relative !== ".";
}

/** Whether two folders are one, or one lies in the other: who writes in both would meet. Null is no folder. */
export function foldersMeet(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  return relativeInside(one, other) !== null || relativeInside(other, one) !== null;
}
