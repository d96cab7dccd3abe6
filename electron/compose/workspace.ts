import { mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Failure } from "../../shared/errors.ts";
import { failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { createFilesService } from "../files/files-service.ts";
import { createProjectsService } from "../projects/projects-service.ts";
import { createChatsService } from "../sessions/chats-service.ts";
import { createLayoutService } from "../sessions/layout-service.ts";
import { SessionsService, type SessionActivity } from "../sessions/sessions-service.ts";
import { GitSnapshotStore } from "../snapshots/git-snapshot-store.ts";
import { createCopiesService } from "../working-copies/copies-service.ts";
import { copyRef } from "../working-copies/copy.ts";
import type { Foundation } from "./foundation.ts";

/** What projects and sessions need of the parts that are made after them. */
export type WorkspaceNeeds = {
  facts(sessionId: string): SessionActivity;
  release(sessionId: string, copyPath: string | null): Promise<void>;
  checkpointBeforeRemoval(sessionId: string): Promise<Result<{ id: string }, Failure<"CHECKPOINT_FAILED">>>;
  restoreLatest(sessionId: string): Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>;
};

/** Projects, sessions, chats, working copies and the snapshots of them. */
export type Workspace = ReturnType<typeof composeWorkspace>;

export function composeWorkspace(base: Foundation, needs: WorkspaceNeeds) {
  const { options, git, clock, log, rows, announce, store, scope, failpoint } = base;
  const worktrees = path.join(options.dataDir, "worktrees");
  mkdirSync(worktrees, { recursive: true, mode: 0o700 });
  const snapshots = new GitSnapshotStore({ git, storesDir: path.join(options.dataDir, "snapshots"), clock, log });
  scope.add(() => snapshots.dispose());

  const projects = createProjectsService({
    rows: rows.projects,
    git,
    clock,
    log,
    announce,
    homeDir: base.env["HOME"] ?? homedir(),
    dataDir: options.dataDir,
    copiesOf: (projectId) =>
      copies
        .list()
        .filter((copy) => copy.projectId === projectId && copy.kind === "worktree")
        .map((copy) => ({ path: copy.path, title: sessions.find(copy.sessionId)?.title ?? "" })),
    removeSessions: (projectId) => sessions.removeAll(projectId),
    onMoved: (projectId, projectPath) => copies.projectMoved(projectId, projectPath),
  });
  const copies = createCopiesService({
    rows: rows.copies,
    git,
    clock,
    log,
    failpoint,
    worktreeRoot: realpathSync(worktrees),
    findProject: (id) => projects.find(id),
    isTrusted: async (id) => (await projects.requireTrusted(id)).ok,
    trees: snapshots,
    onBaseline: (copy, tree) => {
      // A baseline that nothing keeps would go with the project's own garbage collection.
      const kept = snapshots.hold(copyRef(copy), `baseline_${copy.id}`, tree).then((done) => {
        if (!done.ok) log.warn("baseline.keep", { copyId: copy.id, message: done.error.message });
      });
      scope.add(() => kept);
    },
    onChange: (sessionId) => sessions.announce(sessionId),
  });
  const sessions = new SessionsService({
    rows: rows.sessions,
    copies,
    clock,
    log,
    announce,
    durably: (work) => store.durably(work),
    projectExists: (id) => projects.find(id) !== null,
    defaultPolicy: () => "ask",
    facts: needs.facts,
    lease: (copyId) => base.leases.take(copyId),
    release: (sessionId) => needs.release(sessionId, copies.find(sessionId)?.path ?? null),
    checkpointBeforeRemoval: needs.checkpointBeforeRemoval,
    restoreLatest: needs.restoreLatest,
  });
  scope.add(() => sessions.dispose());
  const sessionExists = (id: string): boolean => sessions.find(id) !== null;
  const chats = createChatsService({
    rows: rows.chats,
    clock,
    announce,
    sessionExists,
    sessionOpen: (id) => sessions.find(id)?.status === "open",
    durably: (work) => store.durably(work),
    takeTabNumber: (sessionId) => rows.sessions.takeTabNumber(sessionId),
  });
  const files = createFilesService({
    git,
    clock,
    findCopy: (sessionId) => copies.find(sessionId),
    listSnapshot: (copy) => snapshots.listFiles(copy),
  });
  return {
    projects,
    copies,
    sessions,
    chats,
    files,
    snapshots,
    sessionExists,
    layout: createLayoutService({ rows: rows.layouts, clock, sessionExists }),
    /** A working copy that programs may be started in. */
    async placeOf(
      sessionId: string,
    ): Promise<
      Result<
        { projectId: string; cwd: string },
        Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "WORKING_COPY_NOT_READY" | "PROJECT_NOT_TRUSTED">
      >
    > {
      const copy = copies.find(sessionId);
      if (!copy || sessions.find(sessionId)?.status !== "open")
        return failure("SESSION_NOT_FOUND", "This session isn't there any more, or is archived.");
      if (copy.state === "missing") return failure("WORKING_COPY_MISSING", `${copy.path} isn't there any more.`);
      if (copy.state !== "ready") return failure("WORKING_COPY_NOT_READY", "The files of this session aren't there yet.");
      const trusted = await projects.requireTrusted(copy.projectId, copy.path);
      if (trusted.ok) return ok({ projectId: copy.projectId, cwd: copy.path });
      return failure("PROJECT_NOT_TRUSTED", trusted.error.message);
    },
    copyRefOf(sessionId: string) {
      const copy = copies.find(sessionId);
      return copy ? copyRef(copy) : null;
    },
  };
}
