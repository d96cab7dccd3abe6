import { expect, it } from "vitest";
import { edited, formatTree, itemsAt, oidOf, parseTree, stepsTo, unreadOf, type Tree, type TreeEdit } from "./tree-objects.ts";

const blob = (digit: string) => ({ mode: "100644", oid: digit.repeat(40) });

/** Folders by their paths, the root's being empty, with the names of the files in them. */
async function treesOf(folders: Record<string, string[]>): Promise<{ root: string; trees: Map<string, Tree> }> {
  const trees = new Map<string, Tree>();
  const build = async (at: string): Promise<string> => {
    const tree = new Map<string, { mode: string; oid: string }>();
    for (const name of folders[at] ?? []) tree.set(name, blob("1"));
    const prefix = at === "" ? "" : `${at}/`;
    for (const folder of Object.keys(folders)) {
      const name = folder.slice(prefix.length);
      if (folder === at || !folder.startsWith(prefix) || name.includes("/")) continue;
      tree.set(name, { mode: "040000", oid: await build(folder) });
    }
    const oid = oidOf("tree", await formatTree(tree), 40);
    trees.set(oid, tree);
    return oid;
  };
  return { root: await build(""), trees };
}

async function filesAfter(folders: Record<string, string[]>, edits: TreeEdit[]): Promise<string[]> {
  const { root, trees } = await treesOf(folders);
  const after = await edited(root, await stepsTo(edits), trees);
  const made = await Promise.all(Array.from(after.made, async ([oid, bytes]) => [oid, await parseTree(bytes, 40)] as const));
  const all = new Map([...trees, ...made]);
  const walk = (oid: string, prefix: string): string[] =>
    [...(all.get(oid) ?? [])].flatMap(([name, item]) =>
      item.mode === "040000" ? walk(item.oid, `${prefix}${name}/`) : [`${prefix}${name} ${item.oid[0] ?? ""}`],
    );
  return walk(after.root, "").toSorted();
}

const put = (path: string): TreeEdit => ({ path, ...blob("2") });
const take = (path: string): TreeEdit => ({ path, mode: "0", oid: null });

it("reads what it writes, in git's order and for both kinds of id", async () => {
  const folder = { mode: "040000", oid: "a".repeat(40) };
  const tree = new Map([
    ["a", folder],
    ["a.b", blob("1")],
    ["a0", blob("1")],
    ["\udcff", { mode: "120000", oid: "b".repeat(40) }],
  ]);
  expect([...(await parseTree(await formatTree(tree), 40)).keys()]).toEqual(["a.b", "a", "a0", "\udcff"]);
  expect(await parseTree(await formatTree(tree), 40)).toEqual(tree);
  const long = new Map([["x", { mode: "100755", oid: "c".repeat(64) }]]);
  expect(await parseTree(await formatTree(long), 64)).toEqual(long);
  expect(oidOf("tree", await formatTree(new Map()), 40)).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
});

it("puts and takes away entries, and folders that are empty by it", async () => {
  const folders = { "": ["a"], d: ["x", "y"], "d/e": ["z"] };
  expect(await filesAfter(folders, [put("d/e/z"), put("n/m"), take("a")])).toEqual(["d/e/z 2", "d/x 1", "d/y 1", "n/m 2"]);
  expect(await filesAfter(folders, [take("d/e/z"), take("d/x"), take("d/y")])).toEqual(["a 1"]);
});

it("has a file take a folder's place, and a folder a file's", async () => {
  const folders = { "": ["a"], d: ["x"] };
  expect(await filesAfter(folders, [put("d")])).toEqual(["a 1", "d 2"]);
  expect(await filesAfter(folders, [take("d/x"), put("d")])).toEqual(["a 1", "d 2"]);
  expect(await filesAfter(folders, [put("a/b")])).toEqual(["a/b 2", "d/x 1"]);
  expect(await filesAfter(folders, [take("a"), put("a/b")])).toEqual(["a/b 2", "d/x 1"]);
});

it("changes nothing by taking away what isn't there, or is a folder", async () => {
  const folders = { "": ["a"], d: ["x"] };
  expect(await filesAfter(folders, [take("b"), take("d"), take("a/b"), take("n/m")])).toEqual(["a 1", "d/x 1"]);
});

it("reads no folder that no path leads through", async () => {
  const { root, trees } = await treesOf({ "": ["a"], d: [], "d/e": ["z"], f: ["y"] });
  const steps = await stepsTo([take("d/e/z"), take("f"), take("a/b")]);
  const read = new Map<string, Tree>();
  const reads: number[] = [];
  for (let unread = unreadOf(root, steps, read); unread.length > 0; unread = unreadOf(root, steps, read)) {
    reads.push(unread.length);
    for (const oid of unread) read.set(oid, trees.get(oid) ?? new Map());
  }
  expect(reads).toEqual([1, 1, 1]);
  expect(itemsAt(root, steps, read)).toEqual([{ path: "d/e/z", ...blob("1") }]);
});

it("reads the modes of old trees as git tells them", async () => {
  const entry = (mode: string, name: string) => [Buffer.from(`${mode} ${name}\0`), Buffer.alloc(20, 0x11)];
  const bytes = Buffer.concat(
    [
      ["100664", "a"],
      ["100775", "b"],
      ["120000", "c"],
    ].flatMap(([mode = "", name = ""]) => entry(mode, name)),
  );
  expect([...(await parseTree(bytes, 40)).values()].map(({ mode }) => mode)).toEqual(["100644", "100755", "120000"]);
});
