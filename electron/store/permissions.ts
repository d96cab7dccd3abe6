import { and, asc, desc, eq, inArray, or, type SQL } from "drizzle-orm";
import type { PermissionRequest, PermissionRule, Question } from "../../shared/contract/permissions.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { permissionRequests, permissionRules, questions } from "./tables/review.ts";
import { sessions } from "./tables/work.ts";

export type NewRequest = Omit<PermissionRequest, "status" | "createdAt"> & { actionHash: string; createdAt: number };
export type NewQuestion = Omit<Question, "status" | "createdAt"> & { createdAt: number };
type Closed<T> = { id: string; status: T; by: string; at: number };
type ClosedRequest = Closed<"resolved" | "cancelled" | "expired"> & { optionId: string | null };
type ClosedQuestion = Closed<Exclude<Question["status"], "open">> & { content: Record<string, unknown> | null };

/** Sole writer of `permission_requests`, `permission_rules` and `questions`. Rows stay as the record of who decided what. */
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

  /** A newer decision about the same thing in the same scope replaces the older one. */
  saveRule(rule: Omit<PermissionRule, "createdAt"> & { createdAt: number }): void {
    const { scope, scopeId, matchKey } = permissionRules;
    const insert = this.#orm.insert(permissionRules).values({ ...rule, matchKey: keyOf(rule.match) });
    const set = { decision: rule.decision, createdAt: rule.createdAt };
    this.#store.write(() => insert.onConflictDoUpdate({ target: [scope, scopeId, matchKey], set }).run());
  }

  /** The rule about exactly this; a rejection goes before an allowance, the session's before the project's. */
  findRule(match: PermissionRule["match"], sessionId: string, projectId: string): PermissionRule | null {
    const { scope, scopeId, matchKey, decision } = permissionRules;
    const row = this.#orm
      .select()
      .from(permissionRules)
      .where(
        and(eq(matchKey, keyOf(match)), or(isIn("session", eq(scopeId, sessionId)), isIn("project", eq(scopeId, projectId)))),
      )
      .orderBy(desc(eq(decision, "reject")), desc(eq(scope, "session")))
      .get();
    return row ? toRule(row) : null;
  }

  /** Null: of all projects. */
  listRules(projectId: string | null): PermissionRule[] {
    const { scopeId } = permissionRules;
    const list = this.#orm.select().from(permissionRules).orderBy(asc(rowOrder));
    if (projectId === null) return list.all().map(toRule);
    const ofProject = this.#orm.select({ id: sessions.id }).from(sessions).where(eq(sessions.projectId, projectId));
    const where = or(isIn("project", eq(scopeId, projectId)), isIn("session", inArray(scopeId, ofProject)));
    return list.where(where).all().map(toRule);
  }

  removeRule(id: string): boolean {
    return this.#store.write(() => this.#orm.delete(permissionRules).where(eq(permissionRules.id, id)).run().changes === 1);
  }
}

function isIn(scope: PermissionRule["scope"], which: SQL) {
  return and(eq(permissionRules.scope, scope), which);
}

function keyOf(match: PermissionRule["match"]): string {
  switch (match.kind) {
    case "command":
      return JSON.stringify(["command", match.argv, match.cwd]);
    case "path":
      return JSON.stringify(["path", match.action, match.path]);
    case "url":
      return JSON.stringify(["url", match.url]);
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

function toRule(row: typeof permissionRules.$inferSelect): PermissionRule {
  const { matchKey: _, createdAt, ...rule } = row;
  return { ...rule, createdAt: isoTime(createdAt) };
}
