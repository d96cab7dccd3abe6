import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Git } from "../git/git.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { FileSets } from "../file-sets/file-sets.ts";
import { CheckpointsService } from "../snapshots/checkpoints.ts";
import { GitSnapshotStore } from "../snapshots/git-snapshot-store.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import { ChangesRepository } from "../store/changes.ts";
import { CheckpointRepository } from "../store/checkpoints.ts";
import { openStore } from "../store/open.ts";
import { readFolder } from "./read-folder.ts";
import { createTestFolder, type Repo } from "./repos.ts";
import { value } from "./value-of.ts";

/** A snapshot store in a folder of its own, with a low limit for untracked files; lives until `dispose`. */
export type SnapshotsBench = ReturnType<typeof createSnapshotsBench>;

export function createSnapshotsBench() {
  const folder = createTestFolder();
  const storesDir = path.join(folder.path, "stores");
  mkdirSync(storesDir);
  const open = (git: Git): GitSnapshotStore =>
    new GitSnapshotStore({ git, storesDir, clock: new ManualClock(), log: silentLog, maxUntrackedBytes: 1000 });
  const bench = {
    folder,
    storesDir,
    store: open(folder.git),
    refOf: (repo: Repo): CopyRef => ({ projectId: "prj_1", projectPath: repo.path, copyId: "wcp_1", path: repo.path }),
    treeNow: async (repo: Repo): Promise<string> => (await value(bench.store.snapshot(bench.refOf(repo)))).tree,
    async changes(repo: Repo, from: string, to: string, options = {}): Promise<string[]> {
      const found = await value(bench.store.diff(bench.refOf(repo), from, to, options));
      return found.map(({ operation, path: at }) => `${operation} ${at}`);
    },
    /** As after a new start of the core. */
    async reopen(git = folder.git): Promise<void> {
      await bench.store.dispose();
      bench.store = open(git);
    },
    async dispose(): Promise<void> {
      await bench.store.dispose();
      folder.dispose();
    },
  };
  return bench;
}

/** Checkpoints of one session, `ses_1`, in the repository that `state.repo` names by then; lives until `dispose`. */
export type CheckpointsBench = ReturnType<typeof createCheckpointsBench>;

export function createCheckpointsBench() {
  const snapshots = createSnapshotsBench();
  const { folder } = snapshots;
  const clock = new ManualClock();
  const opened = openStore(path.join(folder.path, "data"), clock.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const rows = opened.value;
  rows.sqlite.exec(
    "INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('prj_1', 'p', '/p', '/p', 'git', 0)",
  );
  rows.sqlite.exec("INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('ses_1', 'prj_1', '', 0, 0)");
  const state = {
    /** An agent is at work. */
    busy: false,
    /** The label at which the work is cut off. */
    failAt: null as string | null,
    leased: new Set<string>(),
    leasedAtWork: new Set<string>(),
    lastRevision: null as string | null,
    announced: [] as string[],
    restored: [] as string[],
  };
  let repo: Repo | null = null;
  const theRepo = (): Repo => {
    if (!repo) throw new Error("No repository was made yet");
    return repo;
  };
  const failpoint = (label: string): void => {
    if (label.startsWith("restore:")) for (const held of state.leased) state.leasedAtWork.add(held);
    if (label === state.failAt) throw new Error(`cut off at ${label}`);
  };
  const fileSets = (): FileSets =>
    new FileSets({
      rows: new ChangesRepository(rows),
      snapshots: snapshots.store,
      clock,
      log: silentLog,
      failpoint,
      lease(copy) {
        if (state.busy) return null;
        state.leased.add(copy.path);
        return () => void state.leased.delete(copy.path);
      },
    });
  const service = (): CheckpointsService =>
    new CheckpointsService({
      fileSets: fileSets(),
      rows: new CheckpointRepository(rows),
      snapshots: snapshots.store,
      clock,
      log: silentLog,
      worktreeOf: () => null,
      removedCopyOf: () => null,
      baselineOf: () => Promise.resolve(null),
      appliedSince: () => Promise.resolve([]),
      lastRevisionOf: () => state.lastRevision,
      copyOf: (id) =>
        id === "ses_1"
          ? { projectId: "prj_1", projectPath: path.join(folder.path, "checkout"), copyId: "wcp_1", path: theRepo().path }
          : null,
      announce: (id) => state.announced.push(id),
      onRestored: (_id, tree) => state.restored.push(tree),
      failpoint,
    });
  const bench = {
    folder,
    state,
    snapshots: snapshots.store,
    service: service(),
    use(made: Repo): Repo {
      repo = made;
      return made;
    },
    take: (kind: "before-run" | "after-run" | "manual") => value(bench.service.take("ses_1", kind, {})),
    restore: (id: string, dryRun = false, mode?: "exact" | "agents") => value(bench.service.restore(id, { mode, dryRun })),
    files: () => readFolder(theRepo().path),
    /** An agent's run that does `work`. */
    async run(work: () => void) {
      const before = await bench.take("before-run");
      work();
      return { before, after: await bench.take("after-run") };
    },
    /** As after a new start of the core. */
    reopen(): void {
      bench.service = service();
    },
    /** And its store. */
    async reopenStore(): Promise<void> {
      await snapshots.reopen();
      bench.snapshots = snapshots.store;
      bench.reopen();
    },
    async dispose(): Promise<void> {
      rows.close();
      await snapshots.dispose();
    },
  };
  return bench;
}
