import { and, asc, desc, eq, gt, inArray, isNull, lte, or, type SQL } from "drizzle-orm";
import type { PermissionRule, RuleMatch } from "../../shared/contract/rules.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { permissionRules } from "./tables/review.ts";
import { projects, sessions } from "./tables/work.ts";

export type NewRuleRow = Omit<PermissionRule, "createdAt" | "expiresAt"> & { createdAt: number; expiresAt: number | null };
type Place = { sessionId: string; projectId: string };

/** Sole writer of `permission_rules`. `now`, here and below, in unix ms: a rule that has expired by then counts no more. */
export class RuleRepository {
  readonly #store;
  readonly #orm;

  constructor(store: Store) {
    this.#store = store;
    this.#orm = store.orm;
  }

  /** A newer decision about the same thing in the same scope replaces the older one, and keeps its id. */
  save(rule: NewRuleRow): PermissionRule {
    const { scope, scopeId, matchKey } = permissionRules;
    const key = keyOf(rule.match);
    const insert = this.#orm.insert(permissionRules).values({ ...rule, matchKey: key });
    const set = { decision: rule.decision, createdAt: rule.createdAt, expiresAt: rule.expiresAt };
    const saved = insert.onConflictDoUpdate({ target: [scope, scopeId, matchKey], set }).returning();
    return this.#store.write(() => toRule(saved.get()));
  }

  /** The rule about one of these; a rejection goes before an allowance, the session's before the project's, `always` last. */
  find(matches: readonly RuleMatch[], { sessionId, projectId }: Place, now: number): PermissionRule | null {
    if (matches.length === 0) return null;
    const { scope, scopeId, matchKey, decision } = permissionRules;
    const here = or(isIn("session", eq(scopeId, sessionId)), isIn("project", eq(scopeId, projectId)), isIn("always"));
    const row = this.#orm
      .select()
      .from(permissionRules)
      .where(and(inArray(matchKey, matches.map(keyOf)), here, countsAt(now)))
      .orderBy(desc(eq(decision, "reject")), desc(eq(scope, "session")), desc(eq(scope, "project")))
      .get();
    return row ? toRule(row) : null;
  }

  /** Null: of all projects. Of one project with those that count always. */
  list(projectId: string | null, now: number): PermissionRule[] {
    const { scopeId } = permissionRules;
    const ofProject = this.#orm
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.projectId, projectId ?? ""));
    const here = or(isIn("project", eq(scopeId, projectId ?? "")), isIn("session", inArray(scopeId, ofProject)), isIn("always"));
    const where = and(countsAt(now), projectId === null ? undefined : here);
    return this.#orm.select().from(permissionRules).where(where).orderBy(asc(rowOrder)).all().map(toRule);
  }

  setExpiry(id: string, expiresAt: number | null, now: number): PermissionRule | null {
    const update = this.#orm.update(permissionRules).set({ expiresAt });
    const which = and(eq(permissionRules.id, id), countsAt(now));
    const row = this.#store.write(() => update.where(which).returning().get());
    return row ? toRule(row) : null;
  }

  remove(id: string): boolean {
    return this.#store.write(() => this.#orm.delete(permissionRules).where(eq(permissionRules.id, id)).run().changes === 1);
  }

  removeExpired(now: number): void {
    const expired = this.#orm.delete(permissionRules).where(lte(permissionRules.expiresAt, now));
    this.#store.keep(() => void expired.run());
  }

  /** Whether there is such a session or project for a rule to count in. */
  hasScope(scope: "session" | "project", id: string): boolean {
    const table = scope === "session" ? sessions : projects;
    const found = this.#orm.select({ id: table.id }).from(table);
    return found.where(and(eq(table.id, id), isNull(table.removedAt))).get() !== undefined;
  }
}

function isIn(scope: PermissionRule["scope"], which?: SQL) {
  return and(eq(permissionRules.scope, scope), which);
}

function countsAt(now: number) {
  return or(isNull(permissionRules.expiresAt), gt(permissionRules.expiresAt, now));
}

function keyOf(match: RuleMatch): string {
  switch (match.kind) {
    case "command":
      return JSON.stringify(["command", match.argv, match.cwd]);
    case "path":
      return JSON.stringify(["path", match.action, match.path]);
    case "url":
      return JSON.stringify(["url", match.url]);
    case "host":
      return JSON.stringify(["host", match.host]);
    case "claim":
      return JSON.stringify(["claim", match.agentId, match.claim]);
    case "tool":
      return JSON.stringify(["tool", match.server, match.serverHash, match.tool]);
  }
}

function toRule(row: typeof permissionRules.$inferSelect): PermissionRule {
  const { matchKey: _, createdAt, expiresAt, ...rule } = row;
  return { ...rule, createdAt: isoTime(createdAt), expiresAt: expiresAt === null ? null : isoTime(expiresAt) };
}
