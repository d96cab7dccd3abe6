import { createHash } from "node:crypto";
import { decodePath, encodePath } from "../../shared/path-text.ts";
import { mapInSlices, Slices } from "../lib/slices.ts";

// Git's tree objects: what they hold, and how one becomes another. Without effects.

/** What a tree has under one name; a folder is a tree of its own. The mode is octal, as git shows it ("040000"). */
export type TreeItem = { mode: string; oid: string };
export type Tree = ReadonlyMap<string, TreeItem>;

/** Trees that are read, by their ids. */
export type Trees = ReadonlyMap<string, Tree>;

export type TreeEdit = { path: string; mode: string; oid: string | null };

/** The folders on the way to some paths, and what is to be done in each; `edit` is null where nothing ends. */
type Step = { edit: TreeEdit | null; below: Map<string, Step> };

export const folderMode = "040000";

function isFolder(item: TreeItem | undefined): item is TreeItem & { mode: typeof folderMode } {
  return item?.mode === folderMode;
}

/** Entries are `MODE NAME`, a NUL, and the id in bytes. */
export async function parseTree(bytes: Buffer, oidLength: OidLength): Promise<Tree> {
  const tree = new Map<string, TreeItem>();
  const slices = new Slices();
  for (let at = 0; at < bytes.length;) {
    if (slices.isOver()) await slices.next();
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    const next = end + 1 + oidLength / 2;
    const mode = knownMode(bytes.toString("latin1", at, space).padStart(6, "0"));
    tree.set(decodePath(bytes.subarray(space + 1, end)), { mode, oid: bytes.toString("hex", end + 1, next) });
    at = next;
  }
  return tree;
}

/** As git's own commands tell them: old trees have files with other modes, such as 100664. */
function knownMode(mode: string): string {
  if (!mode.startsWith("100")) return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}

/** In git's order, for which a folder's name ends in a slash. */
export async function formatTree(tree: Tree): Promise<Buffer> {
  const items = await mapInSlices(tree, ([name, item]) => {
    // A character for each byte, so that text is in the order of the bytes.
    const bytes = isAscii(name) ? name : Buffer.from(encodePath(name)).toString("latin1");
    return { ...item, head: `${item.mode.replace(/^0+/, "")} ${bytes}\0`, order: isFolder(item) ? `${bytes}/` : bytes };
  });
  items.sort((a, b) => (a.order < b.order ? -1 : 1));
  const size = items.reduce((sum, { head, oid }) => sum + head.length + oid.length / 2, 0);
  // One buffer for all of them: a set of thousands of files is a tree of as many.
  const whole = Buffer.alloc(size);
  let end = 0;
  const slices = new Slices();
  for (const { head, oid } of items) {
    if (slices.isOver()) await slices.next();
    end += whole.write(head, end, "latin1");
    end += whole.write(oid, end, "hex");
  }
  return whole;
}

/** Ids of so many characters: of SHA-1 or of SHA-256. */
export type OidLength = 40 | 64;

export function oidLengthOf(oid: string): OidLength {
  return oid.length === 64 ? 64 : 40;
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}

/** An object's id. */
export function oidOf(type: "tree" | "commit", bytes: Uint8Array, length: OidLength): string {
  return createHash(length === 64 ? "sha256" : "sha1")
    .update(`${type} ${bytes.length}\0`)
    .update(bytes)
    .digest("hex");
}

export async function stepsTo(edits: readonly TreeEdit[]): Promise<Step> {
  const root: Step = { edit: null, below: new Map() };
  const slices = new Slices();
  for (const edit of edits) {
    if (slices.isOver()) await slices.next();
    let step = root;
    for (const name of edit.path.split("/")) {
      const next: Step = step.below.get(name) ?? { edit: null, below: new Map() };
      step.below.set(name, next);
      step = next;
    }
    step.edit = edit;
  }
  return root;
}

/** Of the folders that steps lead through, those that aren't read yet. */
export function unreadOf(root: string, steps: Step, trees: Trees): string[] {
  const unread = new Set<string>();
  const walk = (oid: string, { below }: Step): void => {
    const tree = trees.get(oid);
    if (!tree) return void unread.add(oid);
    for (const [name, step] of below) {
      const item = tree.get(name);
      if (step.below.size > 0 && isFolder(item)) walk(item.oid, step);
    }
  };
  walk(root, steps);
  return [...unread];
}

/** What is at the steps' ends; folders are left out. */
export function itemsAt(root: string, steps: Step, trees: Trees): (TreeItem & { path: string })[] {
  const found: (TreeItem & { path: string })[] = [];
  const walk = (tree: Tree | undefined, { below }: Step): void => {
    for (const [name, step] of below) {
      const item = tree?.get(name);
      if (!item) continue;
      if (isFolder(item)) walk(trees.get(item.oid), step);
      else if (step.edit) found.push({ path: step.edit.path, ...item });
    }
  };
  walk(trees.get(root), steps);
  return found;
}

/**
 * The tree with its edits, and all trees that are new for it, by their ids. A file takes the place of a folder and the
 * other way round; one that is taken away and isn't there, or is a folder, is no change. Folders left empty go.
 */
export async function edited(root: string, steps: Step, trees: Trees): Promise<{ root: string; made: Map<string, Buffer> }> {
  const slices = new Slices();
  const made = new Map<string, Buffer>();
  const put = async (tree: Tree): Promise<string> => {
    const bytes = await formatTree(tree);
    const oid = oidOf("tree", bytes, oidLengthOf(root));
    made.set(oid, bytes);
    return oid;
  };
  const within = async (tree: Tree, { below }: Step): Promise<Tree> => {
    const next = new Map(tree);
    for (const [name, step] of below) {
      if (slices.isOver()) await slices.next();
      const item = step.below.size > 0 ? await folderAfter(tree.get(name), step) : itemAfter(tree.get(name), step);
      if (item) next.set(name, item);
      else next.delete(name);
    }
    return next;
  };
  const itemAfter = (before: TreeItem | undefined, step: Step): TreeItem | null => {
    if (step.edit?.oid) return { mode: step.edit.mode, oid: step.edit.oid };
    return step.edit && !isFolder(before) ? null : (before ?? null);
  };
  const folderAfter = async (before: TreeItem | undefined, step: Step): Promise<TreeItem | null> => {
    const stays = itemAfter(before, step);
    if (step.edit?.oid) return stays;
    const inside = await within(isFolder(before) ? (trees.get(before.oid) ?? new Map()) : new Map(), step);
    if (inside.size > 0) return { mode: folderMode, oid: await put(inside) };
    return isFolder(before) ? null : stays;
  };
  return { root: await put(await within(trees.get(root) ?? new Map(), steps)), made };
}
