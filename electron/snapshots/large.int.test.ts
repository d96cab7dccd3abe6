import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
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
