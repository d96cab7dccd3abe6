import { ok, type Result } from "../../../../shared/result.ts";
import { readInside } from "../../../lib/write-file.ts";
import { fault, fileFault } from "../fault.ts";
import { hashOf } from "../files-seen.ts";
import type { ToolFault } from "../tool.ts";

export const maxFileBytes = 16 * 1024 * 1024;
/** Git looks as far for a NUL. */
const binaryLook = 8_000;

export type Encoding = "utf8" | "latin1";
export type TextFile = { text: string; encoding: Encoding; bytes: Buffer; hash: string; executable: boolean };

/** A text file as it is: its bytes are the text again in its encoding, byte order mark and line ends included. */
export async function readTextFile(root: string, path: string): Promise<Result<TextFile, ToolFault>> {
  const read = await readInside(root, path, maxFileBytes);
  if (!read.ok && read.error.code === "TOO_LARGE")
    return fault("EXECUTION_FAILED", `${read.error.message}. Look for what you need with grep.`);
  if (!read.ok) return fileFault(read.error);
  const { bytes, mode } = read.value;
  if (mode === "120000") return fault("EXECUTION_FAILED", `${path} is a link.`);
  if (bytes.subarray(0, binaryLook).includes(0))
    return fault("EXECUTION_FAILED", `${path} is a binary file of ${bytes.length} bytes.`);
  const utf8 = bytes.toString("utf8");
  // What isn't UTF-8 is read byte by byte, so that what an edit doesn't touch stays.
  const encoding = Buffer.from(utf8, "utf8").equals(bytes) ? "utf8" : "latin1";
  const text = encoding === "utf8" ? utf8 : bytes.toString("latin1");
  return ok({ text, encoding, bytes, hash: hashOf(bytes), executable: mode === "100755" });
}
/** The text's bytes; fails where the file's encoding lacks a character of it. */
export function encodeText(text: string, encoding: Encoding): Result<Buffer, ToolFault> {
  if (encoding === "latin1" && /[^\u0000-\u00ff]/.test(text))
    return fault("EXECUTION_FAILED", "The file isn't UTF-8, and the new text has characters that it can't hold.");
  return ok(Buffer.from(text, encoding));
}
