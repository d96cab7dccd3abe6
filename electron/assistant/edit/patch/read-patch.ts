import { fail, type Result } from "../../../../shared/result.ts";
import type { FilePatch, PatchSyntax } from "./file-patch.ts";
import { readBeginPatch } from "./read-begin-patch.ts";
import { readUnified } from "./read-unified.ts";

/** Reads a patch in either of the forms that models write: a unified diff, or `*** Begin Patch`. */
export function readPatch(text: string): Result<FilePatch[], PatchSyntax> {
  const lines = unwrapped(text);
  const read = lines.some((line) => /^\*\*\* (Begin Patch|(Add|Update|Delete) File: )/.test(line)) ? readBeginPatch : readUnified;
  const patches = read(lines);
  if (patches.ok && patches.value.length === 0) {
    return fail({
      line: 1,
      message: "There is no change in it. Send a unified diff or a patch between *** Begin Patch and *** End Patch.",
    });
  }
  return patches;
}

/** Without a code fence or a shell's here-document around it. */
function unwrapped(text: string): string[] {
  const lines = text.replace(/\r\n/g, "\n").split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const opening = lines[first] ?? "";
  const here = /<<-?\s*['"]?(\w+)['"]?/.exec(opening)?.[1];
  const close = here ?? (/^\s*```/.test(opening) ? "```" : null);
  if (close === null) return lines;
  const last = lines.findLastIndex((line) => line.trim() === close);
  return lines.slice(first + 1, last > first ? last : undefined);
}
