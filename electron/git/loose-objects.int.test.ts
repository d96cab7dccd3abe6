import { statSync, utimesSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { writeObject } from "./loose-objects.ts";
import { formatTree } from "./tree-objects.ts";

let folder: TestFolder;

beforeEach(() => {
  folder = createTestFolder();
});

afterEach(() => folder.dispose());

const objectsOf = (repo: Repo): string => path.join(repo.path, ".git/objects");

it.each([
  { objectFormat: "sha1", oidLength: 40 },
  { objectFormat: "sha256", oidLength: 64 },
] as const)("writes a tree as git's own of $objectFormat has it", async ({ objectFormat, oidLength }) => {
  const repo = createRepo(folder, objectFormat, { plain: false, objectFormat });
  repo.write("a/b", "text\n");
  repo.write("a.b", "more\n");
  repo.commit();
  const tree = new Map(
    repo
      .git("ls-tree", "HEAD")
      .trim()
      .split("\n")
      .map((text) => {
        const [mode = "", , oid = "", name = ""] = text.split(/[ \t]/);
        return [name, { mode, oid }];
      }),
  );
  const bytes = await formatTree(new Map([...tree, ["c", { mode: "100755", oid: tree.get("a.b")?.oid ?? "" }]]));
  const written = await writeObject(objectsOf(repo), "tree", bytes, oidLength);
  const oid = written.ok ? written.value : "";
  expect(repo.git("ls-tree", "-r", "--name-only", oid).trim().split("\n")).toEqual(["a.b", "a/b", "c"]);
  expect(repo.git("fsck", "--strict", "--no-dangling")).toBe("");
});

it("makes what is there already young again", async () => {
  const repo = createRepo(folder);
  const written = await writeObject(objectsOf(repo), "tree", Buffer.alloc(0), 40);
  const oid = written.ok ? written.value : "";
  const file = path.join(objectsOf(repo), oid.slice(0, 2), oid.slice(2));
  utimesSync(file, 1000, 1000);
  await writeObject(objectsOf(repo), "tree", Buffer.alloc(0), 40);
  expect(statSync(file).mtimeMs).toBeGreaterThan(1_000_000);
});

it("says why nothing can be written", async () => {
  const repo = createRepo(folder);
  const written = await writeObject(path.join(repo.path, ".git/HEAD"), "tree", Buffer.alloc(0), 40);
  expect(written).toMatchObject({ ok: false, error: { type: "exit" } });
});
