import { isJournalEntries, type JournalEntry } from "./journal-entry.ts";
import type { Store } from "./open.ts";

/** Who left a path as it is: `content` is `<mode> <oid>` after the run. */
export type Attribution = { path: string; agentId: string; runId: string; content: string; at: number };

/**
 * `planned`: nothing was written. `writing`: any of the entries may be. `done`: all are. `undone`: none is.
 * `reverted`: all were, and were taken out again. `settled`: done, and too old to be taken out.
 */
export type FileSetState = "planned" | "writing" | "done" | "undone" | "reverted" | "settled";

export type FileSetKind = "apply" | "approve" | "revert" | "reject" | "restore";

/** A set of files that is, or was, written through the journal. */
export type FileSetRow = {
  id: string;
  sessionId: string;
  kind: FileSetKind;
  state: FileSetState;
  entries: JournalEntry[];
  baselineBefore: string | null;
  baselineAfter: string | null;
  /** For `revert`: the applied set that it takes out. For `restore`: the checkpoint taken before it. */
  subjectId: string | null;
  createdAt: number;
  committed: boolean;
};

type Row = {
  id: string;
  session_id: string;
  kind: FileSetRow["kind"];
  state: FileSetState;
  entries: string;
  baseline_before: string | null;
  baseline_after: string | null;
  reverts_id: string | null;
  created_at: number;
  committed: number;
};
type ReviewRow = { path: string; fingerprint: string; review: "approved" };
type AttributionRow = { path: string; agent_id: string; run_id: string; content: string; at: number };

/** Sole writer of `change_attributions`, `change_reviews` and `applies`. */
export type ChangesRepository = ReturnType<typeof createChangesRepository>;

export function createChangesRepository(store: Store) {
  const { sqlite } = store;
  const attributionsOf = sqlite.prepare<[string], AttributionRow>(
    "SELECT path, agent_id, run_id, content, at FROM change_attributions WHERE session_id = ? AND apply_id IS NULL ORDER BY at DESC, run_id DESC",
  );
  const putAttribution = sqlite.prepare(
    `INSERT INTO change_attributions (session_id, path, agent_id, run_id, content, at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (session_id, path, agent_id, run_id) DO UPDATE SET content = excluded.content, at = excluded.at, apply_id = NULL`,
  );
  const settleAttributions = sqlite.prepare(
    "UPDATE change_attributions SET apply_id = ? WHERE session_id = ? AND path = ? AND apply_id IS NULL",
  );
  const reviveAttributions = sqlite.prepare("UPDATE change_attributions SET apply_id = NULL WHERE apply_id = ?");
  const reviewsOf = sqlite.prepare<[string], ReviewRow>(
    "SELECT path, fingerprint, review FROM change_reviews WHERE session_id = ?",
  );
  const putReview = sqlite.prepare(
    `INSERT INTO change_reviews (session_id, path, fingerprint, review, at) VALUES (?, ?, ?, 'approved', ?)
     ON CONFLICT (session_id, path) DO UPDATE SET fingerprint = excluded.fingerprint, review = excluded.review, at = excluded.at`,
  );
  const dropReview = sqlite.prepare("DELETE FROM change_reviews WHERE session_id = ? AND path = ?");
  const insertApply = sqlite.prepare(
    `INSERT INTO applies (id, session_id, kind, state, entries, baseline_before, baseline_after, reverts_id, created_at, committed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const setEntries = sqlite.prepare("UPDATE applies SET entries = ? WHERE id = ?");
  const moveAttribution = sqlite.prepare("UPDATE change_attributions SET apply_id = ? WHERE apply_id = ? AND path = ?");
  const setState = sqlite.prepare("UPDATE applies SET state = ? WHERE id = ?");
  const byId = sqlite.prepare<[string], Row>("SELECT * FROM applies WHERE id = ?");
  const unfinished = sqlite.prepare<[], Row>("SELECT * FROM applies WHERE state IN ('planned', 'writing') ORDER BY rowid");
  const doneOf = sqlite.prepare<[string], Row>(
    `SELECT * FROM applies WHERE session_id = ? AND kind IN ('apply', 'approve') AND state = 'done'
     ORDER BY created_at DESC, rowid DESC`,
  );
  const uncommitted = sqlite.prepare<[string], Row>(
    `SELECT * FROM applies WHERE session_id = ? AND kind IN ('apply', 'approve') AND state IN ('done', 'settled') AND committed = 0
     ORDER BY rowid`,
  );
  const setCommitted = sqlite.prepare("UPDATE applies SET committed = 1 WHERE id = ?");
  return {
    /** Latest first. */
    attributions: (sessionId: string): Attribution[] =>
      attributionsOf.all(sessionId).map((row) => ({
        path: fromColumn(row.path),
        agentId: row.agent_id,
        runId: row.run_id,
        content: row.content,
        at: row.at,
      })),
    attribute(sessionId: string, attributions: readonly Attribution[]): void {
      store.durably(() => {
        for (const one of attributions)
          putAttribution.run(sessionId, column(one.path), one.agentId, one.runId, one.content, one.at);
      });
    },
    /** Fingerprints that were approved, by path. */
    approvals: (sessionId: string): Map<string, string> =>
      new Map(reviewsOf.all(sessionId).map((row) => [fromColumn(row.path), row.fingerprint])),
    approve(sessionId: string, changes: readonly { path: string; fingerprint: string }[], now: number): void {
      store.durably(() => {
        for (const change of changes) putReview.run(sessionId, column(change.path), change.fingerprint, now);
      });
    },
    withdraw(sessionId: string, paths: readonly string[]): void {
      store.durably(() => {
        for (const path of paths) dropReview.run(sessionId, column(path));
      });
    },
    /** The paths are no longer pending: what was known about their change goes, whose it was stays with the set. */
    settle(sessionId: string, applyId: string, paths: readonly string[]): void {
      store.durably(() => {
        for (const path of paths) {
          dropReview.run(sessionId, column(path));
          settleAttributions.run(applyId, sessionId, column(path));
        }
      });
    },
    addSet(row: Omit<FileSetRow, "committed">): void {
      const { id, sessionId, kind, state, entries, baselineBefore, baselineAfter, subjectId, createdAt } = row;
      store.durably(() =>
        insertApply.run(id, sessionId, kind, state, JSON.stringify(entries), baselineBefore, baselineAfter, subjectId, createdAt),
      );
    },
    /** Makes a set of its own of some paths of an applied one, which keeps the others. Both count as applied when that was. */
    splitApply(id: string, ownId: string, paths: readonly string[]): void {
      const row = toApply(byId.get(id));
      if (!row) return;
      const { sessionId, kind, state, baselineBefore, baselineAfter, createdAt } = row;
      const own = new Set(paths);
      const [entries, rest] = [true, false].map((is) => JSON.stringify(row.entries.filter(({ path }) => own.has(path) === is)));
      store.durably(() => {
        insertApply.run(ownId, sessionId, kind, state, entries, baselineBefore, baselineAfter, null, createdAt);
        if (row.committed) setCommitted.run(ownId);
        setEntries.run(rest, id);
        for (const path of paths) moveAttribution.run(ownId, id, column(path));
      });
    },
    setState: (id: string, state: FileSetState): void => void store.durably(() => setState.run(state, id)),
    /** Both or neither: the one is done, the other is what it did away with. */
    finishRevert(id: string, revertedId: string): void {
      store.durably(() => {
        setState.run("done", id);
        setState.run("reverted", revertedId);
        reviveAttributions.run(revertedId);
      });
    },
    revertInPlace(id: string): void {
      store.durably(() => {
        setState.run("reverted", id);
        reviveAttributions.run(id);
      });
    },
    findSet: (id: string): FileSetRow | null => toApply(byId.get(id)),
    unfinishedSets: (): FileSetRow[] => unfinished.all().flatMap((row) => toApply(row) ?? []),
    /** Applied sets that can be taken out, latest first. */
    appliedSets: (sessionId: string): FileSetRow[] => doneOf.all(sessionId).flatMap((row) => toApply(row) ?? []),
    uncommittedSets: (sessionId: string): FileSetRow[] => uncommitted.all(sessionId).flatMap((row) => toApply(row) ?? []),
    setCommitted(ids: readonly string[]): void {
      store.durably(() => {
        for (const id of ids) setCommitted.run(id);
      });
    },
  };
}

/** SQLite's text is UTF-8, which has no lone surrogates (bytes of a path that aren't UTF-8); JSON escapes them. */
function column(path: string): string {
  return path.isWellFormed() && !path.startsWith('"') ? path : JSON.stringify(path);
}

function fromColumn(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}

function toApply(row: Row | undefined): FileSetRow | null {
  if (!row) return null;
  const entries: unknown = JSON.parse(row.entries);
  if (!isJournalEntries(entries)) throw new Error(`The entries of ${row.id} can't be read`);
  return {
    id: row.id,
    sessionId: row.session_id,
    kind: row.kind,
    state: row.state,
    entries,
    baselineBefore: row.baseline_before,
    baselineAfter: row.baseline_after,
    subjectId: row.reverts_id,
    createdAt: row.created_at,
    committed: row.committed === 1,
  };
}
