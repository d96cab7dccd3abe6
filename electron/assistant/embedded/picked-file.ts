import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { fail, ok, type Result } from "../../../shared/result.ts";

/** The path of a model's file as it is kept, or what is wrong with it in words. What is in it is for a process of its own. */
export function readPickedFile(text: string): Result<{ file: string; name: string }, string> {
  const file = path.normalize(text.trim());
  if (!path.isAbsolute(file)) return fail("Write the whole path of the file, from the root of the disk");
  if (path.extname(file).toLowerCase() !== ".gguf") return fail("A model's file ends in .gguf");
  const problem = problemOf(file);
  return problem === null ? ok({ file, name: path.basename(file, path.extname(file)) }) : fail(problem);
}

/** How large it is; null where there is no such file any more. */
export function sizeOf(file: string): number | null {
  try {
    const stat = statSync(file);
    return stat.isFile() ? stat.size : null;
  } catch {
    return null; // It is gone, or not for us to see.
  }
}

/** The name, or one like it that no other model has. */
export function freeName(name: string, taken: readonly string[]): string {
  for (let count = 1; ; count += 1) {
    const wanted = count === 1 ? name : `${name} (${count})`;
    if (!taken.includes(wanted)) return wanted;
  }
}

/** What was opened is what is looked at: a pipe put in its place can't hold the core up. */
function problemOf(file: string): string | null {
  let opened: number;
  try {
    opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return "There is no such file, or it may not be read";
  }
  try {
    if (!fstatSync(opened).isFile()) return "This is no file";
    const magic = Buffer.alloc(4);
    readSync(opened, magic, 0, 4, 0);
    return magic.toString("latin1") === "GGUF" ? null : "This is no GGUF file, whatever its name says";
  } finally {
    closeSync(opened);
  }
}
