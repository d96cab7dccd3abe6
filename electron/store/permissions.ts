import type { PermissionRequest, PermissionRule, Question } from "../../shared/contract/permissions.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";

/** Sole writer of `permission_requests`, `permission_rules` and `questions`. Rows stay as the record of who decided what. */
export type NewRequest = Omit<PermissionRequest, "status" | "createdAt"> & { actionHash: string; createdAt: number };
export type NewQuestion = Omit<Question, "status" | "createdAt"> & { createdAt: number };
export type Closed<T> = { status: T; by: string; at: number };

type RequestRow = {
  id: string;
  run_id: string;
  chat_id: string;
  session_id: string;
  project_id: string;
  agent_id: string;
  title: string;
  action: string;
  options: string;
  warnings: string;
  rememberable: number;
  status: PermissionRequest["status"];
  created_at: number;
};
type QuestionRow = {
  id: string;
  run_id: string;
  chat_id: string;
  session_id: string;
  project_id: string;
  agent_id: string;
  kind: Question["kind"];
  message: string;
  schema: string | null;
  options: string | null;
  status: Question["status"];
  created_at: number;
};
type RuleRow = {
  id: string;
  scope: PermissionRule["scope"];
  scope_id: string;
  match: string;
  decision: PermissionRule["decision"];
  created_at: number;
};

export type PermissionRepository = ReturnType<typeof createPermissionRepository>;

export function createPermissionRepository(store: Store) {
  return { ...requests(store), ...questions(store), ...rules(store) };
}

function requests({ sqlite, durably }: Store) {
  const insert =
    sqlite.prepare(`INSERT INTO permission_requests (id, run_id, chat_id, session_id, project_id, agent_id, title, action, action_hash,
    options, warnings, rememberable, status, option_id, resolved_by, created_at, resolved_at)
    VALUES (@id, @runId, @chatId, @sessionId, @projectId, @agentId, @title, @action, @actionHash,
    @options, @warnings, @rememberable, @status, @optionId, @resolvedBy, @createdAt, @resolvedAt)`);
  const byId = sqlite.prepare<[string], RequestRow>("SELECT * FROM permission_requests WHERE id = ?");
  const open = sqlite.prepare<[], RequestRow>("SELECT * FROM permission_requests WHERE status = 'open' ORDER BY rowid");
  const ofRun = sqlite.prepare<[string], RequestRow & { option_id: string | null }>(
    "SELECT * FROM permission_requests WHERE run_id = ? ORDER BY rowid",
  );
  const close = sqlite.prepare<[string, string | null, string, number, string]>(
    "UPDATE permission_requests SET status = ?, option_id = ?, resolved_by = ?, resolved_at = ? WHERE id = ? AND status = 'open'",
  );
  function add(request: NewRequest, closed: { optionId: string | null; by: string } | null): void {
    const { action, options, warnings, rememberable, ...plain } = request;
    durably(() =>
      insert.run({
        ...plain,
        action: JSON.stringify(action),
        options: JSON.stringify(options),
        warnings: JSON.stringify(warnings),
        rememberable: Number(rememberable),
        status: closed ? "resolved" : "open",
        optionId: closed?.optionId ?? null,
        resolvedBy: closed?.by ?? null,
        resolvedAt: closed ? request.createdAt : null,
      }),
    );
  }
  return {
    addOpenRequest: (request: NewRequest): void => add(request, null),
    /** One that nobody had to be asked about, for the record. */
    addDecidedRequest: (request: NewRequest, by: string, optionId: string | null): void => add(request, { optionId, by }),
    findRequest(id: string): PermissionRequest | null {
      const row = byId.get(id);
      return row ? toRequest(row) : null;
    },
    /** What was asked for in a run, in order, and whether it was allowed. */
    listAsked(runId: string): { action: PermissionAction; allowed: boolean }[] {
      return ofRun.all(runId).map((row) => {
        const { action, options } = toRequest(row);
        const chosen = options.find((option) => option.optionId === row.option_id);
        return { action, allowed: row.status === "resolved" && chosen?.kind.startsWith("allow") === true };
      });
    },
    listOpenRequests: (): PermissionRequest[] => open.all().map(toRequest),
    /** Closes it unless it is closed already; answers whether this call did it. */
    closeRequest({
      id,
      optionId,
      ...how
    }: Closed<"resolved" | "cancelled" | "expired"> & { id: string; optionId: string | null }): boolean {
      return durably(() => close.run(how.status, optionId, how.by, how.at, id).changes === 1);
    },
  };
}

function questions({ sqlite, durably }: Store) {
  const insert =
    sqlite.prepare(`INSERT INTO questions (id, run_id, chat_id, session_id, project_id, agent_id, kind, message, schema, options, status, created_at)
    VALUES (@id, @runId, @chatId, @sessionId, @projectId, @agentId, @kind, @message, @schema, @options, 'open', @createdAt)`);
  const byId = sqlite.prepare<[string], QuestionRow>("SELECT * FROM questions WHERE id = ?");
  const open = sqlite.prepare<[], QuestionRow>("SELECT * FROM questions WHERE status = 'open' ORDER BY rowid");
  const close = sqlite.prepare<[string, string | null, string, number, string]>(
    "UPDATE questions SET status = ?, content = ?, resolved_by = ?, resolved_at = ? WHERE id = ? AND status = 'open'",
  );
  return {
    addQuestion({ schema, options, ...plain }: NewQuestion): void {
      durably(() =>
        insert.run({
          ...plain,
          schema: schema ? JSON.stringify(schema) : null,
          options: options ? JSON.stringify(options) : null,
        }),
      );
    },
    findQuestion(id: string): Question | null {
      const row = byId.get(id);
      return row ? toQuestion(row) : null;
    },
    listOpenQuestions: (): Question[] => open.all().map(toQuestion),
    closeQuestion({
      id,
      content,
      ...how
    }: Closed<Exclude<Question["status"], "open">> & { id: string; content: Record<string, unknown> | null }): boolean {
      return durably(() => close.run(how.status, content && JSON.stringify(content), how.by, how.at, id).changes === 1);
    },
  };
}

function rules({ sqlite, durably }: Store) {
  const save = sqlite.prepare(`INSERT INTO permission_rules (id, scope, scope_id, match, match_key, decision, created_at)
    VALUES (@id, @scope, @scopeId, @match, @matchKey, @decision, @createdAt)
    ON CONFLICT (scope, scope_id, match_key) DO UPDATE SET decision = excluded.decision, created_at = excluded.created_at`);
  const find = sqlite.prepare<[string, string, string], RuleRow>(`SELECT * FROM permission_rules WHERE match_key = ?
    AND ((scope = 'session' AND scope_id = ?) OR (scope = 'project' AND scope_id = ?)) ORDER BY decision = 'reject' DESC, scope = 'session' DESC LIMIT 1`);
  const list = sqlite.prepare<[string | null, string | null, string | null], RuleRow>(`SELECT * FROM permission_rules
    WHERE ? IS NULL OR (scope = 'project' AND scope_id = ?) OR (scope = 'session' AND scope_id IN (SELECT id FROM sessions WHERE project_id = ?))
    ORDER BY rowid`);
  const remove = sqlite.prepare<[string]>("DELETE FROM permission_rules WHERE id = ?");
  return {
    /** A newer decision about the same thing in the same scope replaces the older one. */
    saveRule(rule: Omit<PermissionRule, "createdAt"> & { createdAt: number }): void {
      durably(() => save.run({ ...rule, match: JSON.stringify(rule.match), matchKey: matchKey(rule.match) }));
    },
    /** The rule about exactly this; a rejection goes before an allowance, the session's before the project's. */
    findRule(match: PermissionRule["match"], sessionId: string, projectId: string): PermissionRule | null {
      const row = find.get(matchKey(match), sessionId, projectId);
      return row ? toRule(row) : null;
    },
    listRules: (projectId: string | null): PermissionRule[] => list.all(projectId, projectId, projectId).map(toRule),
    removeRule: (id: string): boolean => durably(() => remove.run(id).changes === 1),
  };
}

function matchKey(match: PermissionRule["match"]): string {
  switch (match.kind) {
    case "command":
      return JSON.stringify(["command", match.argv, match.cwd]);
    case "path":
      return JSON.stringify(["path", match.action, match.path]);
    case "url":
      return JSON.stringify(["url", match.url]);
  }
}

// JSON columns are written above only, from typed values, so what is read back has their shape.

function toRequest(row: RequestRow): PermissionRequest {
  return {
    id: row.id,
    runId: row.run_id,
    chatId: row.chat_id,
    sessionId: row.session_id,
    projectId: row.project_id,
    agentId: row.agent_id,
    title: row.title,
    action: JSON.parse(row.action) as PermissionRequest["action"],
    options: JSON.parse(row.options) as PermissionRequest["options"],
    warnings: JSON.parse(row.warnings) as string[],
    rememberable: row.rememberable === 1,
    status: row.status,
    createdAt: isoTime(row.created_at),
  };
}

function toQuestion(row: QuestionRow): Question {
  return {
    id: row.id,
    runId: row.run_id,
    chatId: row.chat_id,
    sessionId: row.session_id,
    projectId: row.project_id,
    agentId: row.agent_id,
    kind: row.kind,
    message: row.message,
    ...(row.schema ? { schema: JSON.parse(row.schema) as Question["schema"] } : {}),
    ...(row.options ? { options: JSON.parse(row.options) as Question["options"] } : {}),
    status: row.status,
    createdAt: isoTime(row.created_at),
  };
}

function toRule(row: RuleRow): PermissionRule {
  return {
    id: row.id,
    scope: row.scope,
    scopeId: row.scope_id,
    match: JSON.parse(row.match) as PermissionRule["match"],
    decision: row.decision,
    createdAt: isoTime(row.created_at),
  };
}
