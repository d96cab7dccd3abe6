import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { createCheckpointsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";

const small = ["-t", "tmpfs", "-o", "size=256k", "none"];
const mount = (folder: string): void => void execFileSync("mount", [...small, folder], { stdio: "ignore" });
const unmount = (folder: string): void => void execFileSync("umount", [folder], { stdio: "ignore" });

/** A disk that can fill up takes a system that lets us have one. */
function canMount(): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hearth-disk-"));
  try {
    mount(folder);
    unmount(folder);
    return true;
  } catch {
    return false; // Not root, or no Linux.
  } finally {
    rmdirSync(folder);
  }
}

let bench: CheckpointsBench | null = null;
let repo: Repo | null = null;
afterEach(async () => {
  if (repo) unmount(repo.path);
  await bench?.dispose();
  [bench, repo] = [null, null];
});

it.skipIf(!canMount())(
  "a restore that the disk has no room for leaves the files as they were, and can be tried again",
  async () => {
    bench = createCheckpointsBench();
    const folder = path.join(bench.folder.path, "project");
    mkdirSync(folder);
    mount(folder);
    const disk = bench.use(createRepo(bench.folder, "project", { plain: true }));
    repo = disk;
    const names = (kind: string): string[] => Array.from({ length: 20 }, (_, at) => `${kind}${at}`);
    for (const name of names("old")) disk.write(name, name.padEnd(900));
    const { before } = await bench.run(() => {
      for (const name of names("old")) disk.remove(name);
      for (const name of names("new").slice(0, 3)) disk.write(name, name.padEnd(900));
    });
    disk.write("large", Buffer.alloc(200 * 1024));
    const after = bench.files();
    expect(await bench.service.restore(before.id, { dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "DISK_FULL", message: expect.stringContaining("Nothing was written.") },
    });
    expect(bench.files()).toEqual(after);
    bench.reopen();
    expect(await bench.service.finishRestores()).toEqual([]);
    rmSync(path.join(folder, "large"));
    await bench.restore(before.id);
    expect(Object.keys(bench.files()).toSorted()).toEqual(names("old").toSorted());
  },
);
