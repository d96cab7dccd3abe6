import { lineChangesOf, type Change } from "../changes.ts";

/**
 * A stretch of a file to become another, by whole lines. `line`: where it starts in the file (from 1), where the patch says
 * so and can be believed. `anchors`: lines above it that say in what it stands, the outermost first.
 */
export type Hunk = {
  header: string;
  before: string[];
  after: string[];
  /** As the patch marks them: of several equal lines, it says which one. */
  changes: Change[];
  line: number | null;
  anchors: string[];
  atEnd: boolean;
};

/** What a patch wants of one file. Paths are as written, without the `a/` and `b/` of git. */
export type FilePatch =
  | { kind: "add"; path: string; text: string }
  | { kind: "delete"; path: string }
  | { kind: "update"; path: string; moveTo: string | null; hunks: Hunk[] };

/** Why a text is no patch; `line` counts from 1. */
export type PatchSyntax = { line: number; message: string };

/** A line of a hunk's body by its first character; a line without one is context whose blank was lost. */
export function addLine(hunk: Hunk, line: string): void {
  const rest = line.slice(1);
  if (line.startsWith("+")) {
    openChange(hunk).added.push(rest);
    hunk.after.push(rest);
  } else if (line.startsWith("-")) {
    // What is put in before something is taken out doesn't come in its place.
    const open = openChange(hunk);
    const change = open.added.length === 0 ? open : addChange(hunk);
    change.to += 1;
    hunk.before.push(rest);
  } else {
    const context = line.startsWith(" ") ? rest : line;
    hunk.before.push(context);
    hunk.after.push(context);
  }
}

/** The change that the hunk's next line belongs to: the last one, unless context has come since. */
function openChange(hunk: Hunk): Change {
  const last = hunk.changes.at(-1);
  return last?.to === hunk.before.length ? last : addChange(hunk);
}

function addChange({ before, changes }: Hunk): Change {
  const opened = { from: before.length, to: before.length, added: [] };
  changes.push(opened);
  return opened;
}

/** What a hunk changes. Lines that it takes out and puts in again as they were are in no change. */
export function changesIn({ before, changes }: Hunk): Change[] {
  return changes.flatMap(({ from, to, added }) =>
    lineChangesOf(before.slice(from, to), added).map((own) => ({ ...own, from: from + own.from, to: from + own.to })),
  );
}

/** Takes empty lines off the end that stand after the hunk in the patch's text, not in it. */
export function trimHunk(hunk: Hunk, extra: number): void {
  const lastChanged = hunk.changes.at(-1)?.to ?? 0;
  for (let left = extra; left > 0 && hunk.before.length > lastChanged && hunk.before.at(-1) === ""; left -= 1) {
    hunk.before.pop();
    hunk.after.pop();
  }
}
