import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownTarget } from "./link-hops.ts";

/**
 * Writes a value as a file of its own: whole on the disk or not at all, and readable by this person alone. Throws what
 * the system says where it can't.
 */
export function saveJson(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // One that was left, or put there by someone else, would keep its own rights or lead elsewhere.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { flag: "wx", mode: 0o600, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The same for a file that the person keeps: where it is a link of theirs, what it leads to is written, and the link stays. */
export function saveLinkedJson(file: string, value: unknown): void {
  saveJson(ownTarget(file), value);
}
