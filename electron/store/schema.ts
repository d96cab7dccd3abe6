import { blob, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

// The tables as the code sees them; the migrations make them, and a test compares the two.

export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  path: text("path").notNull(),
  realPath: text("real_path").notNull(),
  kind: text("kind").notNull(),
  rootCommit: text("root_commit"),
  trustedHash: text("trusted_hash"),
  trustedItems: text("trusted_items"),
  addedAt: integer("added_at").notNull(),
  removedAt: integer("removed_at"),
});

export const sessions = sqliteTable("sessions", {
  id: text("id").primaryKey(),
  projectId: text("project_id").notNull(),
  title: text("title").notNull(),
  titleSource: text("title_source").notNull().default("auto"),
  status: text("status").notNull().default("open"),
  policy: text("policy").notNull().default("ask"),
  unread: integer("unread").notNull().default(0),
  nextTabNumber: integer("next_tab_number").notNull().default(1),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  removedAt: integer("removed_at"),
  unaskedAgents: text("unasked_agents").notNull().default("[]"),
});

export const workingCopies = sqliteTable("working_copies", {
  id: text("id").primaryKey(),
  sessionId: text("session_id").notNull(),
  projectId: text("project_id").notNull(),
  kind: text("kind").notNull(),
  path: text("path").notNull(),
  branch: text("branch"),
  baseCommit: text("base_commit"),
  baseRef: text("base_ref"),
  baselineTree: text("baseline_tree"),
  revisionTree: text("revision_tree"),
  state: text("state").notNull(),
  detail: text("detail"),
  createdAt: integer("created_at").notNull(),
});

export const chats = sqliteTable("chats", {
  id: text("id").primaryKey(),
  sessionId: text("session_id").notNull(),
  tabNumber: integer("tab_number").notNull(),
  title: text("title").notNull(),
  titleSource: text("title_source").notNull().default("auto"),
  lastAgentId: text("last_agent_id"),
  archived: integer("archived").notNull().default(0),
  queueHeld: integer("queue_held").notNull().default(0),
  createdAt: integer("created_at").notNull(),
});

export const drafts = sqliteTable("drafts", {
  chatId: text("chat_id").primaryKey(),
  blocks: text("blocks").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const queue = sqliteTable("queue", {
  id: text("id").primaryKey(),
  chatId: text("chat_id").notNull(),
  position: real("position").notNull(),
  prompt: text("prompt").notNull(),
  choice: text("choice").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const runs = sqliteTable("runs", {
  id: text("id").primaryKey(),
  chatId: text("chat_id").notNull(),
  sessionId: text("session_id").notNull(),
  workingCopyId: text("working_copy_id").notNull(),
  agentId: text("agent_id").notNull(),
  requestedModelId: text("requested_model_id"),
  resolvedModelId: text("resolved_model_id"),
  modeId: text("mode_id"),
  thinkingLevel: text("thinking_level"),
  baseRevisionId: text("base_revision_id"),
  status: text("status").notNull(),
  reason: text("reason"),
  prompt: text("prompt").notNull(),
  promptSentAt: integer("prompt_sent_at"),
  context: text("context"),
  stopReason: text("stop_reason"),
  errorCode: text("error_code"),
  errorMessage: text("error_message"),
  timings: text("timings").notNull().default("{}"),
  usage: text("usage"),
  idempotencyKey: text("idempotency_key"),
  createdAt: integer("created_at").notNull(),
  endedAt: integer("ended_at"),
  lastSeq: integer("last_seq").notNull().default(0),
  lateReport: text("late_report"),
});

export const runEvents = sqliteTable("run_events", {
  cursor: integer("cursor").primaryKey({ autoIncrement: true }),
  runId: text("run_id").notNull(),
  chatId: text("chat_id").notNull(),
  seq: integer("seq").notNull(),
  type: text("type").notNull(),
  at: integer("at").notNull(),
  payload: text("payload").notNull(),
  diagnostics: text("diagnostics"),
});

export const agentSessions = sqliteTable(
  "agent_sessions",
  {
    chatId: text("chat_id").notNull(),
    agentId: text("agent_id").notNull(),
    agentSessionId: text("agent_session_id"),
    status: text("status").notNull(),
    canResume: integer("can_resume"),
    canLoad: integer("can_load"),
    usage: text("usage"),
    lastActiveAt: integer("last_active_at"),
    openedWith: text("opened_with"),
  },
  (table) => [primaryKey({ columns: [table.chatId, table.agentId] })],
);

export const agentFacts = sqliteTable("agent_facts", {
  agentId: text("agent_id").primaryKey(),
  fingerprint: text("fingerprint").notNull(),
  version: text("version"),
  capabilities: text("capabilities"),
  options: text("options"),
  status: text("status").notNull(),
  reason: text("reason"),
  checkedAt: integer("checked_at").notNull(),
  changedUnaskedAt: integer("changed_unasked_at"),
});

export const checkpoints = sqliteTable("checkpoints", {
  id: text("id").primaryKey(),
  sessionId: text("session_id").notNull(),
  runId: text("run_id"),
  kind: text("kind").notNull(),
  label: text("label"),
  tree: text("tree").notNull(),
  commitId: text("commit_id").notNull(),
  skipped: text("skipped").notNull().default("[]"),
  place: text("place").notNull().default("working-copy"),
  restoredId: text("restored_id"),
  resultTree: text("result_tree"),
  createdAt: integer("created_at").notNull(),
});

export const changeAttributions = sqliteTable(
  "change_attributions",
  {
    sessionId: text("session_id").notNull(),
    path: text("path").notNull(),
    agentId: text("agent_id").notNull(),
    runId: text("run_id").notNull(),
    /** Mode and object id that the run left, so that a later change by a person shows. */
    content: text("content").notNull(),
    at: integer("at").notNull(),
    /** The applied set that took the change over; null while it is pending. */
    applyId: text("apply_id"),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.path, table.agentId, table.runId] })],
);

export const changeReviews = sqliteTable(
  "change_reviews",
  {
    sessionId: text("session_id").notNull(),
    path: text("path").notNull(),
    fingerprint: text("fingerprint").notNull(),
    review: text("review").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.path] })],
);

export const applies = sqliteTable("applies", {
  id: text("id").primaryKey(),
  sessionId: text("session_id").notNull(),
  kind: text("kind").notNull(),
  state: text("state").notNull(),
  entries: text("entries").notNull(),
  baselineBefore: text("baseline_before"),
  baselineAfter: text("baseline_after"),
  revertsId: text("reverts_id"),
  createdAt: integer("created_at").notNull(),
  committed: integer("committed").notNull().default(0),
});

export const permissionRequests = sqliteTable("permission_requests", {
  id: text("id").primaryKey(),
  runId: text("run_id").notNull(),
  chatId: text("chat_id").notNull(),
  sessionId: text("session_id").notNull(),
  projectId: text("project_id").notNull(),
  agentId: text("agent_id").notNull(),
  title: text("title").notNull(),
  action: text("action").notNull(),
  actionHash: text("action_hash").notNull(),
  options: text("options").notNull(),
  warnings: text("warnings").notNull(),
  rememberable: integer("rememberable").notNull(),
  status: text("status").notNull(),
  optionId: text("option_id"),
  resolvedBy: text("resolved_by"),
  createdAt: integer("created_at").notNull(),
  resolvedAt: integer("resolved_at"),
});

export const permissionRules = sqliteTable("permission_rules", {
  id: text("id").primaryKey(),
  scope: text("scope").notNull(),
  scopeId: text("scope_id").notNull(),
  match: text("match").notNull(),
  matchKey: text("match_key").notNull(),
  decision: text("decision").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const questions = sqliteTable("questions", {
  id: text("id").primaryKey(),
  runId: text("run_id").notNull(),
  chatId: text("chat_id").notNull(),
  sessionId: text("session_id").notNull(),
  projectId: text("project_id").notNull(),
  agentId: text("agent_id").notNull(),
  kind: text("kind").notNull(),
  message: text("message").notNull(),
  schema: text("schema"),
  options: text("options"),
  status: text("status").notNull(),
  content: text("content"),
  resolvedBy: text("resolved_by"),
  createdAt: integer("created_at").notNull(),
  resolvedAt: integer("resolved_at"),
});

export const layouts = sqliteTable("layouts", {
  sessionId: text("session_id").primaryKey(),
  document: text("document").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const terminals = sqliteTable("terminals", {
  id: text("id").primaryKey(),
  sessionId: text("session_id").notNull(),
  title: text("title").notNull(),
  cwd: text("cwd").notNull(),
  cols: integer("cols").notNull(),
  rows: integer("rows").notNull(),
  owner: text("owner"),
  status: text("status").notNull(),
  exitCode: integer("exit_code"),
  screen: text("screen"),
  createdAt: integer("created_at").notNull(),
});

export const tokens = sqliteTable("tokens", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  hash: blob("hash", { mode: "buffer" }).notNull(),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

export const processes = sqliteTable(
  "processes",
  {
    pid: integer("pid").notNull(),
    startTicks: text("start_ticks").notNull(),
    kind: text("kind").notNull(),
    label: text("label").notNull(),
    tag: text("tag").notNull(),
    startedAt: integer("started_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pid, table.startTicks] })],
);

export const workingCopySteps = sqliteTable("working_copy_steps", {
  workingCopyId: text("working_copy_id").primaryKey(),
  step: text("step").notNull(),
  at: integer("at").notNull(),
});
