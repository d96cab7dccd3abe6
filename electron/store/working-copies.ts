import type { Store } from "./open.ts";

export type CopyState = "preparing" | "ready" | "missing" | "failed" | "removed";

export type WorkingCopyRow = {
  id: string;
  sessionId: string;
  projectId: string;
  kind: "worktree" | "in-place";
  path: string;
  branch: string | null;
  baseCommit: string | null;
  baseRef: string | null;
  baselineTree: string | null;
  revisionTree: string | null;
  state: CopyState;
  detail: string | null;
  createdAt: number;
};

/** A stage that has begun and hasn't ended; after a crash it tells what to finish or undo. */
export type CopyStep = "reserve" | "add" | "checkout" | "bring" | "remove" | "recreate";

type Row = {
  id: string;
  session_id: string;
  project_id: string;
  kind: WorkingCopyRow["kind"];
  path: string;
  branch: string | null;
  base_commit: string | null;
  base_ref: string | null;
  baseline_tree: string | null;
  revision_tree: string | null;
  state: CopyState;
  detail: string | null;
  created_at: number;
};

/** Sole writer of `working_copies` and `working_copy_steps`. */
export type WorkingCopyRepository = ReturnType<typeof createWorkingCopyRepository>;

export function createWorkingCopyRepository(store: Store) {
  const { sqlite } = store;
  const byId = sqlite.prepare<[string], Row>("SELECT * FROM working_copies WHERE id = ?");
  const bySession = sqlite.prepare<[string], Row>("SELECT * FROM working_copies WHERE session_id = ?");
  const live = sqlite.prepare<[], Row>("SELECT * FROM working_copies WHERE state <> 'removed' ORDER BY created_at, id");
  const insert = sqlite.prepare(
    `INSERT INTO working_copies (id, session_id, project_id, kind, path, branch, base_commit, base_ref, state, detail, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const setState = sqlite.prepare("UPDATE working_copies SET state = ?, detail = ? WHERE id = ?");
  const setPath = sqlite.prepare("UPDATE working_copies SET path = ? WHERE id = ?");
  const setBaseline = sqlite.prepare("UPDATE working_copies SET baseline_tree = ? WHERE id = ?");
  const setRevision = sqlite.prepare("UPDATE working_copies SET revision_tree = ? WHERE id = ?");
  const setBranch = sqlite.prepare("UPDATE working_copies SET branch = ? WHERE id = ?");
  const putStep = sqlite.prepare(
    "INSERT INTO working_copy_steps (working_copy_id, step, at) VALUES (?, ?, ?) ON CONFLICT (working_copy_id) DO UPDATE SET step = excluded.step, at = excluded.at",
  );
  const dropStep = sqlite.prepare("DELETE FROM working_copy_steps WHERE working_copy_id = ?");
  const allSteps = sqlite.prepare<[], { working_copy_id: string; step: CopyStep }>(
    "SELECT working_copy_id, step FROM working_copy_steps ORDER BY at",
  );
  return {
    find: (id: string): WorkingCopyRow | null => toCopy(byId.get(id)),
    findOfSession: (sessionId: string): WorkingCopyRow | null => toCopy(bySession.get(sessionId)),
    /** All but the removed ones. */
    listLive: (): WorkingCopyRow[] => live.all().flatMap((row) => toCopy(row) ?? []),
    add(copy: Omit<WorkingCopyRow, "baselineTree" | "revisionTree">): void {
      const { id, sessionId, projectId, kind, path, branch, baseCommit, baseRef, state, detail, createdAt } = copy;
      store.durably(() =>
        insert.run(id, sessionId, projectId, kind, path, branch, baseCommit, baseRef, state, detail, createdAt),
      );
    },
    setState: (id: string, state: CopyState, detail: string | null): void =>
      void store.durably(() => setState.run(state, detail, id)),
    setPath: (id: string, path: string): void => void store.durably(() => setPath.run(path, id)),
    setBaseline: (id: string, tree: string): void => void store.durably(() => setBaseline.run(tree, id)),
    setRevision: (id: string, tree: string): void => void store.durably(() => setRevision.run(tree, id)),
    setBranch: (id: string, branch: string | null): void => void store.durably(() => setBranch.run(branch, id)),
    /** Written before the stage begins. */
    beginStep: (id: string, step: CopyStep, now: number): void => void store.durably(() => putStep.run(id, step, now)),
    /** The copy is in `state`, and no stage is open any more. */
    endSteps(id: string, state: CopyState, detail: string | null): void {
      store.durably(() => {
        setState.run(state, detail, id);
        dropStep.run(id);
      });
    },
    openSteps: (): { copyId: string; step: CopyStep }[] =>
      allSteps.all().map((row) => ({ copyId: row.working_copy_id, step: row.step })),
  };
}

function toCopy(row: Row | undefined): WorkingCopyRow | null {
  if (!row) return null;
  return {
    id: row.id,
    sessionId: row.session_id,
    projectId: row.project_id,
    kind: row.kind,
    path: row.path,
    branch: row.branch,
    baseCommit: row.base_commit,
    baseRef: row.base_ref,
    baselineTree: row.baseline_tree,
    revisionTree: row.revision_tree,
    state: row.state,
    detail: row.detail,
    createdAt: row.created_at,
  };
}
