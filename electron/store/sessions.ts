import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Store } from "./open.ts";
import { PreparedUpdates } from "./prepared-updates.ts";
import { sessions } from "./tables/work.ts";

export type RemovedSessionRow = Pick<typeof sessions.$inferSelect, "id" | "projectId" | "title"> & { removedAt: number };
export type SessionRow = Omit<typeof sessions.$inferSelect, "nextTabNumber" | "removedAt">;
type SessionChange = Partial<
  Pick<SessionRow, "title" | "titleSource" | "status" | "policy" | "unread" | "updatedAt" | "unaskedAgents" | "tags">
>;

/** Sole writer of `sessions`. A removed session keeps its row for its checkpoints and is found by nothing, until it is brought back. */
export class SessionRepository {
  readonly #store;
  readonly #byId;
  readonly #updates;

  constructor(store: Store) {
    this.#store = store;
    this.#updates = new PreparedUpdates(store, sessions, eq(sessions.id, sql.placeholder("id")));
    this.#byId = this.#select(eq(sessions.id, sql.placeholder("id"))).prepare();
  }

  find(id: string): SessionRow | null {
    const row = this.#byId.get({ id });
    return row ? toSession(row) : null;
  }

  list(): SessionRow[] {
    return this.#latestFirst();
  }

  listOfProject(projectId: string): SessionRow[] {
    return this.#latestFirst(eq(sessions.projectId, projectId));
  }

  add(session: Pick<SessionRow, "id" | "projectId" | "title" | "titleSource" | "policy" | "createdAt">): void {
    const insert = this.#store.orm.insert(sessions).values({ ...session, updatedAt: session.createdAt });
    this.#store.write(() => insert.run());
  }

  /** Changes what is given; returns the row as it is then, null where there is none. */
  update(id: string, change: SessionChange): SessionRow | null {
    const set = (): SessionRow | null => {
      this.#updates.run({ id }, change);
      return this.find(id);
    };
    return this.#store.write(set, { durable: mustLast(change) });
  }

  /** A change that nobody waits for; `saved` is called once it is written, which may be later. */
  keepUpdate(id: string, change: SessionChange, saved: () => void): void {
    this.#store.keep(() => this.#updates.run({ id }, change), { durable: mustLast(change), saved });
  }

  remove(id: string, now: number): void {
    this.#store.write(() => this.#store.orm.update(sessions).set({ removedAt: now }).where(eq(sessions.id, id)).run());
  }

  /** Latest first. */
  listRemoved(projectId: string): RemovedSessionRow[] {
    const rows = this.#store.orm
      .select()
      .from(sessions)
      .where(and(eq(sessions.projectId, projectId), isNotNull(sessions.removedAt)))
      .orderBy(desc(sessions.removedAt), desc(sessions.id))
      .all();
    return rows.flatMap(({ id, title, removedAt }) => (removedAt === null ? [] : [{ id, projectId, title, removedAt }]));
  }

  findRemoved(id: string): RemovedSessionRow | null {
    const row = this.#store.orm.select().from(sessions).where(eq(sessions.id, id)).get();
    if (!row || row.removedAt === null) return null;
    return { id, projectId: row.projectId, title: row.title, removedAt: row.removedAt };
  }

  bringBack(id: string): void {
    this.#store.write(() => this.#store.orm.update(sessions).set({ removedAt: null }).where(eq(sessions.id, id)).run());
  }

  /** The next number for a tab; it is never given again. */
  takeTabNumber(id: string): number | null {
    const next = sessions.nextTabNumber;
    const take = this.#store.orm
      .update(sessions)
      .set({ nextTabNumber: sql`${next} + 1` })
      .where(eq(sessions.id, id));
    const taken = this.#store.write(() => take.returning({ next }).get());
    return taken ? taken.next - 1 : null;
  }

  #select(where?: ReturnType<typeof eq>) {
    return this.#store.orm
      .select()
      .from(sessions)
      .where(and(where, isNull(sessions.removedAt)));
  }

  #latestFirst(where?: ReturnType<typeof eq>): SessionRow[] {
    return this.#select(where).orderBy(desc(sessions.updatedAt), desc(sessions.id)).all().map(toSession);
  }
}

/** A session's place in the list and its mark change with every run, and may be lost with the power. */
function mustLast(change: SessionChange): boolean {
  return Object.keys(change).some((name) => name !== "updatedAt" && name !== "unread");
}

function toSession(row: typeof sessions.$inferSelect): SessionRow {
  const { nextTabNumber: _, removedAt: __, ...session } = row;
  return session;
}
