import type { PendingChange } from "../../shared/contract/changes.ts";

/** A line of the list: a folder's heading, or a file under it. */
export type ListRow =
  | { kind: "folder"; folder: string; files: number; open: boolean }
  | { kind: "file"; change: PendingChange; name: string; depth: 0 | 1 };

/** Changes as the list draws them: under their folders, or as whole paths. Folded folders keep their heading. */
export function toRows(changes: readonly PendingChange[], view: "tree" | "list", folded: ReadonlySet<string>): ListRow[] {
  if (view === "list") return changes.map((change) => ({ kind: "file", change, name: change.path, depth: 0 }));
  const rows: ListRow[] = [];
  const groups = Map.groupBy(changes, (change) => folderOf(change.path));
  for (const [folder, inside] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const open = !folded.has(folder);
    if (folder !== "") rows.push({ kind: "folder", folder, files: inside.length, open });
    if (open)
      for (const change of inside)
        rows.push({ kind: "file", change, name: change.path.slice(folder.length), depth: folder === "" ? 0 : 1 });
  }
  return rows;
}

/** With its closing slash; empty for a file at the top. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** The path to go to from `path`: the next file drawn, or with `pending` the next that isn't approved. Stays at the ends. */
export function step(rows: readonly ListRow[], path: string | null, direction: 1 | -1, pending: boolean): string | null {
  const files = rows.flatMap((row) => (row.kind === "file" ? [row.change] : []));
  const at = files.findIndex((change) => change.path === path);
  const start = at === -1 ? (direction === 1 ? 0 : files.length - 1) : at + direction;
  for (let next = start; next >= 0 && next < files.length; next += direction) {
    const change = files[next];
    if (change && (!pending || change.review !== "approved")) return change.path;
  }
  return files[at]?.path ?? null;
}

/** A file's number among those drawn, from 1, and how many they are. */
export function placeOf(rows: readonly ListRow[], path: string): { at: number; of: number } {
  const files = rows.filter((row) => row.kind === "file");
  return { at: files.findIndex((row) => row.change.path === path) + 1, of: files.length };
}

/** What stays selected when the list is a new one: the same file, else the one that took its place. */
export function keepSelection(
  before: readonly PendingChange[],
  now: readonly PendingChange[],
  path: string | null,
): string | null {
  if (path === null || now.some((change) => change.path === path)) return path;
  const at = before.findIndex((change) => change.path === path);
  return now[Math.min(Math.max(at, 0), now.length - 1)]?.path ?? null;
}

export const letters: Record<PendingChange["operation"], { letter: string; word: string; tone: string }> = {
  create: { letter: "A", word: "Added", tone: "text-added" },
  edit: { letter: "M", word: "Modified", tone: "text-changed" },
  delete: { letter: "D", word: "Deleted", tone: "text-removed" },
  rename: { letter: "R", word: "Renamed", tone: "text-muted" },
  mode: { letter: "M", word: "Mode changed", tone: "text-changed" },
};

/** What a change is besides its text: link, mode, submodule, binary. */
export function notesOf(change: PendingChange): string[] {
  const notes: string[] = [];
  if (change.oldPath !== undefined) notes.push(`Renamed from ${change.oldPath}`);
  if (change.type === "link") notes.push(`Link to ${change.linkTarget ?? "…"}`);
  if (change.type === "submodule") notes.push("Submodule");
  const { oldMode, newMode } = change;
  if (oldMode !== null && newMode !== null && oldMode !== newMode) notes.push(modeNote(oldMode, newMode));
  else if (oldMode === null && newMode === "100755") notes.push("Executable");
  if (change.protected) notes.push("Runs later without asking: hooks, configuration or CI");
  return notes;
}

function modeNote(from: string, to: string): string {
  if (to === "120000") return "Was a file, becomes a link";
  if (from === "120000") return "Was a link, becomes a file";
  return to === "100755" ? "Becomes executable" : "No longer executable";
}
