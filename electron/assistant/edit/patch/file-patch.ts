/**
 * A stretch of a file to become another, by whole lines. `line`: where it starts in the file (from 1), where the patch says
 * so and can be believed. `anchors`: lines above it that say in what it stands, the outermost first.
 */
export type Hunk = { header: string; before: string[]; after: string[]; line: number | null; anchors: string[]; atEnd: boolean };

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
  if (line.startsWith("+")) hunk.after.push(rest);
  else if (line.startsWith("-")) hunk.before.push(rest);
  else {
    const context = line.startsWith(" ") ? rest : line;
    hunk.before.push(context);
    hunk.after.push(context);
  }
}

/** Takes empty lines off the end that stand after the hunk in the patch's text, not in it. */
export function trimHunk(hunk: Hunk, extra: number): void {
  for (let left = extra; left > 0 && hunk.before.at(-1) === "" && hunk.after.at(-1) === ""; left -= 1) {
    hunk.before.pop();
    hunk.after.pop();
  }
}
