import { isChangeAt } from "../../shared/change-paths.ts";
import type { PendingChange } from "../../shared/contract/changes.ts";

/** What of the changes is listed: each part left out narrows nothing. `paths`: of a turn; `words`: in the path. */
export type Narrowing = { folder?: string; paths?: readonly string[]; words?: string };

/** The changes that all of the narrowing lets through, in their order. Pure. */
export function listedChanges(changes: readonly PendingChange[], { folder, paths, words = "" }: Narrowing): PendingChange[] {
  const ofTurn = paths && new Set(paths);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return changes.filter((change) => {
    const names = [change.path, change.oldPath ?? ""];
    if (ofTurn && !names.some((name) => ofTurn.has(name))) return false;
    if (folder !== undefined && !isChangeAt(change, folder)) return false;
    return wanted.every((word) => names.some((name) => name.toLowerCase().includes(word)));
  });
}

export function pathsIn(changes: readonly PendingChange[]): string[] {
  return changes.map((change) => change.path);
}
