import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { isInside } from "../../lib/inside.ts";
import { saveJson } from "../../lib/save-json.ts";

const record = z.object({
  /** The folder beside this file that holds it. */
  folder: z.string().regex(/^[\w.+-]+$/),
  packages: z.array(z.object({ name: z.string(), version: z.string(), integrity: z.string() })).min(1),
  bytes: z.int(),
});

/** What is installed, whole: `bin` is the folder with its programs. */
export type Installed = z.infer<typeof record> & { bin: string };

const recordFile = "installed.json";

/**
 * What is installed of one package, in a folder of its own. Each version is a folder beside the others, and a file says
 * which one counts: it is written when all is there, so that nothing half counts, whenever the core dies.
 */
export class InstallFolder {
  readonly #folder: string;

  constructor(root: string, packageName: string) {
    this.#folder = path.join(root, packageName.replace("/", "+"));
  }

  /** null where nothing is, or what the file names has gone. */
  current(): Installed | null {
    try {
      const read = record.parse(JSON.parse(readFileSync(path.join(this.#folder, recordFile), "utf8")));
      const bin = path.join(this.#folder, read.folder, "node_modules", ".bin");
      return statSync(bin).isDirectory() ? { ...read, bin } : null;
    } catch {
      // Not there, or not whole: then it isn't installed, and what is left is swept.
      return null;
    }
  }

  /** A new folder to install into; nothing counts of it before `commit`. */
  begin(): string {
    const folder = path.join(this.#folder, `new-${randomBytes(6).toString("hex")}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** From now on this one counts. The one before stays until it is swept. */
  commit(begun: string, packages: Installed["packages"], bytes: number): void {
    const folder = `${packages[0]?.version ?? "0"}-${path.basename(begun).slice("new-".length)}`;
    renameSync(begun, path.join(this.#folder, folder));
    saveJson(path.join(this.#folder, recordFile), { folder, packages, bytes });
  }

  /** Nothing counts any more; what is there goes by a sweep. */
  forget(): void {
    rmSync(path.join(this.#folder, recordFile), { force: true });
  }

  /** Deletes what doesn't count and isn't in use. Returns whether something is left that a later sweep may delete. */
  async sweep(isInUse: (folder: string) => boolean): Promise<boolean> {
    const counts = this.current()?.folder;
    const others = entriesOf(this.#folder).filter((name) => name !== counts && name !== recordFile);
    const folders = others.map((name) => path.join(this.#folder, name));
    const unused = folders.filter((folder) => !isInUse(folder));
    for (const folder of unused) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    if (counts === undefined && unused.length === folders.length) await rm(this.#folder, { recursive: true, force: true });
    return unused.length < folders.length;
  }
}

/** The packages of which something lies in the root, by the names of their folders. */
export function packagesIn(root: string): string[] {
  return entriesOf(root).map((name) => name.replace("+", "/"));
}

/** Whether one of these programs lies in the folder. */
export function holdsOneOf(folder: string, programs: readonly string[]): boolean {
  return programs.some((program) => isInside(program, folder));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever installed.
    return [];
  }
}
