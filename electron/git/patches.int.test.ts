import { afterEach, expect, it } from "vitest";
import { createRepo, createTestFolder } from "../testing/repos.ts";
import { diffTrees } from "./diff-tree.ts";
import { patchOf } from "./file-patch.ts";
import { patchesOf } from "./patches.ts";

const folder = createTestFolder();
afterEach(() => folder.dispose());

it("gives each file the patch that it has when asked for alone, whatever the kind of the change and its name", async () => {
  const repo = createRepo(folder);
  repo.write("edited.txt", "one\ntwo\n");
  repo.write("gone.txt", "diff --git a/x b/x\n");
  repo.write("moved.txt", "a\nb\nc\nd\ne\nf\n");
  repo.write("linked.txt", "text\n");
  repo.write("run.sh", "true\n");
  repo.write("bytes.bin", new Uint8Array([0, 1, 2]));
  repo.write("odd \udcff\t\n name", "x\n");
  const from = repo.commit();
  repo.write("edited.txt", "one\ndiff --git a/y b/y\n");
  repo.remove("gone.txt");
  repo.remove("moved.txt");
  repo.write("to/moved.txt", "a\nb\nc\nd\ne\nF\n");
  repo.link("linked.txt", "edited.txt");
  repo.write("run.sh", "true\n", { executable: true });
  repo.write("bytes.bin", new Uint8Array([0, 1, 3]));
  repo.write("odd \udcff\t\n name", "y\n");
  repo.write("long.txt", "line\n".repeat(100));
  const to = repo.commit();
  const place = { cwd: repo.path, env: {} };
  const changes = await diffTrees(folder.git, place, from, to);
  const patches = await patchesOf(folder.git, place, from, to, 300);
  if (!changes.ok || !patches.ok || !patches.value) throw new Error("git failed");
  expect(changes.value).toHaveLength(8);
  for (const { path, oldPath } of changes.value) {
    const alone = await patchOf(folder.git, place, from, to, oldPath === undefined ? [path] : [oldPath, path], 300);
    expect(alone).toMatchObject({ ok: true, value: { text: patches.value.get(path) } });
  }
  expect(patches.value.get("long.txt")?.length).toBeLessThanOrEqual(300);
});
