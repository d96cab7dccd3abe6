import { asc, eq, ne, sql } from "drizzle-orm";
import type { ChangeCount } from "../../shared/contract/sessions.ts";
import type { GitBase } from "./git-base.ts";
import type { Store } from "./open.ts";
import { workingCopies, workingCopySteps } from "./tables/work.ts";

export type WorkingCopyRow = typeof workingCopies.$inferSelect;
export type CopyState = WorkingCopyRow["state"];
export type CopyStep = (typeof workingCopySteps.$inferSelect)["step"];

/** Sole writer of `working_copies` and `working_copy_steps`. */
export class WorkingCopyRepository {
  readonly #store;
  readonly #orm;
  readonly #byId;
  readonly #bySession;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
    this.#byId = this.#orm
      .select()
      .from(workingCopies)
      .where(eq(workingCopies.id, sql.placeholder("id")))
      .prepare();
    const ofSession = eq(workingCopies.sessionId, sql.placeholder("sessionId"));
    this.#bySession = this.#orm.select().from(workingCopies).where(ofSession).prepare();
  }

  find(id: string): WorkingCopyRow | null {
    return this.#byId.get({ id }) ?? null;
  }

  findOfSession(sessionId: string): WorkingCopyRow | null {
    return this.#bySession.get({ sessionId }) ?? null;
  }

  /** All but the removed ones. */
  listLive(): WorkingCopyRow[] {
    const live = this.#orm.select().from(workingCopies).where(ne(workingCopies.state, "removed"));
    return live.orderBy(asc(workingCopies.createdAt), asc(workingCopies.id)).all();
  }

  add(copy: Omit<WorkingCopyRow, "baselineTree" | "revisionTree" | "headCommit" | "gitBase" | "lastCount">): void {
    this.#store.write(() => this.#orm.insert(workingCopies).values(copy).run());
  }

  setState(id: string, state: CopyState, detail: string | null): void {
    this.#update(id, { state, detail });
  }

  setPath(id: string, path: string): void {
    this.#update(id, { path });
  }

  setBaseline(id: string, baselineTree: string, gitBase?: GitBase): void {
    this.#update(id, gitBase ? { baselineTree, gitBase } : { baselineTree });
  }

  setRevision(id: string, revisionTree: string): void {
    this.#update(id, { revisionTree });
  }

  setLastCountOfSession(sessionId: string, lastCount: ChangeCount): void {
    const update = this.#orm.update(workingCopies).set({ lastCount }).where(eq(workingCopies.sessionId, sessionId));
    this.#store.keep(() => void update.run());
  }

  setHeadCommit(id: string, headCommit: string | null): void {
    this.#update(id, { headCommit });
  }

  setBranch(id: string, branch: string | null): void {
    this.#update(id, { branch });
  }

  /** Written before the stage begins. */
  beginStep(id: string, step: CopyStep, now: number): void {
    const insert = this.#orm.insert(workingCopySteps).values({ workingCopyId: id, step, at: now });
    const set = { step, at: now };
    this.#store.write(() => insert.onConflictDoUpdate({ target: workingCopySteps.workingCopyId, set }).run());
  }

  /** The copy is in `state`, and no stage is open any more. */
  endSteps(id: string, state: CopyState, detail: string | null): void {
    this.#store.keep(() => {
      this.setState(id, state, detail);
      this.#orm.delete(workingCopySteps).where(eq(workingCopySteps.workingCopyId, id)).run();
    });
  }

  /** Changes of a copy's state are kept where the store is locked; resolves once they are in it. */
  whenSaved(): Promise<void> {
    return this.#store.whenFree();
  }

  openSteps(): { copyId: string; step: CopyStep }[] {
    const { workingCopyId: copyId, step, at } = workingCopySteps;
    return this.#orm.select({ copyId, step }).from(workingCopySteps).orderBy(asc(at)).all();
  }

  #update(id: string, change: Partial<WorkingCopyRow>): void {
    this.#store.keep(() => void this.#orm.update(workingCopies).set(change).where(eq(workingCopies.id, id)).run());
  }
}
