import { expect, it } from "vitest";
import { parentsOf, vetPaths } from "./vet.ts";

const file = (path: string) => ({ path, gone: false, link: null });
const link = (path: string, target: string) => ({ path, gone: false, link: Buffer.from(target) });

it("S55 one hostile path refuses the whole set and every such path is named", () => {
  const vetted = vetPaths([file("a.txt"), file("../x"), file(".GIT/hooks/x")], false);
  expect(vetted).toMatchObject({
    ok: false,
    error: { code: "PATH_REFUSED", data: { refused: [{ path: "../x" }, { path: ".GIT/hooks/x" }] } },
  });
});

it("S56 refuses what would be written behind a link of the same set, at any depth and in any order", () => {
  expect(vetPaths([file("a/b/c"), link("a", "b")], false)).toMatchObject({
    ok: false,
    error: { data: { refused: [{ path: "a/b/c" }] } },
  });
  expect(vetPaths([{ path: "a/b", gone: true, link: null }, link("a", "b")], false).ok).toBe(true);
});

it("S56 refuses links that lead out, unless they were there before", () => {
  for (const target of ["/etc/passwd", "../out", "x/../../out", "../.git/config"]) {
    expect(vetPaths([link("dir/l", `../${target}`.replace("..//", "/"))], false).ok).toBe(false);
    expect(vetPaths([link("dir/l", "/etc/passwd")], true).ok).toBe(true);
  }
  expect(vetPaths([link("dir/l", "../a.txt")], false).ok).toBe(true);
});

it("lists the folders on the way", () => {
  expect(parentsOf("a/b/c")).toEqual(["a", "a/b"]);
  expect(parentsOf("a")).toEqual([]);
});
