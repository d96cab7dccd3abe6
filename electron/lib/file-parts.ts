import { read, readSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";

/** Gives a file's bytes to `take`, one part after the other. */
export type Source = (take: (part: Uint8Array) => Promise<void>) => Promise<Result<null, Failure>>;

/** Up to here a file is read and written at one go: it costs less than the waiting. Larger ones go part by part. */
export const atOnce = 1024 * 1024;

const readPart = promisify(read);
const writePart = promisify(write);

/** Whether there were as many bytes as were told. A part is `take`'s until it returns. */
export async function readAll(fd: number, size: number, take: (part: Uint8Array, size: number) => void): Promise<boolean> {
  let total = 0;
  const buffer = Buffer.allocUnsafe(Math.min(size, atOnce) || 1);
  for (; total < size || total === 0;) {
    const length = size <= atOnce ? readSync(fd, buffer) : (await readPart(fd, buffer, 0, buffer.length, null)).bytesRead;
    if (length === 0) break;
    total += length;
    take(buffer.subarray(0, length), size);
  }
  if (size === 0 && total === 0) take(Buffer.alloc(0), 0);
  return total === size;
}

export async function fill(fd: number, source: Uint8Array | Source): Promise<Result<null, Failure>> {
  if (!(source instanceof Uint8Array)) return source((part) => writeParts(fd, part));
  if (source.length > atOnce) await writeParts(fd, source);
  else for (let done = 0; done < source.length;) done += writeSync(fd, source, done);
  return ok(null);
}

async function writeParts(fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await writePart(fd, bytes, done, Math.min(bytes.length - done, atOnce), null)).bytesWritten;
}
