import { expect, it } from "vitest";
import { parentsOf, vetPaths } from "./vet.ts";

const inside = { linksOut: false, gitFolders: [] };

const file = (path: string) => ({ path, gone: false, link: null });
const link = (path: string, target: string) => ({ path, gone: false, link: Buffer.from(target) });

it("S55 one hostile path refuses the whole set and every such path is named", () => {
  const vetted = vetPaths([file("a.txt"), file("../x"), file(".GIT/hooks/x")], inside);
  expect(vetted).toMatchObject({
    ok: false,
    error: { code: "PATH_REFUSED", data: { refused: [{ path: "../x" }, { path: ".GIT/hooks/x" }] } },
  });
});

it("S56 refuses what would be written behind a link of the same set, at any depth and in any order", () => {
  expect(vetPaths([file("a/b/c"), link("a", "b")], inside)).toMatchObject({
    ok: false,
    error: { data: { refused: [{ path: "a/b/c" }] } },
  });
  expect(vetPaths([{ path: "a/b", gone: true, link: null }, link("a", "b")], inside).ok).toBe(true);
});

it("S56 refuses links that lead out, unless they were there before", () => {
  for (const target of ["/etc/passwd", "../out", "x/../../out", "../.git/config"]) {
    expect(vetPaths([link("dir/l", `../${target}`.replace("..//", "/"))], inside).ok).toBe(false);
    expect(vetPaths([link("dir/l", "/etc/passwd")], { ...inside, linksOut: true }).ok).toBe(true);
  }
  expect(vetPaths([link("dir/l", "../a.txt")], inside).ok).toBe(true);
});

it("lists the folders on the way", () => {
  expect(parentsOf("a/b/c")).toEqual(["a", "a/b"]);
  expect(parentsOf("a")).toEqual([]);
});

it("refuses what would be written in a folder of git's, whatever it is called, or where the root is one", () => {
  const beside = { linksOut: false, gitFolders: [".bare"] };
  expect(vetPaths([file("hooks/post-checkout")], beside).ok).toBe(true);
  expect(vetPaths([file(".bare/hooks/post-checkout")], beside)).toMatchObject({
    error: { code: "PATH_REFUSED", data: { refused: [{ reason: "it leads into a git folder" }] } },
  });
  expect(vetPaths([file(".BARE/config")], beside).ok).toBe(false);
  expect(vetPaths([file("hooks/post-checkout")], { linksOut: false, gitFolders: [""] }).ok).toBe(false);
});
