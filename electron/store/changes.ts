import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, sql, type Column, type SQL } from "drizzle-orm";
import { mapInSlices, nextTurn } from "../lib/slices.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import type { SetPlace } from "./set-place.ts";
import { applies, applyEntries, changeAttributions, changeReviews } from "./tables/review.ts";
import { sessions } from "./tables/work.ts";

/** Who left a path as it is: `content` is `<mode> <oid>` after the run. */
export type Attribution = Omit<typeof changeAttributions.$inferSelect, "sessionId" | "applyId">;

type Approval = { path: string; fingerprint: string };

/** What a run left at a path, and what that has become. */
type Carried = { path: string; from: string; to: string };

/** A set of files that is, or was, written through the journal. */
export type FileSetRow = typeof applies.$inferSelect & Pick<typeof applyEntries.$inferSelect, "entries">;
export type FileSetState = FileSetRow["state"];
export type FileSetKind = FileSetRow["kind"];

/** Sole writer of `change_attributions`, `change_reviews`, `applies` and `apply_entries`. */
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
    const rows = this.#listed<[string, string, string, string, number]>(
      sql`json_array(${path}, ${agentId}, ${runId}, ${content}, ${at}) order by ${at} desc, ${runId} desc`,
      changeAttributions,
      and(eq(changeAttributions.sessionId, sessionId), isNull(changeAttributions.applyId)),
    );
    return rows.map(([file, agent, run, left, when]) => {
      return { path: asGiven(file), agentId: agent, runId: run, content: left, at: when };
    });
  }

  /** What each of the runs changed, by its path. */
  pathsOfRuns(runIds: readonly string[]): Map<string, string[]> {
    const { path, runId } = changeAttributions;
    const rows = this.#orm
      .select({ path, runId })
      .from(changeAttributions)
      .where(inArray(runId, [...runIds]))
      .orderBy(asc(path))
      .all();
    return new Map([...Map.groupBy(rows, (row) => row.runId)].map(([id, own]) => [id, own.map((row) => row.path)]));
  }

  async attribute(sessionId: string, attributions: readonly Attribution[]): Promise<void> {
    const rows = await listInSlices(attributions, ({ path, agentId, runId, content, at }) => {
      return [stored(path), agentId, runId, content, at];
    });
    return this.#store.writeOnceFree(() => {
      this.#orm.run(sql`
        insert into ${changeAttributions} (session_id, path, agent_id, run_id, content, at)
        select ${sessionId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(${rows}) where true
        on conflict (session_id, path, agent_id, run_id)
        do update set content = excluded.content, at = excluded.at, apply_id = null`);
    });
  }

  /** Fingerprints that were approved, by path. */
  approvals(sessionId: string): Map<string, string> {
    const { path, fingerprint } = changeReviews;
    const rows = this.#listed<[string, string]>(
      sql`json_array(${path}, ${fingerprint})`,
      changeReviews,
      eq(changeReviews.sessionId, sessionId),
    );
    return new Map(rows.map(([file, approved]) => [asGiven(file), approved]));
  }

  async approve(sessionId: string, changes: readonly Approval[], now: number): Promise<void> {
    const rows = await listInSlices(changes, ({ path, fingerprint }) => [stored(path), fingerprint]);
    this.#store.write(() => this.#approve(sessionId, rows, now));
  }

  /** Approvals and attributions as they are on another baseline. */
  async carry(
    sessionId: string,
    { approvals, contents }: { approvals: readonly Approval[]; contents: readonly Carried[] },
    now: number,
  ): Promise<void> {
    const approved = await listInSlices(approvals, ({ path, fingerprint }) => [stored(path), fingerprint]);
    const rows = await listInSlices(contents, ({ path, from, to }) => [stored(path), from, to]);
    this.#store.write(() => {
      this.#approve(sessionId, approved, now);
      // json_each has a `path` too.
      this.#orm.run(sql`
        update ${changeAttributions} set content = value ->> 2 from json_each(${rows})
        where session_id = ${sessionId} and apply_id is null and ${changeAttributions}.path = value ->> 0 and content = value ->> 1`);
    });
  }

  withdraw(sessionId: string, paths: readonly string[]): void {
    const { sessionId: session, path: at } = changeReviews;
    this.#store.write(() =>
      this.#orm
        .delete(changeReviews)
        .where(and(eq(session, sessionId), isOneOf(at, paths)))
        .run(),
    );
  }

  /** The paths are no longer pending: what was known about their change goes, whose it was stays with the set. */
  settle(sessionId: string, applyId: string, paths: readonly string[]): void {
    const { sessionId: session, path: at, applyId: set } = changeAttributions;
    this.#store.write(() => {
      this.withdraw(sessionId, paths);
      this.#orm
        .update(changeAttributions)
        .set({ applyId })
        .where(and(eq(session, sessionId), isOneOf(at, paths), isNull(set)))
        .run();
    });
  }

  async addSet(row: Omit<FileSetRow, "committed" | "place"> & Partial<FileSetRow>): Promise<void> {
    const entries = await listInSlices(row.entries, (entry) => entry);
    await this.#store.writeOnceFree(() => this.#addSet(row, entries));
  }

  /** Makes a set of its own of some paths of an applied one, which keeps the others. Both count as applied when that was. */
  splitApply(id: string, ownId: string, paths: readonly string[]): void {
    const row = this.findSet(id);
    if (!row) return;
    const own = new Set(paths);
    this.#store.write(() => {
      const ownEntries = JSON.stringify(row.entries.filter(({ path }) => own.has(path)));
      this.#addSet({ ...row, id: ownId, subjectId: null }, ownEntries);
      const entries = row.entries.filter(({ path }) => !own.has(path));
      this.#orm.update(applyEntries).set({ entries }).where(eq(applyEntries.applyId, id)).run();
      this.#orm
        .update(changeAttributions)
        .set({ applyId: ownId })
        .where(and(eq(changeAttributions.applyId, id), isOneOf(changeAttributions.path, paths)))
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
    const [found = null] = this.#sets(eq(applies.id, id)).all().map(withEntries);
    return found;
  }

  unfinishedSets(): FileSetRow[] {
    const unfinished = inArray(applies.state, ["planned", "writing"]);
    return this.#sets(unfinished).orderBy(asc(setOrder)).all().map(withEntries);
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
  *appliedSets(sessionId: string): Generator<FileSetRow, void> {
    for (const id of this.appliedIds(sessionId)) {
      const set = this.findSet(id);
      if (set) yield set;
    }
  }

  /** The paths of what was applied at that time or later and not taken out again. */
  appliedSince(sessionId: string, at: number): string[] {
    return this.#orm
      .select({ entries: applyEntries.entries })
      .from(applies)
      .innerJoin(applyEntries, eq(applyEntries.applyId, applies.id))
      .where(and(isSetOf(sessionId), inArray(applies.state, ["done", "settled"]), gte(applies.createdAt, at)))
      .all()
      .flatMap(({ entries }) => entries.map((entry) => entry.path));
  }

  uncommittedSets(sessionId: string): FileSetRow[] {
    return this.#sets(and(isSetOf(sessionId), inArray(applies.state, ["done", "settled"]), eq(applies.committed, false)))
      .orderBy(asc(setOrder))
      .all()
      .map(withEntries);
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

  #sets(which: SQL | undefined) {
    return this.#orm.select().from(applies).innerJoin(applyEntries, eq(applyEntries.applyId, applies.id)).where(which);
  }

  /** `entries`: their JSON. */
  #addSet(row: typeof applies.$inferInsert, entries: string): void {
    this.#orm.insert(applies).values(row).run();
    this.#orm.run(sql`insert into ${applyEntries} (apply_id, entries) values (${row.id}, ${entries})`);
  }

  #change(id: string, change: Partial<typeof applies.$inferSelect>): void {
    this.#orm.update(applies).set(change).where(eq(applies.id, id)).run();
  }

  #approve(sessionId: string, rows: string, now: number): void {
    this.#orm.run(sql`
      insert into ${changeReviews} (session_id, path, fingerprint, review, at)
      select ${sessionId}, value ->> 0, value ->> 1, 'approved', ${now} from json_each(${rows}) where true
      on conflict (session_id, path)
      do update set fingerprint = excluded.fingerprint, review = excluded.review, at = excluded.at`);
  }

  /** Rows as one text: each by itself would hold up the core for thousands. */
  #listed<Row>(row: SQL, table: typeof changeReviews | typeof changeAttributions, which: SQL | undefined): Row[] {
    const found = this.#orm.get<{ rows: string }>(sql`select json_group_array(${row}) as rows from ${table} where ${which}`);
    return JSON.parse(found.rows) as Row[];
  }
}

const setOrder = sql`${applies}.rowid`;

type SetWithEntries = { applies: typeof applies.$inferSelect; apply_entries: typeof applyEntries.$inferSelect };

function withEntries({ applies: set, apply_entries: { entries } }: SetWithEntries): FileSetRow {
  return { ...set, entries };
}

/** Rows as one parameter: a statement for each, or one with a parameter for each value, would hold up the core for thousands. */
async function listInSlices<T>(items: readonly T[], toRow: (item: T) => unknown): Promise<string> {
  const rows = await mapInSlices(items, (item) => JSON.stringify(toRow(item)));
  await nextTurn();
  return `[${rows.join(",")}]`;
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
