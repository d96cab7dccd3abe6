import { fail, ok, type Result } from "../../../../shared/result.ts";
import { addLine, trimHunk, type FilePatch, type Hunk, type PatchSyntax } from "./file-patch.ts";

const fileLine = /^\*\*\* (Add|Update|Delete) File: (.+?)\s*$/;

/** Reads the `*** Begin Patch` form (apply_patch of OpenAI's models). Its first and last line may be missing. */
export function readBeginPatch(lines: readonly string[]): Result<FilePatch[], PatchSyntax> {
  const patches: FilePatch[] = [];
  let at = lines.findIndex((line) => fileLine.test(line));
  while (at !== -1 && at < lines.length) {
    const [, verb, path] = fileLine.exec(lines[at] ?? "") ?? [];
    if (!verb || path === undefined)
      return fail({ line: at + 1, message: "Expected *** Add File, *** Update File or *** Delete File." });
    const end = endOf(lines, at + 1);
    const body = lines.slice(at + 1, end);
    const read = readFile(verb, path, body, at + 1);
    if (!read.ok) return read;
    patches.push(read.value);
    at = lines.findIndex((line, index) => index >= end && line.trim() !== "" && line.trim() !== "*** End Patch");
  }
  return ok(patches);
}

function endOf(lines: readonly string[], from: number): number {
  const end = lines.findIndex((line, index) => index >= from && (fileLine.test(line) || line.trim() === "*** End Patch"));
  return end === -1 ? lines.length : end;
}

function readFile(verb: string, path: string, body: readonly string[], firstLine: number): Result<FilePatch, PatchSyntax> {
  if (verb === "Delete") return ok({ kind: "delete", path });
  if (verb === "Update") return readUpdate(path, body, firstLine);
  const written = body.slice(0, body.findLastIndex((line) => line !== "") + 1);
  const wrong = written.findIndex((line) => !line.startsWith("+"));
  if (wrong !== -1) return fail({ line: firstLine + wrong + 1, message: "Each line of a new file starts with +." });
  return ok({ kind: "add", path, text: written.map((line) => `${line.slice(1)}\n`).join("") });
}

function readUpdate(path: string, body: readonly string[], firstLine: number): Result<FilePatch, PatchSyntax> {
  const moveTo = /^\*\*\* Move to: (.+?)\s*$/.exec(body[0] ?? "")?.[1] ?? null;
  const hunks: Hunk[] = [];
  let anchors: string[] = [];
  let open: Hunk | null = null;
  for (const line of body.slice(moveTo === null ? 0 : 1)) {
    if (line.startsWith("@@")) {
      if (open) anchors = [];
      open = null;
      const anchor = line.replace(/^@@ ?/, "").replace(/ ?@@$/, "");
      // Some models number their hunks as in a unified diff; without its other rules the numbers are worth nothing.
      if (anchor.trim() !== "" && !/^-\d+/.test(anchor)) anchors.push(anchor);
    } else if (line.startsWith("*** End of File")) {
      if (open) open.atEnd = true;
    } else {
      if (!open) hunks.push((open = opened(anchors, hunks.length)));
      addLine(open, line);
    }
  }
  hunks.forEach((hunk) => trimHunk(hunk, Infinity));
  const kept = hunks.filter(({ before, after }) => before.length + after.length > 0);
  if (kept.length === 0 && moveTo === null) return fail({ line: firstLine, message: `The update of ${path} changes nothing.` });
  return ok({ kind: "update", path, moveTo, hunks: kept });
}

function opened(anchors: string[], index: number): Hunk {
  const header = anchors.length > 0 ? `@@ ${anchors.join(" @@ ")}` : `change ${index + 1}`;
  return { header, before: [], after: [], changes: [], line: null, anchors, atEnd: false };
}
