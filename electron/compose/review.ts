import { createChangesService } from "../changes/changes-service.ts";
import { createCheckpointsService } from "../snapshots/checkpoints.ts";
import { createChangesRepository } from "../store/changes.ts";
import { createCheckpointRepository } from "../store/checkpoints.ts";
import type { Foundation } from "./foundation.ts";
import type { Workspace } from "./workspace.ts";

/** What becomes of a session's files: checkpoints of them, and the changes that wait for review. */
export function composeReview(base: Foundation, workspace: Workspace) {
  const { store, clock, log, announce, failpoint } = base;
  const { sessions, copies, projects } = workspace;
  const checkpoints = createCheckpointsService({
    rows: createCheckpointRepository(store),
    snapshots: workspace.snapshots,
    copyOf: workspace.copyRefOf,
    clock,
    log,
    failpoint,
    lease: ({ copyId, path }) => base.leases.take(copyId, path),
    announce: (sessionId) => announce({ type: "checkpoints", sessionId }),
    onRestored: (sessionId, tree) => sessions.setRevision(sessionId, tree),
  });
  const changes = createChangesService({
    store: createChangesRepository(store),
    snapshots: workspace.snapshots,
    git: base.git,
    copies: {
      find: (sessionId) => sessionCopy(workspace, sessionId),
      setBaseline: copies.setBaseline,
      setRevision: (id, tree) => sessions.setRevision(id, tree),
    },
    checkpoints,
    isBusy: (sessionId) => base.rows.runs.listOpen().some((run) => run.sessionId === sessionId),
    lease: ({ copyId, path }) => base.leases.take(copyId, path),
    trusted: async (projectId) => (await projects.requireTrusted(projectId)).ok,
    clock,
    log,
    failpoint,
    announce: (update) => {
      announce(update);
      if (update.type === "changes") sessions.announce(update.sessionId);
    },
  });
  return { checkpoints, changes };
}

function sessionCopy(workspace: Workspace, sessionId: string) {
  const copy = workspace.copies.find(sessionId);
  const ref = workspace.copyRefOf(sessionId);
  if (!copy || !ref || copy.baselineTree === null || copy.state !== "ready") return null;
  const checkout = copy.kind === "in-place" ? ref : { ...ref, copyId: "checkout", path: copy.projectPath };
  return {
    copy: ref,
    checkout,
    kind: copy.kind,
    baselineTree: copy.baselineTree,
    revisionTree: copy.revisionTree,
    projectId: copy.projectId,
  };
}
