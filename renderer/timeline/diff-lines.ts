import { structuredPatch } from "diff";
import type { ToolDiff } from "../../shared/run-event.ts";

export type DiffLine =
  | { kind: "context" | "added" | "removed"; text: string; oldNumber: number | null; newNumber: number | null }
  | { kind: "gap"; text: string };
/** `lines`: null when the texts are too large or too different to compare while somebody waits. */
export type LineDiff = { additions: number; deletions: number; lines: DiffLine[] | null };

/** Characters of both texts together; and edits, the square of which the comparison costs at worst (Myers 1986). */
const mostCompared = 400_000;
const mostEdits = 2_000;

const known = new WeakMap<ToolDiff, LineDiff>();

/** A tool's change as lines with three of context. Remembered with the diff it is of. */
export function lineDiff(diff: ToolDiff): LineDiff {
  const before = known.get(diff);
  if (before) return before;
  const made = compare(diff);
  known.set(diff, made);
  return made;
}

function compare({ oldText, newText, cut }: ToolDiff): LineDiff {
  const unknown = { additions: 0, deletions: 0, lines: null };
  if (cut || (oldText?.length ?? 0) + newText.length > mostCompared) return unknown;
  const patch = structuredPatch("", "", oldText ?? "", newText, undefined, undefined, { context: 3, maxEditLength: mostEdits });
  if (!patch) return unknown;
  const lines: DiffLine[] = [];
  let additions = 0;
  let deletions = 0;
  for (const [index, hunk] of patch.hunks.entries()) {
    let oldNumber = hunk.oldStart;
    let newNumber = hunk.newStart;
    if (index > 0 || hunk.newStart > 1) lines.push({ kind: "gap", text: `@@ line ${hunk.newStart}` });
    for (const line of hunk.lines) {
      const text = line.slice(1);
      if (line.startsWith("+")) {
        additions += 1;
        lines.push({ kind: "added", text, oldNumber: null, newNumber: newNumber++ });
      } else if (line.startsWith("-")) {
        deletions += 1;
        lines.push({ kind: "removed", text, oldNumber: oldNumber++, newNumber: null });
      } else if (line.startsWith(" ")) {
        lines.push({ kind: "context", text, oldNumber: oldNumber++, newNumber: newNumber++ });
      }
    }
  }
  return { additions, deletions, lines };
}
