import { mkdirSync } from "node:fs";
import path from "node:path";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { manualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createProjectsService } from "../projects/projects-service.ts";
import { createChatsService } from "../sessions/chats-service.ts";
import { createLayoutService } from "../sessions/layout-service.ts";
import { SessionsService } from "../sessions/sessions-service.ts";
import { createChatRepository } from "../store/chats.ts";
import { createLayoutRepository } from "../store/layouts.ts";
import { openStore, type Store } from "../store/open.ts";
import { createProjectRepository } from "../store/projects.ts";
import { createSessionRepository } from "../store/sessions.ts";
import { createWorkingCopyRepository } from "../store/working-copies.ts";
import { createCopiesService } from "../working-copies/copies-service.ts";
import type { Failpoint } from "../working-copies/copy.ts";
import { createTempPlace, type TempPlace } from "./temp-repo.ts";
import { createTempTrees } from "./temp-trees.ts";

export type SessionBench = Awaited<ReturnType<typeof createSessionBench>>;

/** Projects, sessions and working copies joined as the core joins them, on a real store and real repositories. */
export function createSessionBench(options: { place?: TempPlace; failpoint?: Failpoint } = {}) {
  const place = options.place ?? createTempPlace();
  const clock = manualClock();
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
    busy: false,
    checkpoints: [] as string[],
    checkpointFails: false,
    restore: (): Promise<Result<null, Failure<"CHECKPOINT_FAILED">>> => Promise.resolve(ok(null)),
  };
  const sessionRows = createSessionRepository(store);
  const projects = createProjectsService({
    rows: createProjectRepository(store),
    git: place.git,
    clock,
    log: silentLog,
    announce,
    homeDir: place.home,
    dataDir: place.data,
    copiesOf: (projectId) =>
      copies
        .list()
        .filter((copy) => copy.projectId === projectId && copy.kind === "worktree")
        .map((copy) => ({ path: copy.path, title: sessionRows.find(copy.sessionId)?.title ?? "" })),
    removeSessions: (projectId) => sessions.removeAll(projectId),
    onMoved: (projectId, to) => copies.projectMoved(projectId, to),
  });
  const copies = createCopiesService({
    onBaseline: () => {},
    rows: createWorkingCopyRepository(store),
    git: place.git,
    clock,
    log: silentLog,
    worktreeRoot,
    findProject: projects.find,
    isTrusted: async (projectId) => (await projects.requireTrusted(projectId)).ok,
    trees,
    onChange: (sessionId) => sessions.announce(sessionId),
    ...(options.failpoint ? { failpoint: options.failpoint } : {}),
  });
  const sessions = new SessionsService({
    rows: sessionRows,
    copies,
    durably: store.durably,
    clock,
    log: silentLog,
    announce,
    projectExists: (id) => projects.find(id) !== null,
    defaultPolicy: () => "ask",
    facts: () => ({ activity: "idle", changes: { files: 0, additions: 0, deletions: 0 }, agentIds: [] }),
    lease: () => (knobs.busy ? null : () => {}),
    release: () => Promise.resolve(),
    checkpointBeforeRemoval(sessionId) {
      if (knobs.checkpointFails) return Promise.resolve(failure("CHECKPOINT_FAILED", "The disk is away"));
      knobs.checkpoints.push(sessionId);
      return Promise.resolve(ok({ id: `chk_${knobs.checkpoints.length}` }));
    },
    restoreLatest: () => knobs.restore(),
  });
  const sessionExists = (id: string): boolean => sessionRows.find(id) !== null;
  const chats = createChatsService({
    rows: createChatRepository(store),
    durably: store.durably,
    clock,
    announce,
    sessionExists,
    sessionOpen: (id) => sessionRows.find(id)?.status === "open",
    takeTabNumber: sessionRows.takeTabNumber,
  });
  const layouts = createLayoutService({ rows: createLayoutRepository(store), clock, sessionExists });
  return {
    place,
    clock,
    store,
    updates,
    trees,
    knobs,
    worktreeRoot,
    projects,
    copies,
    sessions,
    chats,
    layouts,
    close: () => store.close(),
    dispose(): void {
      store.close();
      place.dispose();
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
