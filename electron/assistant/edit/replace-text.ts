import { fail, ok, type Result } from "../../../shared/result.ts";
import { lineChangesOf } from "./changes.ts";
import { EditedText, spliced, type Choice, type Found, type LineEdit, type NotFound } from "./edited-text.ts";
import { failureOf, plainFailure, type EditFailure } from "./failure.ts";
import { elidedLine, readingsOf, withoutOuterBlanks, type Pair } from "./readings.ts";
import { linesOf, wordsOf } from "./text-lines.ts";

/** What is asked for: old text to be replaced by new text; where it stands in several places, all of them or the one at `line`. */
export type Replacement = Pair & { all?: boolean; line?: number };

/** The text after an edit, and the lines (from 1, both included) that it put there; `to` < `from` where it only removed. */
export type Replaced = { text: string; rung: Found["rung"]; changed: { from: number; to: number }[] };

/** Replaces a piece of a file's text that a model quoted, exactly or nearly. What isn't changed stays byte for byte. */
export function replaceText(text: string, { oldText, newText, all, line }: Replacement): Result<Replaced, EditFailure> {
  if (oldText.trim() === "") return fail(plainFailure("empty", "The old text is empty. To write a whole file, create it."));
  if (oldText === newText) return fail(plainFailure("no-change", "Old and new text are the same."));
  const elided = elidedLine({ oldText, newText });
  if (elided !== null) {
    const said = `"${elided.trim()}" would be written to the file in place of the code it stands for. Send the code itself.`;
    return fail(plainFailure("elided", said));
  }
  const edited = new EditedText(text);
  const choice: Choice = all === true ? "all" : line === undefined ? "only" : (from) => from === line - 1;
  const found = findPair(edited, { oldText, newText }, choice);
  if (found.kind !== "found") return fail(failureOf(text, found, wordsOf(oldText).length));
  const after = spliced(text, found.splices);
  if (after === text) return fail(plainFailure("no-change", "The file already reads as the new text."));
  return ok({ text: after, rung: found.rung, changed: changedLines(after, found) });
}

/** Every reading of the pair by the strict rungs, and only then by likeness. */
function findPair(edited: EditedText, pair: Pair, choice: Choice): Found | NotFound {
  const readings = readingsOf(pair);
  let missed: NotFound | null = null;
  for (const { oldText, newText } of readings) {
    const found = edited.findEqual(lineEdit(wordsOf(oldText), wordsOf(newText), false), choice);
    if (found?.kind === "found" || found?.kind === "several") return found;
    missed ??= found;
  }
  for (const { oldText, newText } of readings.map(withoutOuterBlanks)) {
    const after = newText === "" ? [] : wordsOf(newText);
    const found = edited.findSimilar(lineEdit(wordsOf(oldText), after, true));
    if (found.kind === "found" || found.kind === "several") return found;
    if (missed === null || missed.kind === "none") missed = found;
  }
  return missed ?? { kind: "none", nearest: null };
}

function lineEdit(before: string[], after: string[], whole: boolean): LineEdit {
  return { before, changes: lineChangesOf(before, after), whole, loose: true };
}

function changedLines(after: string, found: Found): { from: number; to: number }[] {
  const lines = linesOf(after);
  const lineOf = (offset: number): number => lines.findLastIndex(({ start }) => start <= offset) + 1;
  let moved = 0;
  return found.splices
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, text }) => {
      const at = start + moved;
      moved += text.length - (end - start);
      // Line ends at the edges of what was put in belong to the lines beside it.
      const from = at + (/^\r?\n/.exec(text)?.[0].length ?? 0);
      const to = at + text.length - (/\r?\n$/.exec(text)?.[0].length ?? 0);
      return text === "" ? { from: lineOf(at), to: lineOf(at) - 1 } : { from: lineOf(from), to: lineOf(Math.max(from, to)) };
    });
}
