import { lstatSync, readdirSync } from "node:fs";
import { foldName } from "../../shared/hostile-path.ts";
import { decodePath, encodePath } from "../../shared/path-text.ts";

/**
 * The names below a folder as its disk has them. Disks of macOS and Windows take names for the same that differ in letter
 * case or in the form of their marks: a file is found there under a name that isn't its own.
 */
export class FoldedNames {
  readonly #root: string;
  /** Whether the disk folds letter case. */
  readonly folds: boolean;

  constructor(root: string) {
    this.#root = root;
    this.folds = foldsCase(root);
  }

  /** Whether what is found at the path has this very name; true on a disk that folds nothing. */
  isExact(path: string): boolean {
    if (!this.folds) return true;
    const parts = path.split("/");
    return parts.every((part, at) => listing(`${this.#root}/${parts.slice(0, at).join("/")}`).includes(part));
  }

  /** Whether the disk finds something under this name, be it its own or one that it takes for the same. */
  isTaken(path: string): boolean {
    return isThere(`${this.#root}/${path}`);
  }

  /** Whether the disk takes both for names of one file, which has at most one of them. */
  isSame(one: string, other: string): boolean {
    if (!this.folds || foldName(one) !== foldName(other)) return false;
    return this.isTaken(one) && this.isTaken(other) && !(this.isExact(one) && this.isExact(other));
  }
}

/** Told by a name that is there: whether it is found in another case, too. */
function foldsCase(root: string): boolean {
  const names = listing(root);
  const name = names.find((one) => swapCase(one) !== one);
  return name !== undefined && !names.includes(swapCase(name)) && isThere(`${root}/${swapCase(name)}`);
}

function swapCase(name: string): string {
  return name.replace(/\p{L}/gu, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
}

function listing(folder: string): string[] {
  try {
    return readdirSync(Buffer.from(encodePath(folder)), { encoding: "buffer" }).map((name) => decodePath(name));
  } catch {
    return []; // Gone, or not a folder: nothing has a name there.
  }
}

function isThere(at: string): boolean {
  try {
    return lstatSync(Buffer.from(encodePath(at)), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // Behind something that isn't a folder, or can't be looked into.
  }
}
