import { ChangesService } from "../changes/changes-service.ts";
import { CheckpointsService } from "../snapshots/checkpoints.ts";
import { FileSets } from "../file-sets/file-sets.ts";
import { createChangesRepository } from "../store/changes.ts";
import { createCheckpointRepository } from "../store/checkpoints.ts";
import type { Foundation } from "./foundation.ts";
import type { Workspace } from "./workspace.ts";

/** What becomes of a session's files: checkpoints of them, and the changes that wait for review. */
export function composeReview(base: Foundation, workspace: Workspace) {
  const { store, clock, log, announce, failpoint } = base;
  const { sessions, copies, projects } = workspace;
  const rows = createChangesRepository(store);
  const fileSets = new FileSets({
    rows,
    snapshots: workspace.snapshots,
    lease: ({ copyId, path }) => base.leases.take(copyId, path),
    clock,
    log,
    failpoint,
  });
  const checkpoints = new CheckpointsService({
    rows: createCheckpointRepository(store),
    snapshots: workspace.snapshots,
    fileSets,
    copyOf: workspace.copyRefOf,
    clock,
    log,
    failpoint,
    announce: (sessionId) => announce({ type: "checkpoints", sessionId }),
    onRestored: (sessionId, tree) => sessions.setRevision(sessionId, tree),
  });
  const changes = new ChangesService({
    store: rows,
    snapshots: workspace.snapshots,
    fileSets,
    git: base.git,
    copies: {
      find: (sessionId) => sessionCopy(workspace, sessionId),
      setBaseline: copies.setBaseline,
      setRevision: (id, tree) => sessions.setRevision(id, tree),
    },
    checkpoints,
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
