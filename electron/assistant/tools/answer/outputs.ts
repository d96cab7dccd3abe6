import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** Above this the end of an output is dropped: nobody pages through more. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Outputs that are too long for a model's window, whole, as files of one chat's own folder. They stay as long as the
 * chat: the model may page through one turns later, and after a restart. The storage deletes them.
 */
export class Outputs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the name that it is found by again. */
  async keep(text: string): Promise<string> {
    const id = `out_${randomBytes(4).toString("hex")}`;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(id), text.slice(0, maxBytes), { mode: 0o600 });
    return id;
  }

  /** Null where no output has that name. */
  async find(id: string): Promise<string | null> {
    if (!/^out_[0-9a-f]{8}$/.test(id)) return null;
    try {
      return await readFile(this.#fileOf(id), "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, `${id}.txt`);
  }
}
