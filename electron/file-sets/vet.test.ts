import { expect, it } from "vitest";
import { parentsOf, refusedPaths, type VetRules } from "./vet.ts";

const inside = { linksOut: false, gitFolders: [] };

const file = (path: string) => ({ path, gone: false, link: null });
const link = (path: string, target: string) => ({ path, gone: false, link: Buffer.from(target) });
const refused = async (paths: Parameters<typeof refusedPaths>[0], rules: VetRules) =>
  (await refusedPaths(paths, rules)).map((one) => one.path);

it("S55 every hostile path of a set is named, with its reason", async () => {
  expect(await refusedPaths([file("a.txt"), file("../x"), file(".GIT/hooks/x")], inside)).toEqual([
    { path: "../x", reason: expect.any(String) },
    { path: ".GIT/hooks/x", reason: expect.any(String) },
  ]);
});

it("S56 refuses what would be written behind a link of the same set, at any depth and in any order", async () => {
  expect(await refused([file("a/b/c"), link("a", "b")], inside)).toEqual(["a/b/c"]);
  expect(await refused([{ path: "a/b", gone: true, link: null }, link("a", "b")], inside)).toEqual([]);
});

it("S56 refuses links that lead out, unless they were there before", async () => {
  for (const target of ["/etc/passwd", "../out", "x/../../out", "../.git/config"]) {
    expect(await refused([link("dir/l", `../${target}`.replace("..//", "/"))], inside)).toEqual(["dir/l"]);
    expect(await refused([link("dir/l", "/etc/passwd")], { ...inside, linksOut: true })).toEqual([]);
  }
  expect(await refused([link("dir/l", "../a.txt")], inside)).toEqual([]);
});

it("lists the folders on the way", () => {
  expect(parentsOf("a/b/c")).toEqual(["a", "a/b"]);
  expect(parentsOf("a")).toEqual([]);
});

it("refuses what would be written in a folder of git's, whatever it is called, or where the root is one", async () => {
  const beside = { linksOut: false, gitFolders: [".bare"] };
  expect(await refused([file("hooks/post-checkout")], beside)).toEqual([]);
  expect(await refusedPaths([file(".bare/hooks/post-checkout")], beside)).toEqual([
    { path: ".bare/hooks/post-checkout", reason: "it leads into a git folder" },
  ]);
  expect(await refused([file(".BARE/config")], beside)).toEqual([".BARE/config"]);
  expect(await refused([file("hooks/post-checkout")], { linksOut: false, gitFolders: [""] })).toEqual(["hooks/post-checkout"]);
});
