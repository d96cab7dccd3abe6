import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { treeOfAll } from "./keeping.ts";

const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd, encoding: "utf8", env: { PATH: process.env["PATH"] } });

it("a tree that keeps has all that it is to keep, however much that is", async () => {
  const folder = tempFolder("keeping");
  git(folder, "init", "--quiet", "--bare");
  const store = { objectsDir: path.join(folder, "objects"), oidLength: 40 as const };
  for (const count of [0, 1, 2_000, 4_500]) {
    const oids = Array.from({ length: count }, (_, at) => (at + 1).toString(16).padStart(40, "0"));
    const items = oids.map((oid) => ({ mode: "100644", oid }));
    const tree = await treeOfAll(store, items);
    if (!tree.ok) throw new Error(tree.error.message);
    const listed = git(folder, "ls-tree", "-r", "--format=%(objectname)", tree.value).split("\n");
    expect(new Set(listed.filter((line) => line !== ""))).toEqual(new Set(oids));
  }
});
