import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { Listeners } from "../lib/listeners.ts";
import { ProjectRecords } from "../projects/project-records.ts";
import { ProjectsService } from "../projects/projects-service.ts";
import { TrustService } from "../projects/trust-service.ts";
import { ChatsService } from "../sessions/chats-service.ts";
import { LayoutService } from "../sessions/layout-service.ts";
import { SessionRecords } from "../sessions/session-records.ts";
import { SessionRemoval } from "../sessions/session-removal.ts";
import { SessionsService } from "../sessions/sessions-service.ts";
import { ChatRepository } from "../store/chats.ts";
import { LayoutRepository } from "../store/layouts.ts";
import { openStore, type Store } from "../store/open.ts";
import { ProjectRepository } from "../store/projects.ts";
import { SessionRepository } from "../store/sessions.ts";
import { WorkingCopyRepository } from "../store/working-copies.ts";
import { CopiesService } from "../working-copies/copies-service.ts";
import { Leases } from "../working-copies/leases.ts";
import type { Failpoint } from "../working-copies/copy.ts";
import { createTempPlace, type TempPlace } from "./temp-repo.ts";
import { createTempTrees } from "./temp-trees.ts";

export type SessionBench = Awaited<ReturnType<typeof createSessionBench>>;

/** Projects, sessions and working copies joined as the core joins them, on a real store and real repositories. */
export function createSessionBench(options: { place?: TempPlace; failpoint?: Failpoint } = {}) {
  const place = options.place ?? createTempPlace();
  const clock = new ManualClock();
  const opened = openStore(place.data, clock.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const store: Store = opened.value;
  const worktreeRoot = path.join(place.data, "worktrees");
  mkdirSync(worktreeRoot, { recursive: true });
  const updates: AppUpdate[] = [];
  const announce = (update: AppUpdate): void => void updates.push(update);
  const trees = createTempTrees(place);
  /** What the rest of the core would do; tests turn the knobs. */
  const knobs = {
    checkpoints: [] as string[],
    checkpointFails: false,
    /** What restoring a session's latest checkpoint does. */
    restore: (): void => {},
  };
  const projectRows = new ProjectRepository(store);
  const copyRows = new WorkingCopyRepository(store);
  const sessionRows = new SessionRepository(store);
  const changed = new Listeners<string>((error) => silentLog.error("sessions.listener", error));
  const copiesOf = (projectId: string) =>
    copyRows
      .listLive()
      .filter((copy) => copy.projectId === projectId && copy.kind === "worktree")
      .map((copy) => ({ path: copy.path, title: sessionRows.find(copy.sessionId)?.title ?? "" }));
  const trust = new TrustService({ rows: projectRows, git: place.git, log: silentLog, copiesOf });
  const projectRecords = new ProjectRecords({ rows: projectRows, trust, announce });
  const copies = new CopiesService({
    onBaseline: () => {},
    onGitBase: () => {},
    rows: copyRows,
    git: place.git,
    clock,
    log: silentLog,
    worktreeRoot,
    findProject: (id) => projectRecords.find(id),
    isTrusted: (id) => projectRecords.isTrusted(id),
    userEnv: () => Promise.resolve(place.env),
    trees,
    onChange: (sessionId) => changed.emit(sessionId),
    ...(options.failpoint ? { failpoint: options.failpoint } : {}),
  });
  const records = new SessionRecords({ rows: sessionRows, copies, projects: projectRecords, clock, changed });
  const chats = new ChatsService({
    rows: new ChatRepository(store),
    write: (work) => store.write(work),
    clock,
    announce,
    sessions: records,
    takeTabNumber: (sessionId) => sessionRows.takeTabNumber(sessionId),
  });
  const layouts = new LayoutService({ rows: new LayoutRepository(store), clock, sessions: records });
  const leases = new Leases({ log: silentLog });
  const common = {
    rows: sessionRows,
    copies,
    leases,
    checkpoints: fakeCheckpoints(knobs),
    clock,
    announce,
    endWork: () => Promise.resolve(),
    forgetTerminals: () => {},
  };
  const removal = new SessionRemoval(common);
  const sessions = new SessionsService({
    ...common,
    removal,
    chats,
    agents: { agentSessions: () => [] },
    write: (work) => store.write(work),
    log: silentLog,
    changed,
    projectExists: (id) => projectRecords.find(id) !== null,
    treeOf: (sessionId) => copies.revisionOf(sessionId),
    defaultPolicy: () => "ask",
    activityOf: () => ({ activity: "idle", changes: { files: 0, additions: 0, deletions: 0 }, agentIds: [] }),
  });
  const projects = new ProjectsService({
    rows: projectRows,
    records: projectRecords,
    trust,
    git: place.git,
    clock,
    log: silentLog,
    announce,
    userEnv: () => Promise.resolve(place.env),
    homeDir: place.home,
    dataDir: place.data,
    removeSessions: (projectId) => removal.removeAll(projectId),
    onTrusted: () => {},
    onMoved: (projectId, to) => copies.projectMoved(projectId, to),
  });
  return {
    place,
    clock,
    store,
    updates,
    trees,
    knobs,
    worktreeRoot,
    projects,
    projectRecords,
    copies,
    sessions,
    records,
    removal,
    leases,
    chats,
    layouts,
    close: () => store.close(),
    dispose(): void {
      store.close();
      place.dispose();
    },
  };
}

/** A project of a new repository. */
export async function gitProject(bench: SessionBench, files?: Record<string, string>): Promise<{ id: string; path: string }> {
  return must(await bench.projects.add(await bench.place.repository("shop", files)));
}

/** A session of the project, in a worktree where nothing else is said. */
export async function newSession(
  bench: SessionBench,
  projectId: string,
  more: { base?: string; title?: string; workingCopy?: "worktree" | "in-place" } = {},
) {
  return must(await bench.sessions.create({ projectId, workingCopy: "worktree", ...more }));
}

/** Checkpoints that write down that they were taken. */
function fakeCheckpoints(knobs: { checkpoints: string[]; checkpointFails: boolean; restore: () => void }) {
  const checkpoint = (sessionId: string): Checkpoint => ({
    id: `chk_${knobs.checkpoints.length}`,
    sessionId,
    runId: null,
    kind: "before-removal",
    label: null,
    revisionId: "",
    skipped: [],
    createdAt: new Date(0).toISOString(),
  });
  return {
    take(sessionId: string): Promise<Result<Checkpoint, Failure<"CHECKPOINT_FAILED">>> {
      if (knobs.checkpointFails) return Promise.resolve(failure("CHECKPOINT_FAILED", "The disk is away"));
      knobs.checkpoints.push(sessionId);
      return Promise.resolve(ok(checkpoint(sessionId)));
    },
    restoreLatest() {
      knobs.restore();
      return Promise.resolve(ok(null));
    },
  };
}

/** The value of a result that must be one. */
export function must<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** The failure of a result that must be one. */
export function mustFail<T, F>(result: Result<T, F>): F {
  if (result.ok) throw new Error(`Succeeded with ${JSON.stringify(result.value)}`);
  return result.error;
}
