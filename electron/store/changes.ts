import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import type { SetPlace } from "./set-place.ts";
import { applies, changeAttributions, changeReviews } from "./tables/review.ts";
import { sessions } from "./tables/work.ts";

/** Who left a path as it is: `content` is `<mode> <oid>` after the run. */
export type Attribution = Omit<typeof changeAttributions.$inferSelect, "sessionId" | "applyId">;

/** What a run left at a path, and what that has become. */
type Carried = { path: string; from: string; to: string };

/** A set of files that is, or was, written through the journal. */
export type FileSetRow = typeof applies.$inferSelect;
export type FileSetState = FileSetRow["state"];
export type FileSetKind = FileSetRow["kind"];

/** Sole writer of `change_attributions`, `change_reviews` and `applies`. */
export class ChangesRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  /** Latest first. */
  attributions(sessionId: string): Attribution[] {
    const { path, agentId, runId, content, at } = changeAttributions;
    return this.#orm
      .select({ path, agentId, runId, content, at })
      .from(changeAttributions)
      .where(and(eq(changeAttributions.sessionId, sessionId), isNull(changeAttributions.applyId)))
      .orderBy(desc(at), desc(runId))
      .all();
  }

  attribute(sessionId: string, attributions: readonly Attribution[]): Promise<void> {
    const { path, agentId, runId } = changeAttributions;
    const rows = attributions.map((one) => ({ ...one, sessionId }));
    return this.#store.writeOnceFree(() => {
      for (const some of inParts(rows))
        this.#orm
          .insert(changeAttributions)
          .values(some)
          .onConflictDoUpdate({
            target: [changeAttributions.sessionId, path, agentId, runId],
            set: { content: sql`excluded.content`, at: sql`excluded.at`, applyId: null },
          })
          .run();
    });
  }

  /** Fingerprints that were approved, by path. */
  approvals(sessionId: string): Map<string, string> {
    const rows = this.#orm.select().from(changeReviews).where(eq(changeReviews.sessionId, sessionId)).all();
    return new Map(rows.map((row) => [row.path, row.fingerprint]));
  }

  approve(sessionId: string, changes: readonly { path: string; fingerprint: string }[], now: number): void {
    const { sessionId: session, path } = changeReviews;
    const review = { review: "approved" as const, at: now };
    const rows = changes.map((change) => ({ sessionId, path: change.path, fingerprint: change.fingerprint, ...review }));
    this.#store.write(() => {
      for (const some of inParts(rows))
        this.#orm
          .insert(changeReviews)
          .values(some)
          .onConflictDoUpdate({ target: [session, path], set: { fingerprint: sql`excluded.fingerprint`, ...review } })
          .run();
    });
  }

  /** Approvals and attributions as they are on another baseline. */
  carry(
    sessionId: string,
    { approvals, contents }: { approvals: readonly { path: string; fingerprint: string }[]; contents: readonly Carried[] },
    now: number,
  ): void {
    const { sessionId: session, path: at, content } = changeAttributions;
    this.#store.write(() => {
      this.approve(sessionId, approvals, now);
      for (const { path, from, to } of contents)
        this.#orm
          .update(changeAttributions)
          .set({ content: to })
          .where(and(eq(session, sessionId), eq(at, path), eq(content, from), isNull(changeAttributions.applyId)))
          .run();
    });
  }

  withdraw(sessionId: string, paths: readonly string[]): void {
    this.#store.write(() => {
      for (const some of inParts(paths))
        this.#orm
          .delete(changeReviews)
          .where(and(eq(changeReviews.sessionId, sessionId), inArray(changeReviews.path, some)))
          .run();
    });
  }

  /** The paths are no longer pending: what was known about their change goes, whose it was stays with the set. */
  settle(sessionId: string, applyId: string, paths: readonly string[]): void {
    const { sessionId: session, path: at, applyId: set } = changeAttributions;
    this.#store.write(() => {
      this.withdraw(sessionId, paths);
      for (const some of inParts(paths))
        this.#orm
          .update(changeAttributions)
          .set({ applyId })
          .where(and(eq(session, sessionId), inArray(at, some), isNull(set)))
          .run();
    });
  }

  async addSet(row: Omit<FileSetRow, "committed" | "place"> & Partial<FileSetRow>): Promise<void> {
    await this.#store.writeOnceFree(() => this.#orm.insert(applies).values(row).run());
  }

  /** Makes a set of its own of some paths of an applied one, which keeps the others. Both count as applied when that was. */
  splitApply(id: string, ownId: string, paths: readonly string[]): void {
    const row = this.findSet(id);
    if (!row) return;
    const own = new Set(paths);
    this.#store.write(() => {
      const entries = row.entries.filter(({ path }) => own.has(path));
      this.#orm
        .insert(applies)
        .values({ ...row, id: ownId, entries, subjectId: null })
        .run();
      this.#change(id, { entries: row.entries.filter(({ path }) => !own.has(path)) });
      for (const some of inParts(paths))
        this.#orm
          .update(changeAttributions)
          .set({ applyId: ownId })
          .where(and(eq(changeAttributions.applyId, id), inArray(changeAttributions.path, some)))
          .run();
    });
  }

  setState(id: string, state: FileSetState): Promise<void> {
    return this.#store.writeOnceFree(() => this.#change(id, { state }));
  }

  /** Both or neither: the one is done, the other is what it did away with. */
  finishRevert(id: string, revertedId: string): void {
    this.#store.write(() => {
      this.#change(id, { state: "done" });
      this.revertInPlace(revertedId);
    });
  }

  revertInPlace(id: string): void {
    this.#store.write(() => {
      this.#change(id, { state: "reverted" });
      this.#orm.update(changeAttributions).set({ applyId: null }).where(eq(changeAttributions.applyId, id)).run();
    });
  }

  findSet(id: string): FileSetRow | null {
    return this.#orm.select().from(applies).where(eq(applies.id, id)).get() ?? null;
  }

  unfinishedSets(): FileSetRow[] {
    const unfinished = inArray(applies.state, ["planned", "writing"]);
    return this.#orm.select().from(applies).where(unfinished).orderBy(asc(rowOrder)).all();
  }

  /** Applied sets that can be taken out, latest first. */
  appliedSets(sessionId: string): FileSetRow[] {
    return this.#orm
      .select()
      .from(applies)
      .where(and(isSetOf(sessionId), eq(applies.state, "done")))
      .orderBy(desc(applies.createdAt), desc(rowOrder))
      .all();
  }

  /** The paths of what was applied at that time or later and not taken out again. */
  appliedSince(sessionId: string, at: number): string[] {
    return this.#orm
      .select({ entries: applies.entries })
      .from(applies)
      .where(and(isSetOf(sessionId), inArray(applies.state, ["done", "settled"]), gte(applies.createdAt, at)))
      .all()
      .flatMap(({ entries }) => entries.map((entry) => entry.path));
  }

  uncommittedSets(sessionId: string): FileSetRow[] {
    return this.#orm
      .select()
      .from(applies)
      .where(and(isSetOf(sessionId), inArray(applies.state, ["done", "settled"]), eq(applies.committed, false)))
      .orderBy(asc(rowOrder))
      .all();
  }

  /** Where a session of the project last applied something, of the places that it may be asked about again. */
  lastPlace(projectId: string): SetPlace | null {
    const [latest] = this.#orm
      .select({ place: applies.place })
      .from(applies)
      .innerJoin(sessions, eq(sessions.id, applies.sessionId))
      .where(and(eq(sessions.projectId, projectId), eq(applies.kind, "apply"), isNotNull(applies.place)))
      .orderBy(desc(applies.createdAt))
      .limit(1)
      .all();
    return latest?.place ?? null;
  }

  setCommitted(ids: readonly string[]): void {
    this.#store.write(() => {
      for (const id of ids) this.#change(id, { committed: true });
    });
  }

  #change(id: string, change: Partial<FileSetRow>): void {
    this.#orm.update(applies).set(change).where(eq(applies.id, id)).run();
  }
}

/** A statement takes so many at once: one each would hold up the core for thousands of paths. */
function inParts<T>(all: readonly T[]): T[][] {
  const size = 500;
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

function isSetOf(sessionId: string) {
  return and(eq(applies.sessionId, sessionId), inArray(applies.kind, ["apply", "approve"]));
}
