import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import path from "node:path";
import { systemClock } from "../../electron/lib/clock.ts";
import { silentLog } from "../../electron/lib/log.ts";
import { GitSnapshotStore } from "../../electron/snapshots/git-snapshot-store.ts";
import type { CopyRef } from "../../electron/snapshots/snapshot-store.ts";
import { createRepo, createTestFolder } from "../../electron/testing/repos.ts";

const fileCount = Number(process.env["BENCH_FILES"] ?? 100_000);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 9);

/**
 * A checkpoint of a large working copy with one file changed, beside git's own ways to the same tree, taken in turns:
 * `add -A` with `write-tree` on a warm index, and `stash create` (which leaves untracked files out).
 */
export async function run(): Promise<void> {
  const folder = createTestFolder();
  try {
    mkdirSync(path.join(folder.path, "stores"));
    const repo = createRepo(folder);
    for (let at = 0; at < fileCount; at += 1)
      repo.write(`d${at % 100}/e${Math.floor(at / 100) % 100}/f${at}.txt`, `line one of ${at}\nline two\n`);
    repo.commit();
    const store = new GitSnapshotStore({
      git: folder.git,
      storesDir: path.join(folder.path, "stores"),
      clock: systemClock,
      log: silentLog,
    });
    const copy: CopyRef = { projectId: "prj", projectPath: repo.path, copyId: "wcp", path: repo.path };
    const env = { ...folder.env, GIT_CONFIG_NOSYSTEM: "1", GIT_INDEX_FILE: path.join(folder.path, "bare.index") };
    const bareGit = (...args: string[]): string => execFileSync("git", args, { cwd: repo.path, env }).toString().trim();

    const cold = await timed(() => store.snapshot(copy));
    bareGit("add", "-A");
    bareGit("write-tree");
    repo.git("status");
    const times: Record<string, number[]> = { snapshot: [], checkpoint: [], "add -A + write-tree": [], "stash create": [] };
    for (let round = 0; round < rounds; round += 1) {
      const change = (what: string): void => repo.write("d7/e7/f707.txt", `${what} ${round}\n`);
      change("snapshot");
      let tree = "";
      const taken = await timed(async () => {
        const snapshot = await store.snapshot(copy);
        if (!snapshot.ok) throw new Error(snapshot.error.message);
        tree = snapshot.value.tree;
      });
      const kept = await timed(() => store.keep(copy, tree));
      times["snapshot"]?.push(taken);
      times["checkpoint"]?.push(taken + kept);
      change("bare");
      times["add -A + write-tree"]?.push(await timed(() => void (bareGit("add", "-A"), bareGit("write-tree"))));
      change("stash");
      times["stash create"]?.push(await timed(() => void repo.git("stash", "create")));
    }
    await store.dispose();
    report(times, cold, bareGit("--version"));
  } finally {
    folder.dispose();
  }
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(times: Record<string, number[]>, coldMs: number, git: string): void {
  console.log(`checkpoint: ${fileCount} files, 1 changed, ${rounds} rounds`);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 1024 ** 3)} GB, Linux ${release()}, Node ${process.version}, ${git}`,
  );
  console.log(`first snapshot (cold): ${Math.round(coldMs)} ms`);
  for (const [name, list] of Object.entries(times)) {
    const sorted = list.toSorted((a, b) => a - b);
    console.log(
      `${name.padEnd(22)} median ${median(list).toFixed(0)} ms   (${sorted[0]?.toFixed(0)}–${sorted.at(-1)?.toFixed(0)})`,
    );
  }
  const ratio = (name: string): string => (median(times["checkpoint"] ?? []) / median(times[name] ?? [])).toFixed(2);
  console.log(`checkpoint ÷ (add -A + write-tree): ${ratio("add -A + write-tree")}   goal ≤ 1.5`);
  console.log(`checkpoint ÷ stash create: ${ratio("stash create")}   goal < 1`);
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
