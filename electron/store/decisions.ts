import { and, desc, eq, or, sql, type SQL } from "drizzle-orm";
import type { PermissionDecision } from "../../shared/contract/permissions.ts";
import { isoTime } from "../lib/clock.ts";
import { rowOrder } from "./columns.ts";
import type { Store } from "./open.ts";
import { permissionRequests } from "./tables/review.ts";

/** `before`: the id of the one after which the reader goes on. */
export type DecisionQuery = {
  search?: string | undefined;
  projectId?: string | undefined;
  sessionId?: string | undefined;
  by?: string | undefined;
  before?: string | undefined;
  limit: number;
};

/** Reads the record of what agents asked for and who decided it; `PermissionRepository` writes it. */
export class DecisionRecord {
  readonly #store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The newest first. */
  list({ search, projectId, sessionId, by, before, limit }: DecisionQuery): PermissionDecision[] {
    const { id, projectId: project, sessionId: session, resolvedBy } = permissionRequests;
    const earlier =
      before === undefined ? undefined : sql`rowid < (SELECT rowid FROM permission_requests WHERE ${id} = ${before})`;
    const where = and(
      projectId === undefined ? undefined : eq(project, projectId),
      sessionId === undefined ? undefined : eq(session, sessionId),
      by === undefined ? undefined : eq(resolvedBy, by),
      search === undefined ? undefined : speaksOf(search),
      earlier,
    );
    const found = this.#store.orm.select().from(permissionRequests).where(where).orderBy(desc(rowOrder)).limit(limit);
    return found.all().map(toDecision);
  }

  /** Who decided (`rule:ID`, say) → how often, and when last. */
  uses(by: readonly string[]): Map<string, { count: number; lastAt: number | null }> {
    const { resolvedBy, resolvedAt } = permissionRequests;
    const counted = this.#store.orm
      .select({ by: resolvedBy, count: sql<number>`count(*)`, lastAt: sql<number | null>`max(${resolvedAt})` })
      .from(permissionRequests)
      .where(or(...by.map((one) => eq(resolvedBy, one))) ?? sql`0`)
      .groupBy(resolvedBy)
      .all();
    return new Map(counted.map(({ by: whose, count, lastAt }) => [whose ?? "", { count, lastAt }]));
  }
}

/** In what was shown, in the agent's claim, or in who asked and who decided. */
function speaksOf(search: string): SQL | undefined {
  const { title, agentId, asker, resolvedBy, action } = permissionRequests;
  const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const shown = ["command", "argv", "paths", "url", "cwd", "kind"].map((field) => sql`json_extract(${action}, ${`$.${field}`})`);
  const edited = sql`(SELECT group_concat(json_extract(value, '$.path'), char(10)) FROM json_each(${action}, '$.diff'))`;
  const texts = [title, agentId, asker, resolvedBy, ...shown, edited];
  return or(...texts.map((text) => sql`${text} LIKE ${pattern} ESCAPE '\\'`));
}

function toDecision(row: typeof permissionRequests.$inferSelect): PermissionDecision {
  const { id, runId, chatId, sessionId, projectId, agentId, asker, title, warnings, resolvedBy: by, createdAt, resolvedAt } = row;
  const { diff, ...told } = row.action;
  const action = diff && !told.paths ? { ...told, paths: diff.map(({ path }) => path) } : told;
  const at = { createdAt: isoTime(createdAt), resolvedAt: resolvedAt === null ? null : isoTime(resolvedAt) };
  const whose = { id, runId, chatId, sessionId, projectId, agentId, asker };
  return { ...whose, title, action, warnings, outcome: outcomeOf(row), by, ...at };
}

function outcomeOf({ status, options, optionId }: typeof permissionRequests.$inferSelect): PermissionDecision["outcome"] {
  if (status !== "resolved") return status;
  const chosen = options.find((option) => option.optionId === optionId);
  return chosen?.kind.startsWith("allow") ? "allowed" : "rejected";
}
