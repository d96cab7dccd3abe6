import { fail, ok, type Result } from "../../../../shared/result.ts";
import { addLine, trimHunk, type FilePatch, type Hunk, type PatchSyntax } from "./file-patch.ts";

const hunkLine = /^@@(?: -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))?)?[^@]*(?:@@ ?(.*))?$/;

type Open = { from: string | null; to: string | null; renamed: boolean; deleted: boolean; hunks: Hunk[]; noEnd: boolean };

/** Reads a unified diff, git's or plain. Counts in hunk headers may be wrong, as models can't count: lines decide. */
export function readUnified(lines: readonly string[]): Result<FilePatch[], PatchSyntax> {
  const files: Open[] = [];
  let file: Open | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.startsWith("GIT binary patch") || line.startsWith("Binary files ")) {
      return fail({ line: at + 1, message: "Binary files can't be patched." });
    }
    if (line.startsWith("diff --git ")) files.push((file = opened()));
    else if (startsFile(lines, at)) {
      if (!file || file.hunks.length > 0 || file.from !== null) files.push((file = opened()));
      file.from = pathOf(line.slice(4));
      file.to = pathOf((lines[++at] ?? "").slice(4));
    } else if (file && /^rename (from|to) /.test(line)) {
      file.renamed = true;
      if (line.startsWith("rename from ")) file.from = line.slice(12);
      else file.to = line.slice(10);
    } else if (line.startsWith("deleted file mode") && file) file.deleted = true;
    else if (line.startsWith("@@")) {
      if (!file) return fail({ line: at + 1, message: "A hunk stands before the file's name: start with --- and +++ lines." });
      at = readHunk(file, lines, at);
    }
  }
  return ok(files.map(patchOf).filter((patch) => patch !== null));
}

function opened(): Open {
  return { from: null, to: null, renamed: false, deleted: false, hunks: [], noEnd: false };
}

function startsFile(lines: readonly string[], at: number): boolean {
  return (lines[at] ?? "").startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ ");
}

/** Reads the hunk whose header stands at `at`; returns its last line. */
function readHunk(file: Open, lines: readonly string[], at: number): number {
  const [, from, fromCount, , toCount, section] = hunkLine.exec(lines[at] ?? "") ?? [];
  const anchors = section && section.trim() !== "" ? [section.trim()] : [];
  const hunk: Hunk = { header: lines[at] ?? "", before: [], after: [], changes: [], line: null, anchors, atEnd: false };
  const counts = from === undefined ? null : { before: Number(fromCount ?? 1), after: Number(toCount ?? 1) };
  let blanks = 0;
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    const complete = counts !== null && hunk.before.length >= counts.before && hunk.after.length >= counts.after;
    if (line.startsWith("@@") || line.startsWith("diff --git ")) break;
    if (startsFile(lines, next) && (complete || (lines[next + 2] ?? "").startsWith("@@"))) break;
    if (line.startsWith("\\")) {
      file.noEnd = true;
      continue;
    }
    addLine(hunk, line);
    blanks = line === "" ? blanks + 1 : 0;
  }
  const more = counts === null ? blanks : Math.min(blanks, Math.max(0, hunk.before.length - counts.before));
  trimHunk(hunk, more);
  // A header whose counts are right was computed or copied, so its line is too; one that is made up mostly has both wrong.
  const believed = counts !== null && counts.before === hunk.before.length && counts.after === hunk.after.length;
  if (believed && from !== undefined) hunk.line = Number(from);
  file.hunks.push(hunk);
  return next - 1;
}

function pathOf(written: string): string {
  const path = written.replace(/\t.*$/, "").trimEnd();
  return path.startsWith('"') && path.endsWith('"') ? path.slice(1, -1).replace(/\\(["\\])/g, "$1") : path;
}

function patchOf({ from, to, renamed, deleted, hunks, noEnd }: Open): FilePatch | null {
  if (from === null || to === null) return null;
  const bare = (path: string, prefix: string): string => (!renamed && path.startsWith(prefix) ? path.slice(2) : path);
  if (from === "/dev/null") {
    const lines = hunks.flatMap(({ after }) => after);
    return { kind: "add", path: bare(to, "b/"), text: lines.length === 0 ? "" : lines.join("\n") + (noEnd ? "" : "\n") };
  }
  const path = bare(from, "a/");
  if (to === "/dev/null" || deleted) return { kind: "delete", path };
  const target = bare(to, "b/");
  return { kind: "update", path, moveTo: target === path ? null : target, hunks };
}
