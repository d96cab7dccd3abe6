import { and, asc, eq } from "drizzle-orm";
import type { PermissionRequest, Question } from "../../shared/contract/permissions.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { permissionRequests, questions } from "./tables/review.ts";

export type NewRequest = Omit<PermissionRequest, "status" | "createdAt"> & { actionHash: string; createdAt: number };
export type NewQuestion = Omit<Question, "status" | "createdAt"> & { createdAt: number };
type Closed<T> = { id: string; status: T; by: string; at: number };
type ClosedRequest = Closed<"resolved" | "cancelled" | "expired"> & { optionId: string | null };
type ClosedQuestion = Closed<Exclude<Question["status"], "open">> & { content: Record<string, unknown> | null };

/** Sole writer of `permission_requests` and `questions`. Rows stay as the record of who decided what. */
export class PermissionRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  /** `saved`, here and below: called once it is written, which may be later. */
  addOpenRequest(request: NewRequest, saved: () => void): void {
    const insert = this.#orm.insert(permissionRequests).values({ ...request, status: "open" });
    this.#store.keep(() => void insert.run(), { saved });
  }

  /** One that nobody had to be asked about, for the record. */
  addDecidedRequest(request: NewRequest, by: string, optionId: string | null): void {
    const decided = { status: "resolved" as const, optionId, resolvedBy: by, resolvedAt: request.createdAt };
    const insert = this.#orm.insert(permissionRequests).values({ ...request, ...decided });
    this.#store.keep(() => void insert.run());
  }

  findRequest(id: string): PermissionRequest | null {
    const row = this.#orm.select().from(permissionRequests).where(eq(permissionRequests.id, id)).get();
    return row ? toRequest(row) : null;
  }

  /** What was asked for in a run, in order, and whether it was allowed. */
  listAsked(runId: string): { action: PermissionAction; allowed: boolean }[] {
    const ofRun = this.#orm.select().from(permissionRequests).where(eq(permissionRequests.runId, runId));
    return ofRun
      .orderBy(asc(rowOrder))
      .all()
      .map(({ action, options, optionId, status }) => {
        const chosen = options.find((option) => option.optionId === optionId);
        return { action, allowed: status === "resolved" && chosen?.kind.startsWith("allow") === true };
      });
  }

  listOpenRequests(): PermissionRequest[] {
    const open = eq(permissionRequests.status, "open");
    return this.#orm.select().from(permissionRequests).where(open).orderBy(asc(rowOrder)).all().map(toRequest);
  }

  /** Closes it unless it is closed already; returns whether this call did it. */
  closeRequest(how: ClosedRequest): boolean {
    return this.#store.write(() => this.#closeRequest(how));
  }

  /** Closes one that nobody can answer any more. */
  endRequest(how: ClosedRequest, saved: () => void): void {
    this.#store.keep(() => void this.#closeRequest(how), { saved });
  }

  #closeRequest(how: ClosedRequest): boolean {
    const close = this.#orm
      .update(permissionRequests)
      .set({ status: how.status, optionId: how.optionId, resolvedBy: how.by, resolvedAt: how.at })
      .where(and(eq(permissionRequests.id, how.id), eq(permissionRequests.status, "open")));
    return close.run().changes === 1;
  }

  addQuestion(question: NewQuestion, saved: () => void): void {
    const insert = this.#orm.insert(questions).values({ ...question, status: "open" });
    this.#store.keep(() => void insert.run(), { saved });
  }

  findQuestion(id: string): Question | null {
    const row = this.#orm.select().from(questions).where(eq(questions.id, id)).get();
    return row ? toQuestion(row) : null;
  }

  listOpenQuestions(): Question[] {
    const open = eq(questions.status, "open");
    return this.#orm.select().from(questions).where(open).orderBy(asc(rowOrder)).all().map(toQuestion);
  }

  closeQuestion(how: ClosedQuestion): boolean {
    return this.#store.write(() => this.#closeQuestion(how));
  }

  /** Closes one that nobody can answer any more. */
  endQuestion(how: ClosedQuestion, saved: () => void): void {
    this.#store.keep(() => void this.#closeQuestion(how), { saved });
  }

  #closeQuestion(how: ClosedQuestion): boolean {
    const close = this.#orm
      .update(questions)
      .set({ status: how.status, content: how.content, resolvedBy: how.by, resolvedAt: how.at })
      .where(and(eq(questions.id, how.id), eq(questions.status, "open")));
    return close.run().changes === 1;
  }
}

function toRequest(row: typeof permissionRequests.$inferSelect): PermissionRequest {
  const { actionHash: _, optionId: __, resolvedBy: ___, resolvedAt: ____, createdAt, ...request } = row;
  return { ...request, createdAt: isoTime(createdAt) };
}

function toQuestion(row: typeof questions.$inferSelect): Question {
  const { content: _, resolvedBy: __, resolvedAt: ___, schema, options, createdAt, ...question } = row;
  return { ...question, ...(schema ? { schema } : {}), ...(options ? { options } : {}), createdAt: isoTime(createdAt) };
}
