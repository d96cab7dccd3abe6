import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { isInside } from "../../lib/inside.ts";
import { readRegular } from "../../lib/read-regular.ts";

/** `description`: a line, empty where its file has none. */
export type Skill = { name: string; description: string };

/** What finds skills in files. `workingCopy`: null where the project's may not be read. */
export interface SkillFiles {
  list(workingCopy: string | null): Promise<Skill[]>;
  read(name: string, workingCopy: string | null): Promise<{ text: string; folder: string } | null>;
}

export type SkillsDeps = { files: SkillFiles; workingCopy: string; isTrusted: () => Promise<boolean> };

const maxFiles = 100;
const deepest = 3;
const maxBytes = 256 * 1024;

/**
 * The skills that a session's model may read: the person's, and the project's while the person trusts it. Looked up in
 * the files each time, so that a trust that is taken back counts at once.
 */
export class Skills {
  readonly #deps: SkillsDeps;

  constructor(deps: SkillsDeps) {
    this.#deps = deps;
  }

  async list(): Promise<Skill[]> {
    return this.#deps.files.list(await this.#workingCopy());
  }

  /** Its text, and the other files that lie with it; null where there is no such skill. */
  async read(name: string): Promise<{ text: string; files: string[] } | null> {
    const found = await this.#find(name);
    return found && { text: found.text, files: filesBelow(found.folder) };
  }

  /** A text file that lies with a skill; null where it isn't there, or leads out of the skill's folder. */
  async readFile(name: string, file: string): Promise<string | null> {
    const found = await this.#find(name);
    if (!found) return null;
    const real = realFile(path.join(found.folder, file));
    const folder = realFile(found.folder);
    if (real === null || folder === null || !isInside(real, folder)) return null;
    const text = readRegular(real, maxBytes)?.toString("utf8");
    return text === undefined || text.includes("\0") ? null : text;
  }

  async #find(name: string): ReturnType<SkillFiles["read"]> {
    return this.#deps.files.read(name, await this.#workingCopy());
  }

  async #workingCopy(): Promise<string | null> {
    return (await this.#deps.isTrusted()) ? this.#deps.workingCopy : null;
  }
}

/** Paths relative to the skill's folder, in their order, without its own text. */
function filesBelow(folder: string): string[] {
  const found: string[] = [];
  const look = (parts: readonly string[]): void => {
    for (const entry of entriesOf(path.join(folder, ...parts))) {
      if (found.length >= maxFiles) return;
      const here = [...parts, entry.name];
      if (entry.isDirectory() && here.length < deepest) look(here);
      else if (entry.isFile() && here.join("/") !== "SKILL.md") found.push(here.join("/"));
    }
  };
  look([]);
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // Gone meanwhile.
  }
}

function realFile(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null; // Not there.
  }
}
