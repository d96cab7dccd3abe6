import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { ownTarget } from "../../lib/link-hops.ts";
import { saveJson } from "../../lib/save-json.ts";
import type { FileText } from "./hook-edit.ts";

const maxBytes = 4_000_000;

const record = z.object({
  file: z.string(),
  before: z.string().nullable(),
  after: z.string(),
  madeFolder: z.string().nullable(),
});
/** What was done to a file of the person's, so that it can be undone to the byte. `madeFolder`: the first that wasn't there. */
export type HookRecord = z.infer<typeof record>;

/** Fails with the reason. Only what is text, byte for byte, can be put back. */
export function readText(file: string): Result<FileText, string> {
  try {
    const target = ownTarget(file);
    if (!existsSync(target)) return ok(null);
    const stat = statSync(target);
    if (!stat.isFile() || stat.size > maxBytes) return fail("it isn't a file of a size that settings have");
    const bytes = readFileSync(target);
    const text = bytes.toString("utf8");
    return bytes.equals(Buffer.from(text)) ? ok(text) : fail("it isn't UTF-8");
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Whole or not at all, with the permissions that the file had; a link of the person's stays one. null takes it away. */
export function writeText(file: string, text: FileText): void {
  const target = ownTarget(file);
  if (text === null) return rmSync(target, { force: true });
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.new`;
  try {
    rmSync(temporary, { force: true });
    const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o600;
    writeFileSync(temporary, text, { flag: "wx", mode, flush: true });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The outermost folder on the way to a file that isn't there; null where all are. */
export function missingFolder(file: string): string | null {
  let missing: string | null = null;
  for (let folder = path.dirname(file); !existsSync(folder); folder = path.dirname(folder)) missing = folder;
  return missing;
}

/** Takes away folders that were made for a file, from the inside out, as far as nothing else is in them. */
export function removeEmptied(file: string, madeFolder: string | null): void {
  if (madeFolder === null) return;
  for (let folder = path.dirname(file); folder.startsWith(madeFolder); folder = path.dirname(folder)) {
    try {
      if (lstatSync(folder).isDirectory()) rmdirSync(folder);
    } catch {
      return; // Something else is in it by now, or it is gone.
    }
  }
}

/** What is on record of each agent's hook, in a file of Hearth's own. */
export class HookRecords {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** null where nothing is on record, or what is can't be read any more. */
  find(agentId: string): HookRecord | null {
    return this.#all()[agentId] ?? null;
  }

  set(agentId: string, entry: HookRecord | null): void {
    const { [agentId]: _, ...others } = this.#all();
    saveJson(this.#file, entry ? { ...others, [agentId]: entry } : others);
  }

  #all(): Record<string, HookRecord> {
    try {
      return z.record(z.string(), record).parse(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch {
      return {}; // None was ever put in, or the file isn't ours any more: then our lines are found by what they say.
    }
  }
}
