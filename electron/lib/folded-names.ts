import { lstatSync, readdirSync } from "node:fs";
import { foldName } from "../../shared/hostile-path.ts";
import { decodePath, encodePath } from "../../shared/path-text.ts";

/**
 * The names below a folder as its disk has them. Disks of macOS and Windows take names for the same that differ in letter
 * case or in the form of their marks: a file is found there under a name that isn't its own.
 */
export class FoldedNames {
  readonly #root: string;
  /** Whether the disk is seen to take other names for the same: by their letter case, or by the form of their marks. */
  readonly folds: boolean;
  readonly #disk: Disk;

  constructor(root: string, disk: Disk = realDisk) {
    this.#root = root;
    this.#disk = disk;
    this.folds = foldsBy(swapCase, root, disk) || foldsBy(swapForm, root, disk);
  }

  /** Whether another name may lead to the same file: marks may have been folded where nothing has shown it yet. */
  mayFold(path: string): boolean {
    return this.folds || swapForm(path) !== path;
  }

  /** Whether what is found at the path has this very name; true on a disk that folds nothing. */
  isExact(path: string): boolean {
    if (!this.mayFold(path)) return true;
    const parts = path.split("/");
    return parts.every((part, at) => this.#disk.namesIn(`${this.#root}/${parts.slice(0, at).join("/")}`).includes(part));
  }

  /** Whether the disk finds something under this name, be it its own or one that it takes for the same. */
  isTaken(path: string): boolean {
    return this.#disk.isThere(`${this.#root}/${path}`);
  }

  /** Whether the disk takes both for names of one file, which has at most one of them. */
  isSame(one: string, other: string): boolean {
    if (!this.mayFold(one) || foldName(one) !== foldName(other)) return false;
    return this.isTaken(one) && this.isTaken(other) && !(this.isExact(one) && this.isExact(other));
  }
}

/** What a disk says of its names; tests have disks that aren't here. */
export type Disk = { namesIn(folder: string): string[]; isThere(at: string): boolean };

/** Told by a name that is there: whether it is found under another, too. */
function foldsBy(swap: (name: string) => string, root: string, disk: Disk): boolean {
  const names = disk.namesIn(root);
  const name = names.find((one) => swap(one) !== one);
  return name !== undefined && !names.includes(swap(name)) && disk.isThere(`${root}/${swap(name)}`);
}

/** The same name with its marks put together, or taken apart. */
function swapForm(name: string): string {
  return name.normalize("NFC") === name ? name.normalize("NFD") : name.normalize("NFC");
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

const realDisk: Disk = { namesIn: listing, isThere };
