import type { FileDiff } from "../../shared/contract/changes.ts";
import type { TreeChange } from "../git/diff-tree.ts";

/**
 * Gives each difference its part of one long patch. Only a file's header can begin a line with `diff --git`: lines of
 * content begin with a space, a plus, a minus or a backslash. Both are in git's order; a change of kind (file to link)
 * has two parts, one that takes away and one that makes.
 */
export function splitPatch(changes: readonly TreeChange[], patch: { text: string; truncated: boolean }): FileDiff[] {
  const parts = patch.text.split(/^(?=diff --git )/m).filter((part) => part !== "");
  let at = 0;
  return changes.map((change) => {
    const count = changesKind(change) ? 2 : 1;
    const own = parts.slice(at, at + count);
    at += count;
    const cut = patch.truncated && at >= parts.length;
    return {
      path: change.path,
      ...(change.oldPath === undefined ? {} : { oldPath: change.oldPath }),
      patch: change.binary || own.length === 0 ? null : own.join(""),
      oldText: null,
      newText: null,
      binary: change.binary,
      truncated: cut,
    };
  });
}

/** File, link and submodule are different kinds; the execute bit is not. */
function changesKind(change: TreeChange): boolean {
  const kind = (mode: string): string => mode.slice(0, 3);
  return change.oldMode !== "000000" && change.newMode !== "000000" && kind(change.oldMode) !== kind(change.newMode);
}
