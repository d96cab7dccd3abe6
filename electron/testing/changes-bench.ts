import { realpathSync } from "node:fs";
import path from "node:path";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { fail, ok } from "../../shared/result.ts";
import type { ChangeCount } from "../../shared/contract/sessions.ts";
import { Baselines } from "../baselines/baselines.ts";
import { carryReviews } from "../changes/carry.ts";
import { ChangeCounts } from "../changes/change-counts.ts";
import { ChangesService } from "../changes/changes-service.ts";
import type { Describe } from "../changes/commit-draft.ts";
import { CommitsService } from "../changes/commits-service.ts";
import { refOf } from "../changes/places.ts";
import type { ChangesDeps, SessionCopy, RunAtWork } from "../changes/ports.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { FileSets } from "../file-sets/file-sets.ts";
import { GitSnapshotStore } from "../snapshots/git-snapshot-store.ts";
import { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { RunEdit } from "../snapshots/edits-since.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import { ChangesRepository } from "../store/changes.ts";
import { CheckpointRepository } from "../store/checkpoints.ts";
import type { GitBase } from "../store/git-base.ts";
import { openStore, type Store } from "../store/open.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "./repos.ts";

export const sessionId = "ses_1";

/**
 * Pending changes on a real store, real snapshots and a real repository with a linked worktree. `fresh` makes the
 * service anew on the same data, as after a crash.
 */
export type ChangesBench = {
  folder: TestFolder;
  project: Repo;
  copy: Repo;
  counts: ChangeCounts;
  /** What the next core would show at once. */
  savedCount(): ChangeCount | null;
  changes: ChangesService;
  commits: CommitsService;
  /** The helper model. */
  describe: (diff: string, signal: AbortSignal) => ReturnType<Describe>;
  /** The session's checkpoints, and restoring them. */
  kept: CheckpointsService;
  deps: ChangesDeps;
  ref: CopyRef;
  rows: Store;
  snapshots: GitSnapshotStore;
  clock: ManualClock;
  updates: AppUpdate[];
  checkpoints: string[];
  state: {
    busy: Set<string>;
    leased: Set<string>;
    trusted: boolean;
    failAt: string | null;
    onLabel: ((label: string) => void) | null;
    /** The run that is at work. */
    atWork: RunAtWork | null;
  };
  fresh(): Promise<ChangesService>;
  baseline(): string;
  /** A run of the agent that does `work` in the working copy. */
  run(agentId: string, work: () => void): Promise<void>;
  dispose(): Promise<void>;
};

export class Crash extends Error {}

type Options = { inPlace?: boolean; plain?: boolean; userEnv?: Record<string, string>; objectFormat?: "sha1" | "sha256" };

export async function createChangesBench(
  prepare: (project: Repo) => void = () => {},
  options: Options = {},
): Promise<ChangesBench> {
  const folder = createTestFolder();
  const project = createRepo(folder, "project", { plain: options.plain ?? false, objectFormat: options.objectFormat ?? "sha1" });
  prepare(project);
  if (!options.plain) {
    project.git("config", "user.name", "Test");
    project.git("config", "user.email", "test@example.com");
    project.commit("first");
  }
  const copy = options.inPlace ? project : createRepo(folder, "copy", { plain: true });
  if (!options.inPlace) {
    if (options.plain) prepare(copy);
    else project.git("worktree", "add", "--quiet", "--detach", "../copy");
  }
  const clock = new ManualClock();
  const snapshots = new GitSnapshotStore({
    git: folder.git,
    storesDir: path.join(folder.path, "snapshots"),
    clock,
    log: silentLog,
  });
  const opened = openStore(path.join(folder.path, "data"), clock.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  addSession(store.sqlite);
  const ref = { projectId: "prj_1", projectPath: project.path, copyId: "wcp_1", path: copy.path };
  const checkout = options.inPlace ? ref : { ...ref, copyId: "checkout", path: project.path };
  const first = must(await snapshots.snapshot(ref));
  const session: SessionCopy = {
    copy: ref,
    checkout,
    kind: options.inPlace ? "in-place" : "worktree",
    baselineTree: first.tree,
    revisionTree: null,
    projectId: "prj_1",
  };
  const state: ChangesBench["state"] = {
    busy: new Set(),
    leased: new Set(),
    trusted: true,
    failAt: null,
    onLabel: null,
    atWork: null,
  };
  const updates: AppUpdate[] = [];
  const edits: RunEdit[] = [];
  const baselinesBefore = new Map<string, string>();
  const checkpoints: string[] = [];
  const failpoint = (label: string): void => {
    state.onLabel?.(label);
    if (label === state.failAt) throw new Crash(label);
  };
  const rows = new ChangesRepository(store);
  const baseCommit = options.plain ? null : project.git("rev-parse", "HEAD").trim();
  let gitBase: GitBase | null = null;
  // Commits of tests have a fixed date, and so has what git's logs say.
  const createdAt = Date.parse("2026-01-01T00:00:00Z");
  const baselines = new Baselines({
    git: folder.git,
    snapshots,
    log: silentLog,
    find: () => ({ copy: ref, baselineTree: session.baselineTree, baseCommit, createdAt, gitBase }),
    carry: (id, of, move) => carryReviews({ store: rows, snapshots, clock }, id, of, move),
    followed(_id, found, tree) {
      gitBase = found;
      session.baselineTree = tree;
    },
    current: () => session,
    set(_id, tree) {
      session.baselineTree = tree;
      if (gitBase) gitBase = { ...gitBase, anchor: { tree: gitBase.tree, baseline: tree } };
    },
  });
  const newFileSets = (): FileSets =>
    new FileSets({ rows, snapshots, clock, log: silentLog, failpoint, lease: (of) => leaseOf(state, of.copyId) });
  let lastCount: ChangeCount | null = null;
  const counts = new ChangeCounts({
    last: () => lastCount,
    save: (_id, count) => (lastCount = count),
    count: () => {},
    changed: () => {},
  });
  const deps: ChangesDeps = {
    store: rows,
    snapshots,
    fileSets: newFileSets(),
    git: folder.git,
    clock,
    log: silentLog,
    copies: {
      find: (id) => (id === sessionId ? { ...session } : null),
      setRevision: (_id, tree) => (session.revisionTree = tree),
      noteRevision: (_id, tree) => (session.revisionTree = tree),
    },
    counts,
    checkpoints: {
      take: (_id, kind, taken) => {
        checkpoints.push(taken.label ?? kind);
        return Promise.resolve(ok({ id: `chk_${checkpoints.length}` }));
      },
      runEdits: (_id, runIds) => edits.filter(({ runId }) => runIds.has(runId)).toReversed(),
      baselineBefore: (_id, runId) => baselinesBefore.get(runId) ?? null,
    },
    atWork: () => state.atWork,
    follow: (id) => baselines.follow(id),
    advance: (id, step) => baselines.advance(id, step),
    trusted: () => Promise.resolve(state.trusted),
    isSessionFolder: (of) => of === realpathSync(copy.path),
    userEnv: () => Promise.resolve(options.userEnv ?? {}),
    announce: (update) => updates.push(update),
    onRejected: () => Promise.resolve(),
    failpoint,
  };
  const newKept = (): CheckpointsService =>
    new CheckpointsService({
      rows: new CheckpointRepository(store),
      snapshots,
      fileSets: deps.fileSets,
      copyOf: (id) => (id === sessionId ? ref : null),
      worktreeOf: (_id, at) => refOf(session, { kind: "worktree", path: at }),
      removedCopyOf: () => null,
      baselineOf: (id) => baselines.treeOf(id),
      appliedSince: (id, at) => rows.appliedSince(id, at),
      lastRevisionOf: () => session.revisionTree,
      announce: () => {},
      onRestored: () => {},
      clock,
      log: silentLog,
    });
  let runs = 0;
  const bench: ChangesBench = {
    folder,
    project,
    copy,
    updates,
    checkpoints,
    state,
    deps,
    ref,
    rows: store,
    snapshots,
    clock,
    counts,
    savedCount: () => lastCount,
    changes: new ChangesService(deps),
    commits: new CommitsService({ ...deps, describe: (diff, _, signal) => bench.describe(diff, signal) }),
    describe: async () => fail({ type: "none", message: "There is no model" }),
    kept: newKept(),
    async fresh() {
      deps.fileSets = newFileSets();
      state.leased.clear();
      const again = new ChangesService(deps);
      bench.kept = newKept();
      await again.recover();
      await bench.kept.finishRestores();
      return again;
    },
    baseline: () => session.baselineTree,
    async run(agentId, work) {
      runs += 1;
      clock.advance(1000);
      const before = must(await snapshots.snapshot(ref));
      const since = Date.now();
      must(await baselines.follow(sessionId));
      baselinesBefore.set(`run_${runs}`, session.baselineTree);
      work();
      const after = must(await snapshots.snapshot(ref));
      edits.push({ runId: `run_${runs}`, before: before.tree, after: after.tree });
      await new ChangesService(deps).recordRun(sessionId, {
        agentId,
        runId: `run_${runs}`,
        beforeTree: before.tree,
        afterTree: after.tree,
        skipped: after.skipped,
        since,
      });
    },
    async dispose() {
      await snapshots.dispose();
      store.close();
      folder.dispose();
    },
  };
  return bench;
}

/** A copy is leased once; `busy` are those that an agent works in. */
function leaseOf(state: ChangesBench["state"], copyId: string): (() => void) | null {
  if (state.busy.has(copyId) || state.leased.has(copyId)) return null;
  state.leased.add(copyId);
  return () => void state.leased.delete(copyId);
}

function addSession(sqlite: { exec(sql: string): unknown }): void {
  sqlite.exec(`INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('prj_1', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('${sessionId}', 'prj_1', 's', 0, 0);`);
}

export function must<T>(result: { ok: true; value: T } | { ok: false; error: { code: string; message: string } }): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
