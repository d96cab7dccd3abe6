import type { ToolDiff } from "../../shared/run-event.ts";
import type { Inspected } from "./inspect.ts";

type Answered = { decision: "allow" | "reject"; hash: string; edits: Edit[] | null };
type Edit = { real: string; pieces: { oldText: string | null; newText: string }[] };

/**
 * What was answered in each run, until the run ends. An approval covers exactly what was shown, and is used up by
 * doing it once; a rejection stands until the same thing is approved.
 */
export class Approvals {
  readonly #runs = new Map<string, Answered[]>();

  record(
    runId: string,
    decision: Answered["decision"],
    seen: Inspected,
    diff: readonly ToolDiff[],
    realOf: (path: string) => string | null,
  ): void {
    const before = this.#runs.get(runId) ?? [];
    const standing = before.filter((one) => !(one.decision === "reject" && one.hash === seen.hash));
    const edits = seen.kind === "edit" ? editsOf(diff, realOf) : null;
    this.#runs.set(runId, [...standing, { decision, hash: seen.hash, edits }]);
  }

  /**
   * What was answered to exactly this action, null if nothing was; an approval found is used up. `currentText` is
   * the file's content now, null where there is none; only asked for where a shown diff must be compared with it.
   */
  take(runId: string, seen: Inspected, newText: string | null, currentText: () => string | null): Answered["decision"] | null {
    const answers = this.#runs.get(runId) ?? [];
    for (const answered of answers) {
      if (answered.hash === seen.hash) {
        if (answered.decision === "allow") answers.splice(answers.indexOf(answered), 1);
        return answered.decision;
      }
      const real = seen.kind === "edit" && seen.places.length === 1 ? seen.places[0]?.real : undefined;
      const edit = newText === null ? undefined : answered.edits?.find((candidate) => candidate.real === real);
      if (!edit || applyPieces(currentText(), edit.pieces) !== newText) continue;
      if (answered.decision === "allow") {
        answered.edits = (answered.edits ?? []).filter((candidate) => candidate !== edit);
        if (answered.edits.length === 0) answers.splice(answers.indexOf(answered), 1);
      }
      return answered.decision;
    }
    return null;
  }

  forget(runId: string): void {
    this.#runs.delete(runId);
  }
}

function editsOf(diff: readonly ToolDiff[], realOf: (path: string) => string | null): Edit[] {
  const edits = new Map<string, Edit>();
  for (const { path, oldText, newText } of diff) {
    const real = realOf(path);
    if (real === null) continue;
    const edit = edits.get(real) ?? { real, pieces: [] };
    edit.pieces.push({ oldText, newText });
    edits.set(real, edit);
  }
  return [...edits.values()];
}

/**
 * The file's text after what was shown. Agents show the whole file or the changed piece; a piece must stand in the
 * file exactly once, so that there is one way to read what was approved. No old text means a new file, and approves
 * writing over no other. null: it doesn't fit.
 */
export function applyPieces(current: string | null, pieces: Edit["pieces"]): string | null {
  let text = current;
  for (const { oldText, newText } of pieces) {
    if ((oldText ?? "") === (text ?? "")) {
      text = newText;
      continue;
    }
    if (text === null || oldText === null || oldText === "") return null;
    const at = text.indexOf(oldText);
    if (at === -1 || text.indexOf(oldText, at + 1) !== -1) return null;
    text = text.slice(0, at) + newText + text.slice(at + oldText.length);
  }
  return text;
}
