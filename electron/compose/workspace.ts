import { mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { FilesService } from "../files/files-service.ts";
import { ProjectRecords } from "../projects/project-records.ts";
import { TrustService } from "../projects/trust-service.ts";
import { ChatsService } from "../sessions/chats-service.ts";
import { LayoutService } from "../sessions/layout-service.ts";
import { SessionRecords } from "../sessions/session-records.ts";
import { GitSnapshotStore } from "../snapshots/git-snapshot-store.ts";
import type { SnapshotStore } from "../snapshots/snapshot-store.ts";
import { CopiesService } from "../working-copies/copies-service.ts";
import { copyRef, type Copy } from "../working-copies/copy.ts";
import type { Foundation } from "./foundation.ts";

/** Projects, sessions, chats, working copies and the snapshots of them. */
export type Workspace = ReturnType<typeof composeWorkspace>;

export function composeWorkspace(base: Foundation) {
  const { options, git, clock, log, rows, announce, store, scope, failpoint, sessionChanged } = base;
  const snapshots = new GitSnapshotStore({ git, storesDir: path.join(options.dataDir, "snapshots"), clock, log });
  scope.add(() => snapshots.dispose());

  const trust = new TrustService({ rows: rows.projects, git, log, copiesOf: (projectId) => copiesOf(base, projectId) });
  const projects = new ProjectRecords({ rows: rows.projects, trust, announce });
  const copies = new CopiesService({
    rows: rows.copies,
    git,
    clock,
    log,
    failpoint,
    worktreeRoot: worktreeRoot(options.dataDir),
    findProject: (id) => projects.find(id),
    isTrusted: (id) => projects.isTrusted(id),
    userEnv: base.userEnv,
    trees: snapshots,
    onBaseline: (copy, tree) => keepTree(base, snapshots, copy, { name: `baseline_${copy.id}`, tree }),
    onGitBase(copy, { tree, anchor }) {
      keepTree(base, snapshots, copy, { name: `git_${copy.id}`, tree });
      keepTree(base, snapshots, copy, { name: `anchor_${copy.id}`, tree: anchor.tree });
      keepTree(base, snapshots, copy, { name: `anchored_${copy.id}`, tree: anchor.baseline });
    },
    onChange: (sessionId) => sessionChanged.emit(sessionId),
  });
  const sessions = new SessionRecords({ rows: rows.sessions, copies, projects, clock, changed: sessionChanged });
  scope.add(() => sessions.dispose());
  const chats = new ChatsService({
    rows: rows.chats,
    write: (work) => store.write(work),
    clock,
    announce,
    sessions,
    takeTabNumber: (sessionId) => rows.sessions.takeTabNumber(sessionId),
  });
  const files = new FilesService({ git, clock, sessions, snapshots });
  const layout = new LayoutService({ rows: rows.layouts, clock, sessions });
  const homeDir = base.env["HOME"] ?? homedir();
  return { homeDir, snapshots, trust, projects, copies, sessions, chats, files, layout };
}

function worktreeRoot(dataDir: string): string {
  const folder = path.join(dataDir, "worktrees");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync(folder);
}

function copiesOf({ rows }: Foundation, projectId: string): { path: string; title: string }[] {
  return rows.copies
    .listLive()
    .filter((copy) => copy.projectId === projectId && copy.kind === "worktree")
    .map((copy) => ({ path: copy.path, title: rows.sessions.find(copy.sessionId)?.title ?? "" }));
}

/** A baseline that nothing keeps would go with the project's own garbage collection. */
function keepTree(
  { log, scope }: Foundation,
  snapshots: SnapshotStore,
  copy: Copy,
  { name, tree }: { name: string; tree: string },
): void {
  const kept = snapshots.hold(copyRef(copy), name, tree).then((done) => {
    if (!done.ok) log.warn("baseline.keep", { copyId: copy.id, message: done.error.message });
  });
  const forget = scope.add(() => kept);
  void kept.finally(forget);
}
