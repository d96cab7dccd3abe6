import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { checkpoint, type Checkpoint, type RestoreMode } from "../../../shared/contract/checkpoints.ts";
import { question, type Alarm, type PermissionRequest, type Question } from "../../../shared/contract/permissions.ts";
import { ruleMatch, type PermissionRule } from "../../../shared/contract/rules.ts";
import { permissionAction, permissionOption } from "../../../shared/run-event.ts";
import { filePath, flag, json } from "../columns.ts";
import { journalEntry } from "../journal-entry.ts";
import { setPlace } from "../set-place.ts";
import { runs, sessions } from "./work.ts";

// What a person decides: over the files that a session changed, and over what its agents ask.

export const checkpoints = sqliteTable(
  "checkpoints",
  {
    id: text("id").primaryKey(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    runId: text("run_id"),
    kind: text("kind").$type<Checkpoint["kind"]>().notNull(),
    label: text("label"),
    tree: text("tree").notNull(),
    commitId: text("commit_id").notNull(),
    skipped: json("skipped", checkpoint.shape.skipped).notNull().default([]),
    /** What was kept: the session's working copy, the project's own checkout, or (`folder`) another worktree of it. */
    place: text("place").$type<"working-copy" | "checkout" | "worktree">().notNull().default("working-copy"),
    folder: text("folder"),
    /** On one taken before a restore: which was restored. */
    restoredId: text("restored_id"),
    /** How; null where that was to be found out. */
    restoreMode: text("restore_mode").$type<RestoreMode>(),
    /** And what came of it; null while that goes on, or where it was cut off. */
    resultTree: text("result_tree"),
    /** What pending changes were measured against then; null where that isn't known. */
    baselineTree: text("baseline_tree"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("checkpoints_by_session").on(table.sessionId, table.createdAt)],
);

export const changeAttributions = sqliteTable(
  "change_attributions",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    path: filePath("path").notNull(),
    agentId: text("agent_id").notNull(),
    runId: text("run_id").notNull(),
    /** Mode and object id that the run left, so that a later change by a person shows. */
    content: text("content").notNull(),
    at: integer("at").notNull(),
    /** The applied set that took the change over; null while it is pending. */
    applyId: text("apply_id"),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.path, table.agentId, table.runId] }),
    index("change_attributions_by_set").on(table.sessionId, table.applyId, table.path, table.agentId, table.runId),
    index("change_attributions_by_run").on(table.runId, table.path),
  ],
);

export const changeReviews = sqliteTable(
  "change_reviews",
  {
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    path: filePath("path").notNull(),
    fingerprint: text("fingerprint").notNull(),
    review: text("review").$type<"approved">().notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.path] })],
);

export const applies = sqliteTable(
  "applies",
  {
    id: text("id").primaryKey(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    kind: text("kind").$type<"apply" | "approve" | "revert" | "reject" | "restore" | "follow">().notNull(),
    /**
     * `planned`: nothing was written. `writing`: any of the entries may be. `done`: all are. `undone`: none is.
     * `reverted`: all were, and were taken out again. `settled`: done, and too old to be taken out.
     */
    state: text("state").$type<"planned" | "writing" | "done" | "undone" | "reverted" | "settled">().notNull(),
    baselineBefore: text("baseline_before"),
    baselineAfter: text("baseline_after"),
    /** For `revert`: the applied set that it takes out. For `restore`: the checkpoint taken before it. */
    subjectId: text("reverts_id"),
    createdAt: integer("created_at").notNull(),
    committed: flag("committed").notNull().default(false),
    /** Null: the project's own checkout, or the working copy for what is written there. */
    place: json("place", setPlace),
    /** Its files: which of `apply_entries`, and in how many parts. */
    entriesId: text("entries_id").notNull().default(""),
    parts: integer("parts").notNull().default(0),
  },
  (table) => [index("applies_by_session").on(table.sessionId, table.createdAt)],
);

/**
 * The files of sets, in parts: SQLite writes a row whole, and these may be tens of thousands. A list is written before the
 * set that it is of; one that no set names was cut off, and goes at the next start.
 */
export const applyEntries = sqliteTable(
  "apply_entries",
  {
    listId: text("list_id").notNull(),
    part: integer("part").notNull(),
    entries: json("entries", z.array(journalEntry)).notNull(),
  },
  (table) => [primaryKey({ columns: [table.listId, table.part] })],
);

export const permissionRequests = sqliteTable(
  "permission_requests",
  {
    id: text("id").primaryKey(),
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    chatId: text("chat_id").notNull(),
    sessionId: text("session_id").notNull(),
    projectId: text("project_id").notNull(),
    agentId: text("agent_id").notNull(),
    /** A sub-agent's name; null where the agent itself asked. */
    asker: text("asker"),
    title: text("title").notNull(),
    action: json("action", permissionAction).notNull(),
    actionHash: text("action_hash").notNull(),
    options: json("options", z.array(permissionOption)).notNull(),
    warnings: json("warnings", z.array(z.string())).notNull(),
    rememberable: flag("rememberable").notNull(),
    status: text("status").$type<PermissionRequest["status"]>().notNull(),
    optionId: text("option_id"),
    resolvedBy: text("resolved_by"),
    createdAt: integer("created_at").notNull(),
    resolvedAt: integer("resolved_at"),
  },
  (table) => [
    index("permission_requests_open")
      .on(table.status)
      .where(sql`${table.status} = 'open'`),
  ],
);

export const alarms = sqliteTable(
  "alarms",
  {
    id: text("id").primaryKey(),
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    chatId: text("chat_id").notNull(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    projectId: text("project_id").notNull(),
    agentId: text("agent_id").notNull(),
    message: text("message").notNull(),
    paths: json("paths", z.array(z.string())).notNull(),
    checkpointId: text("checkpoint_id"),
    status: text("status").$type<Alarm["status"]>().notNull(),
    createdAt: integer("created_at").notNull(),
    closedAt: integer("closed_at"),
  },
  (table) => [
    index("alarms_open")
      .on(table.status)
      .where(sql`${table.status} = 'open'`),
  ],
);

export const permissionRules = sqliteTable(
  "permission_rules",
  {
    id: text("id").primaryKey(),
    scope: text("scope").$type<PermissionRule["scope"]>().notNull(),
    scopeId: text("scope_id").notNull(),
    match: json("match", ruleMatch).notNull(),
    matchKey: text("match_key").notNull(),
    decision: text("decision").$type<PermissionRule["decision"]>().notNull(),
    createdAt: integer("created_at").notNull(),
    /** From when on it counts no more; null: until it is removed. */
    expiresAt: integer("expires_at"),
  },
  (table) => [unique().on(table.scope, table.scopeId, table.matchKey)],
);

export const questions = sqliteTable("questions", {
  id: text("id").primaryKey(),
  runId: text("run_id")
    .notNull()
    .references(() => runs.id),
  chatId: text("chat_id").notNull(),
  sessionId: text("session_id").notNull(),
  projectId: text("project_id").notNull(),
  agentId: text("agent_id").notNull(),
  asker: text("asker"),
  kind: text("kind").$type<Question["kind"]>().notNull(),
  message: text("message").notNull(),
  schema: json("schema", question.shape.schema.unwrap()),
  options: json("options", question.shape.options.unwrap()),
  status: text("status").$type<Question["status"]>().notNull(),
  content: json("content", z.record(z.string(), z.unknown())),
  resolvedBy: text("resolved_by"),
  createdAt: integer("created_at").notNull(),
  resolvedAt: integer("resolved_at"),
});
