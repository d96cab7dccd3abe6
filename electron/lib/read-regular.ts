import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * The bytes of a file that others may exchange at any moment; null where it isn't a regular file, has more than
 * `maxBytes`, or can't be read. What was opened is what is looked at and read: a pipe put in its place can't hold the
 * caller up.
 */
export function readRegular(file: string, maxBytes: number): Buffer | null {
  let opened: number;
  try {
    opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null; // Not there, or not for us to read.
  }
  try {
    const stat = fstatSync(opened);
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(opened) : null;
  } catch {
    return null; // A folder on some systems, or a disk that is gone.
  } finally {
    closeSync(opened);
  }
}
