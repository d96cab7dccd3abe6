/** Whether a change is at `path`, or below it; a rename also where it came from. An empty path is everywhere. */
export function isChangeAt(change: { path: string; oldPath?: string | undefined }, path: string): boolean {
  const folder = path.replace(/\/+$/, "");
  const isAt = (one: string): boolean => folder === "" || one === folder || one.startsWith(`${folder}/`);
  return isAt(change.path) || (change.oldPath !== undefined && isAt(change.oldPath));
}
