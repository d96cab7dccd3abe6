import { chmodSync, lstatSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { until } from "../testing/until.ts";
import { value } from "../testing/value-of.ts";
import { createCheckpointsBench, createSnapshotsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";

let bench: CheckpointsBench;
let repo: Repo;
beforeEach(() => {
  bench = createCheckpointsBench();
  repo = bench.use(createRepo(bench.folder));
});
afterEach(() => bench.dispose());

const place = (name: string): string => path.join(repo.path, name);
const permissions = (name: string): string => (lstatSync(place(name)).mode & 0o777).toString(8);

function write(name: string, mode: number): void {
  repo.write(name, "SECRET=1\n");
  chmodSync(place(name), mode);
}

it("what an agent deletes comes back with the permissions that it had, also after a new start", async () => {
  const odd = { ".env": 0o600, "run.sh": 0o750, "deep/key": 0o400, plain: 0o644 };
  for (const [name, mode] of Object.entries(odd)) write(name, mode);
  const { before } = await bench.run(() => {
    for (const name of Object.keys(odd)) repo.remove(name);
  });
  await bench.reopenStore();
  await bench.restore(before.id);
  for (const [name, mode] of Object.entries(odd)) expect(permissions(name), name).toBe(mode.toString(8));
});

it("knows of a file that was only made private right before the run", async () => {
  write(".env", 0o644);
  await bench.take("manual");
  // Most gits tell times apart by seconds alone, and the clock of files is a tick of the system behind.
  const tickMs = 20;
  const second = (at: number): number => Math.floor(at / 1000);
  await until(() => second(Date.now() - tickMs) > second(lstatSync(place(".env")).ctimeMs), "the next second");
  chmodSync(place(".env"), 0o600);
  const { before } = await bench.run(() => repo.remove(".env"));
  await bench.restore(before.id);
  expect(permissions(".env")).toBe("600");
});

it("what a restore takes away, its undo gives back as it was", async () => {
  const first = await bench.take("manual");
  write(".env", 0o644);
  await bench.take("manual");
  chmodSync(place(".env"), 0o600);
  const taken = await bench.restore(first.id, false, "exact");
  expect(taken.changed).toEqual([".env"]);
  await bench.restore(taken.checkpointBeforeId ?? "");
  expect(permissions(".env")).toBe("600");
});

it("forgets what isn't so any more", async () => {
  const first = await bench.take("manual");
  write("tool", 0o700);
  await bench.take("manual");
  chmodSync(place("tool"), 0o755);
  const taken = await bench.restore(first.id, false, "exact");
  await bench.restore(taken.checkpointBeforeId ?? "");
  expect(permissions("tool")).toBe("755");
});

it("knows those of the commit's files in the project's own folder", async () => {
  const snapshots = createSnapshotsBench();
  try {
    const project = createRepo(snapshots.folder);
    project.write("tracked", "x\n");
    chmodSync(path.join(project.path, "tracked"), 0o600);
    project.commit();
    await snapshots.treeNow(project);
    expect((await value(snapshots.store.notedPermissions(snapshots.refOf(project)))).of("tracked")).toBe(0o600);
  } finally {
    await snapshots.dispose();
  }
});
