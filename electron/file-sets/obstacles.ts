import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import nodePath from "node:path";
import type { Failure } from "../../shared/errors.ts";
import { encodePath } from "../../shared/path-text.ts";
import { sizeText } from "../../shared/size-text.ts";
import { resolveInside } from "../lib/write-file.ts";
import { maxFileBytes } from "./content.ts";
import { parentsOf } from "./vet.ts";

/** Why a path isn't written: a conflict of contents, a place that is blocked, or (`refused`) one that nobody may write. */
export type Obstacle = Reason | { refused: string };
export type Reason = { reason: string; blocked?: true };

export const tooLarge = `The file there is larger than ${sizeText(maxFileBytes)}.`;

export function blocked(reason: string): Reason {
  return { reason, blocked: true };
}

/** Why one path can't be written, for its person. */
export function cannotBeWritten(reason: string): string {
  return `It can't be written: ${reason}.`;
}

export function reasonOf(error: Failure): string {
  const reason = error.data?.["reason"];
  return typeof reason === "string" ? cannotBeWritten(reason) : error.message;
}

/** What keeps a file from being read, and so from being replaced. `inTheWay`: the words for what isn't a file. */
export async function obstacleAt(root: string, path: string, error: Failure, inTheWay: string): Promise<Obstacle> {
  const folder = parentsOf(path).at(-1);
  if (folder !== undefined) {
    const real = await resolveInside(root, folder);
    if (!real.ok) return { refused: String(real.error.data?.["reason"] ?? real.error.message) };
    if (real.value.path !== folder) return { refused: "it is behind a link" };
  }
  return blocked((await isFile(root, path)) ? reasonOf(error) : inTheWay);
}

async function isFile(root: string, path: string): Promise<boolean> {
  try {
    return (await lstat(placeOf(root, path))).isFile();
  } catch {
    // Not there, or behind what isn't a folder: no file is at this place.
    return false;
  }
}

/** Whether files can be made and replaced in the folders of a root: asked once for each. */
export class WritableFolders {
  readonly #root: string;
  readonly #reasons = new Map<string, Promise<string | null>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Null where it can be written as far as can be told before. */
  reasonAgainst(path: string): Promise<string | null> {
    const folder = nodePath.posix.dirname(path);
    const known = this.#reasons.get(folder) ?? this.#look(folder);
    this.#reasons.set(folder, known);
    return known;
  }

  async #look(folder: string): Promise<string | null> {
    try {
      // With the slash at its end it is a folder or nothing.
      await access(placeOf(this.#root, `${folder}/`), constants.W_OK | constants.X_OK);
      return null;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      // It will be made in the folder above, or takes the place of a file that goes.
      if ((code === "ENOENT" || code === "ENOTDIR") && folder !== ".") return this.reasonAgainst(folder);
      return code === "EROFS" ? "the disk is read-only" : "its folder is read-only";
    }
  }
}

function placeOf(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(root + nodePath.sep), encodePath(path)]);
}
