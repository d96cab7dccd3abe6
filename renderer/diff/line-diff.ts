import { structuredPatch } from "diff";
import type { ToolDiff } from "../../shared/run-event.ts";

export type DiffLine =
  | { kind: "context" | "added" | "removed"; text: string; oldNumber: number | null; newNumber: number | null }
  | { kind: "gap"; text: string };
/** `lines`: null when the texts are too large or too different to be compared. */
export type LineDiff = { additions: number; deletions: number; lines: DiffLine[] | null };

/** What a comparison may cost: characters of both texts, and edits, the square of which it takes at worst (Myers 1986). */
export type DiffBounds = { maxChars: number; maxEdits: number };

const unknown: LineDiff = { additions: 0, deletions: 0, lines: null };

/** A tool's change as lines with three of context. */
export function lineDiff({ oldText, newText, cut }: ToolDiff, { maxChars, maxEdits }: DiffBounds): LineDiff {
  if (cut || (oldText?.length ?? 0) + newText.length > maxChars) return unknown;
  if (oldText === null) return allNew(newText);
  const patch = structuredPatch("", "", oldText, newText, undefined, undefined, { context: 3, maxEditLength: maxEdits });
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

/** There is nothing to compare with. */
function allNew(text: string): LineDiff {
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  return {
    additions: lines.length,
    deletions: 0,
    lines: lines.map((line, index): DiffLine => ({ kind: "added", text: line, oldNumber: null, newNumber: index + 1 })),
  };
}
