import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../../shared/result.ts";

/** The path of a model's file as it is kept, or what is wrong with it in words. What is in it is for a process of its own. */
export async function readPickedFile(text: string): Promise<Result<{ file: string; name: string; bytes: number }, string>> {
  const file = path.normalize(text.trim());
  if (!path.isAbsolute(file)) return fail("Write the whole path of the file, from the root of the disk");
  if (path.extname(file).toLowerCase() !== ".gguf") return fail("A model's file ends in .gguf");
  const bytes = await bytesOf(file);
  return bytes.ok ? ok({ file, name: path.basename(file, path.extname(file)), bytes: bytes.value }) : bytes;
}

/** How large it is; null where there is no such file any more. */
export async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
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

/** What was opened is what is looked at: a pipe put in its place can't hold anything up. */
async function bytesOf(file: string): Promise<Result<number, string>> {
  let opened: FileHandle;
  try {
    opened = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return fail("There is no such file, or it may not be read");
  }
  try {
    const found = await opened.stat();
    if (!found.isFile()) return fail("This is no file");
    const { buffer: magic } = await opened.read(Buffer.alloc(4), 0, 4, 0);
    if (magic.toString("latin1") !== "GGUF") return fail("This is no GGUF file, whatever its name says");
    return ok(found.size);
  } finally {
    await opened.close();
  }
}
