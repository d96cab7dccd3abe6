import { and, asc, desc, eq, exists, gte, inArray, isNotNull, isNull, lte, sql, type Column, type SQL } from "drizzle-orm";
import { inParts, nextTurn } from "../lib/slices.ts";
import { rowOrder } from "./columns.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { listRows, rowsAtOnce } from "./list-rows.ts";
import type { Store } from "./open.ts";
import { SetEntries } from "./set-entries.ts";
import type { SetPlace } from "./set-place.ts";
import { applies, changeAttributions, changeReviews } from "./tables/review.ts";
import { sessions } from "./tables/work.ts";

/** Who left a path as it is: `content` is `<mode> <oid>` after the run. */
export type Attribution = Omit<typeof changeAttributions.$inferSelect, "sessionId" | "applyId">;

type SetOfSession = Pick<FileSetRow, "id" | "sessionId" | "createdAt">;

type Approval = { path: string; fingerprint: string };

/** What a run left at a path, and what that has become. */
type Carried = { path: string; from: string; to: string };

/** A set of files that is, or was, written through the journal. */
export type FileSetRow = Omit<typeof applies.$inferSelect, "entriesId" | "parts"> & { entries: JournalEntry[] };
export type FileSetState = FileSetRow["state"];
export type FileSetKind = FileSetRow["kind"];

/** Sole writer of `change_attributions`, `change_reviews`, `applies` and `apply_entries`. */
export class ChangesRepository {
  readonly #store;
  readonly #orm;
  readonly #entries: SetEntries;

  constructor(store: Store) {
    this.#store = store;
    this.#entries = new SetEntries(store);
    this.#orm = store.orm;
  }

  /** Latest first. */
  async attributions(sessionId: string): Promise<Attribution[]> {
    const { path, agentId, runId, content, at } = changeAttributions;
    const mine = and(eq(changeAttributions.sessionId, sessionId), isNull(changeAttributions.applyId));
    const key = [path, agentId, runId];
    const rows = await listRows<[string, string, string, string, number]>(this.#orm, changeAttributions, {
      columns: [...key, content, at],
      key,
      where: mine,
    });
    const found = rows.map(([file, agent, run, left, when]) => {
      return { path: asGiven(file), agentId: agent, runId: run, content: left, at: when };
    });
    return found.toSorted((one, other) => other.at - one.at || compareText(other.runId, one.runId));
  }

  /** What each of the runs changed, by its path. */
  async pathsOfRuns(runIds: readonly string[]): Promise<Map<string, string[]>> {
    const { path, runId } = changeAttributions;
    const key = [runId, path];
    const rows = await listRows<[string, string]>(this.#orm, changeAttributions, {
      columns: key,
      key,
      where: inArray(runId, [...runIds]),
    });
    return new Map([...Map.groupBy(rows, ([run]) => run)].map(([id, own]) => [id, own.map(([, file]) => asGiven(file))]));
  }

  async attribute(sessionId: string, attributions: readonly Attribution[]): Promise<void> {
    await inParts(attributions, (part) => {
      const rows = listed(part, ({ path, agentId, runId, content, at }) => [stored(path), agentId, runId, content, at]);
      return this.#store.writeOnceFree(() => {
        this.#orm.run(sql`
          insert into ${changeAttributions} (session_id, path, agent_id, run_id, content, at)
          select ${sessionId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(${rows}) where true
          on conflict (session_id, path, agent_id, run_id)
          do update set content = excluded.content, at = excluded.at, apply_id = null`);
      });
    });
  }

  /** Fingerprints that were approved, by path. */
  async approvals(sessionId: string): Promise<Map<string, string>> {
    const { path, fingerprint } = changeReviews;
    const where = eq(changeReviews.sessionId, sessionId);
    const rows = await listRows<[string, string]>(this.#orm, changeReviews, { columns: [path, fingerprint], key: [path], where });
    return new Map(rows.map(([file, approved]) => [asGiven(file), approved]));
  }

  async approve(sessionId: string, changes: readonly Approval[], now: number): Promise<void> {
    await inParts(changes, (part) => {
      const rows = listed(part, ({ path, fingerprint }) => [stored(path), fingerprint]);
      return this.#store.writeOnceFree(() => {
        this.#orm.run(sql`
          insert into ${changeReviews} (session_id, path, fingerprint, review, at)
          select ${sessionId}, value ->> 0, value ->> 1, 'approved', ${now} from json_each(${rows}) where true
          on conflict (session_id, path)
          do update set fingerprint = excluded.fingerprint, review = excluded.review, at = excluded.at`);
      });
    });
  }

  /** Approvals and attributions as they are on another baseline. */
  async carry(
    sessionId: string,
    { approvals, contents }: { approvals: readonly Approval[]; contents: readonly Carried[] },
    now: number,
  ): Promise<void> {
    await this.approve(sessionId, approvals, now);
    await inParts(contents, (part) => {
      const rows = listed(part, ({ path, from, to }) => [stored(path), from, to]);
      return this.#store.writeOnceFree(() => {
        // json_each has a `path` too.
        this.#orm.run(sql`
          update ${changeAttributions} set content = value ->> 2 from json_each(${rows})
          where session_id = ${sessionId} and apply_id is null and ${changeAttributions}.path = value ->> 0 and content = value ->> 1`);
      });
    });
  }

  async withdraw(sessionId: string, paths: readonly string[]): Promise<void> {
    await inParts(paths, (part) => this.#store.writeOnceFree(() => this.#withdraw(sessionId, part)));
  }

  /**
   * The paths are no longer pending: what was known about their change goes, whose it was stays with the set. May be done
   * again: what came after the set is another change.
   */
  async settle({ id, sessionId, createdAt }: SetOfSession, paths: readonly string[]): Promise<void> {
    const { sessionId: session, path, applyId: set, at } = changeAttributions;
    const { sessionId: reviewed, path: reviewedPath, at: reviewedAt } = changeReviews;
    await inParts(paths, (part) =>
      this.#store.writeOnceFree(() => {
        this.#orm
          .delete(changeReviews)
          .where(and(eq(reviewed, sessionId), isOneOf(reviewedPath, part), lte(reviewedAt, createdAt)))
          .run();
        this.#orm
          .update(changeAttributions)
          .set({ applyId: id })
          .where(and(eq(session, sessionId), isOneOf(path, part), isNull(set), lte(at, createdAt)))
          .run();
      }),
    );
  }

  async addSet(row: Omit<FileSetRow, "committed" | "place"> & Partial<FileSetRow>): Promise<void> {
    const { entries, ...facts } = row;
    await this.#entries.add(row.id, entries, (parts) => {
      this.#orm
        .insert(applies)
        .values({ ...facts, entriesId: row.id, parts })
        .run();
    });
  }

  /**
   * Makes a set of its own of some paths of an applied one, which keeps the others: in one step, once both are written
   * down. Both count as applied when that was. Whose the files are follows; cut off there, some are told as nobody's once
   * the new set is reverted.
   */
  async splitApply(id: string, ownId: string, paths: readonly string[]): Promise<void> {
    const [row] = this.#orm.select().from(applies).where(eq(applies.id, id)).all();
    if (!row) return;
    const [mine, rest] = await this.#entries.split(row.entriesId, [ownId, `${id} without ${ownId}`], new Set(paths));
    await this.#store.writeOnceFree(() => {
      this.#orm
        .insert(applies)
        .values({ ...row, id: ownId, subjectId: null, ...mine })
        .run();
      this.#orm.update(applies).set(rest).where(eq(applies.id, id)).run();
    });
    const { sessionId: session, path: at, applyId: set } = changeAttributions;
    await inParts(paths, (part) =>
      this.#store.writeOnceFree(() => {
        const ofSet = and(eq(session, row.sessionId), isOneOf(at, part), eq(set, id));
        this.#orm.update(changeAttributions).set({ applyId: ownId }).where(ofSet).run();
      }),
    );
    await this.#entries.drop(row.entriesId);
  }

  setState(id: string, state: FileSetState): Promise<void> {
    return this.#store.writeOnceFree(() => this.#change(id, { state }));
  }

  /** Both or neither: the one is done, the other is what it did away with. */
  async finishRevert(id: string, revertedId: string): Promise<void> {
    await this.#store.writeOnceFree(() => {
      this.#change(id, { state: "done" });
      this.#change(revertedId, { state: "reverted" });
    });
    await this.#makePending(revertedId);
  }

  async revertInPlace(id: string): Promise<void> {
    await this.setState(id, "reverted");
    await this.#makePending(id);
  }

  /** What an earlier core had begun to write of sets when it died, besides their files. Call before anyone writes one. */
  async recover(): Promise<void> {
    const { sessionId: session, applyId: set } = changeAttributions;
    const kept = this.#orm
      .select({ set })
      .from(changeAttributions)
      .where(and(eq(session, applies.sessionId), eq(set, applies.id)));
    const reverted = this.#orm
      .select({ id: applies.id })
      .from(applies)
      .where(and(eq(applies.state, "reverted"), exists(kept)))
      .all();
    for (const { id } of reverted) await this.#makePending(id);
    await this.#entries.dropUnowned();
  }

  async findSet(id: string): Promise<FileSetRow | null> {
    return this.#set(id, null);
  }

  unfinishedSets(): Promise<FileSetRow[]> {
    return this.#sets(inArray(applies.state, ["planned", "writing"]));
  }

  /** Applied sets that can be taken out, latest first. */
  appliedIds(sessionId: string): string[] {
    return this.#orm
      .select({ id: applies.id })
      .from(applies)
      .where(and(isSetOf(sessionId), eq(applies.state, "done")))
      .orderBy(desc(applies.createdAt), desc(rowOrder))
      .all()
      .map(({ id }) => id);
  }

  /** The same, each read once it is asked for: one may have tens of thousands of files. */
  async *appliedSets(sessionId: string): AsyncGenerator<FileSetRow, void> {
    for (const id of this.appliedIds(sessionId)) {
      const set = await this.findSet(id);
      if (set) yield set;
    }
  }

  /** The paths of what was applied at that time or later and not taken out again. */
  async appliedSince(sessionId: string, at: number): Promise<string[]> {
    const there = inArray(applies.state, ["done", "settled"]);
    const sets = await this.#sets(and(isSetOf(sessionId), there, gte(applies.createdAt, at)));
    return sets.flatMap(({ entries }) => entries.map((entry) => entry.path));
  }

  uncommittedSets(sessionId: string): Promise<FileSetRow[]> {
    return this.#sets(and(isSetOf(sessionId), inArray(applies.state, ["done", "settled"]), eq(applies.committed, false)));
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

  /** Oldest first. */
  async #sets(which: SQL | undefined): Promise<FileSetRow[]> {
    const sets: FileSetRow[] = [];
    for (const { id } of this.#orm.select({ id: applies.id }).from(applies).where(which).orderBy(asc(rowOrder)).all()) {
      const set = await this.#set(id, null);
      if (set) sets.push(set);
    }
    return sets;
  }

  /** With all its files: read again where it was split meanwhile, and its list was another then. */
  async #set(id: string, readId: string | null): Promise<FileSetRow | null> {
    const [row] = this.#orm.select().from(applies).where(eq(applies.id, id)).all();
    if (!row) return null;
    const { entriesId, parts, ...facts } = row;
    if (entriesId === readId) throw new Error(`The files of the set ${id} are not all in the store`);
    const entries = await this.#entries.all(entriesId, parts);
    return entries ? { ...facts, entries } : this.#set(id, entriesId);
  }

  #change(id: string, change: Partial<typeof applies.$inferSelect>): void {
    this.#orm.update(applies).set(change).where(eq(applies.id, id)).run();
  }

  #withdraw(sessionId: string, paths: readonly string[]): void {
    const { sessionId: session, path: at } = changeReviews;
    this.#orm
      .delete(changeReviews)
      .where(and(eq(session, sessionId), isOneOf(at, paths)))
      .run();
  }

  /** Whose the files of a set are counts again. */
  async #makePending(applyId: string): Promise<void> {
    const session = sql`(select ${applies.sessionId} from ${applies} where ${applies.id} = ${applyId})`;
    for (let changed = 1; changed > 0; await nextTurn())
      changed = await this.#store.writeOnceFree(() => {
        const some = sql`select rowid from ${changeAttributions}
          where session_id = ${session} and apply_id = ${applyId} limit ${rowsAtOnce}`;
        return this.#orm.run(sql`update ${changeAttributions} set apply_id = null where rowid in (${some})`).changes;
      });
  }
}

/** Rows as one parameter: a statement for each, or one with a parameter for each value, would hold up the core for thousands. */
function listed<T>(items: readonly T[], toRow: (item: T) => unknown): string {
  return JSON.stringify(items.map(toRow));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function isOneOf(column: Column, paths: readonly string[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(paths.map(stored))}))`;
}

/** A path as the store has it. */
function stored(path: string): unknown {
  return changeReviews.path.mapToDriverValue(path);
}

function asGiven(path: string): string {
  return String(changeReviews.path.mapFromDriverValue(path));
}

function isSetOf(sessionId: string) {
  return and(eq(applies.sessionId, sessionId), inArray(applies.kind, ["apply", "approve"]));
}
