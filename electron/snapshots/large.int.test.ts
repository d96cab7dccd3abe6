import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import type { Git } from "../git/git.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createTempPlace, type TempPlace } from "../testing/temp-repo.ts";
import { GitSnapshotStore } from "./git-snapshot-store.ts";

let place: TempPlace | null = null;
afterEach(() => {
  place?.dispose();
  place = null;
});

/** Objects of the store that are files of their own. */
function looseObjects(dir: string): number {
  return readdirSync(path.join(dir, "objects"))
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .reduce((sum, name) => sum + readdirSync(path.join(dir, "objects", name)).length, 0);
}

it("R73 reads a large untracked tree once: the tenth snapshot writes nothing and finds one change among them all", async () => {
  place = createTempPlace();
  const repo = await place.repository("big", { "a.txt": "a\n" });
  for (let folder = 0; folder < 100; folder += 1) {
    mkdirSync(path.join(repo, `d${folder}`));
    for (let file = 0; file < 150; file += 1) writeFileSync(path.join(repo, `d${folder}/f${file}.txt`), `${folder} ${file}\n`);
  }
  const storesDir = path.join(place.data, "snapshots");
  const store = new GitSnapshotStore({ git: place.git, storesDir, clock: systemClock, log: silentLog });
  const copy = { projectId: "prj", projectPath: repo, copyId: "wcp", path: repo };
  const tree = async (): Promise<string> => {
    const taken = await store.snapshot(copy);
    if (!taken.ok) throw new Error(taken.error.message);
    return taken.value.tree;
  };
  const first = await tree();
  const dir = path.join(storesDir, readdirSync(storesDir)[0] ?? "");
  const before = looseObjects(dir);
  for (let turn = 0; turn < 9; turn += 1) expect(await tree()).toBe(first);
  expect(looseObjects(dir)).toBe(before);
  writeFileSync(path.join(repo, "d42/f42.txt"), "changed\n");
  const changed = await store.diff(copy, first, await tree());
  expect(changed.ok && changed.value.map((change) => change.path)).toEqual(["d42/f42.txt"]);
  // One blob, and the trees above it.
  expect(looseObjects(dir)).toBeLessThanOrEqual(before + 3);
  await store.dispose();
}, 120_000);

it("stores empty files and links beside many others at the first try, and leaves no half of a pack", async () => {
  place = createTempPlace();
  const repo = await place.repository("mixed", { "z.txt": "z\n" });
  writeFileSync(path.join(repo, "a-empty"), "");
  symlinkSync("z.txt", path.join(repo, "a-link"));
  for (let file = 0; file < 60; file += 1) writeFileSync(path.join(repo, `f${file}.txt`), `content ${file}\n`);
  writeFileSync(path.join(repo, "m-newline"), "\n");
  const refused: string[] = [];
  const { git } = place;
  const counted: Git = {
    run: async (args, call) => {
      const done = await git.run(args, call);
      if (!done.ok) refused.push(done.error.message);
      return done;
    },
    start: (args, call) => git.start(args, call),
  };
  const storesDir = path.join(place.data, "snapshots");
  const store = new GitSnapshotStore({ git: counted, storesDir, clock: systemClock, log: silentLog });
  const copy = { projectId: "prj", projectPath: repo, copyId: "wcp", path: repo };
  const taken = await store.snapshot(copy);
  expect(refused).toEqual([]);
  const listed = taken.ok ? await store.entries(copy, taken.value.tree, ["a-empty", "a-link", "f59.txt", "m-newline"]) : taken;
  expect(listed.ok && listed.value.map(({ path: at, mode }) => `${mode} ${at}`)).toEqual([
    "100644 a-empty",
    "120000 a-link",
    "100644 f59.txt",
    "100644 m-newline",
  ]);
  const packs = readdirSync(path.join(storesDir, "prj.git", "objects", "pack"));
  expect(packs.filter((name) => name.startsWith("tmp_"))).toEqual([]);
  expect(packs.filter((name) => name.endsWith(".pack"))).toHaveLength(1);
  await store.dispose();
}, 60_000);
