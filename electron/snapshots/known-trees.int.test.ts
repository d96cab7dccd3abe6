import { afterEach, expect, it } from "vitest";
import type { Result } from "../../shared/result.ts";
import { listLinks } from "../git/trees.ts";
import { createRepo, createTestFolder, type TestFolder } from "../testing/repos.ts";
import { KnownTrees } from "./known-trees.ts";

const must = <T>(result: Result<T, unknown>): T => {
  if (!result.ok) throw new Error("git refuses", { cause: result.error });
  return result.value;
};

let folder: TestFolder;
afterEach(() => folder.dispose());

it("tells a tree's submodules by those of the one it was compared with", async () => {
  folder = createTestFolder();
  const repo = createRepo(folder, "project");
  repo.write("a.txt", "a\n");
  repo.commit("first");
  const commit = repo.git("rev-parse", "HEAD").trim();
  const link = (name: string): string => `160000,${commit},${name}`;
  repo.git("update-index", "--add", "--cacheinfo", link("stays"), "--cacheinfo", link("goes"), "--cacheinfo", link("file"));
  const before = repo.git("write-tree").trim();
  repo.git("update-index", "--force-remove", "goes", "file");
  repo.git("update-index", "--add", "--cacheinfo", link("comes"));
  repo.write("file", "text\n");
  repo.git("update-index", "--add", "file");
  const after = repo.git("write-tree").trim();

  const place = { cwd: repo.path, env: {} };
  const trees = new KnownTrees(folder.git);
  must(await trees.diff(place, before, after, { renames: true }));
  const told = must(await trees.links(place, after)).map(({ path }) => path);
  expect(told.toSorted()).toEqual(["comes", "stays"]);
  expect(must(await trees.links(place, before))).toEqual(must(await listLinks(folder.git, place, before)));
});
