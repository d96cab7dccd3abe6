import { isNull } from "drizzle-orm";
import { index, integer, real, sqliteTable, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { runChoice } from "../../../shared/contract/chats.ts";
import type { Project } from "../../../shared/contract/projects.ts";
import { run, type RunStatus } from "../../../shared/contract/runs.ts";
import { changeCount, type Policy, type Session, type WorkingCopy } from "../../../shared/contract/sessions.ts";
import { contentBlock } from "../../../shared/prompt.ts";
import { timings, usage } from "../../../shared/run-event.ts";
import { pause, turnLimits } from "../../../shared/turn-limits.ts";
import { flag, json } from "../columns.ts";
import { gitBase } from "../git-base.ts";

// Projects, and the work in them: sessions, chats and runs.

const prompt = z.array(contentBlock);
const anyRecord = z.record(z.string(), z.unknown());

export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  path: text("path").notNull(),
  realPath: text("real_path").notNull().unique(),
  /** Of the repository at `path`, the folder that the project is; empty for all of it. */
  folder: text("folder").notNull().default(""),
  kind: text("kind").$type<Project["kind"]>().notNull(),
  rootCommit: text("root_commit"),
  trustedHash: text("trusted_hash"),
  /** Path of something that can run → the hashes of its content that the person has trusted. */
  trustedItems: json("trusted_items", z.record(z.string(), z.array(z.string()))),
  addedAt: integer("added_at").notNull(),
  removedAt: integer("removed_at"),
});

/** How a title came about: `auto` until the person or a prompt gave one; a person's is never replaced. */
export type TitleSource = "auto" | "prompt" | "user";

export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    projectId: text("project_id")
      .notNull()
      .references(() => projects.id),
    title: text("title").notNull(),
    titleSource: text("title_source").$type<TitleSource>().notNull().default("auto"),
    status: text("status").$type<Session["status"]>().notNull().default("open"),
    policy: text("policy").$type<Policy>().notNull().default("ask"),
    unread: flag("unread").notNull().default(false),
    nextTabNumber: integer("next_tab_number").notNull().default(1),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    removedAt: integer("removed_at"),
    /** Agents that never ask and may work here all the same. */
    unaskedAgents: json("unasked_agents", z.array(z.string())).notNull().default([]),
    /** null: nobody has given it any yet. */
    tags: json("tags", z.array(z.string())),
  },
  (table) => [index("sessions_by_project").on(table.projectId, table.updatedAt)],
);

export const workingCopies = sqliteTable("working_copies", {
  id: text("id").primaryKey(),
  sessionId: text("session_id")
    .notNull()
    .unique()
    .references(() => sessions.id),
  projectId: text("project_id")
    .notNull()
    .references(() => projects.id),
  kind: text("kind").$type<WorkingCopy["kind"]>().notNull(),
  path: text("path").notNull(),
  branch: text("branch"),
  baseCommit: text("base_commit"),
  baseRef: text("base_ref"),
  baselineTree: text("baseline_tree"),
  revisionTree: text("revision_tree"),
  state: text("state").$type<WorkingCopy["state"]>().notNull(),
  detail: text("detail"),
  createdAt: integer("created_at").notNull(),
  /** The commit that a worktree stood at when it was removed. */
  headCommit: text("head_commit"),
  /** Null until its HEAD has moved. */
  gitBase: json("git_base", gitBase),
  /** How much was pending when the files were last looked at; null where they never were. */
  lastCount: json("last_count", changeCount),
});

/** A stage of a working copy that has begun and hasn't ended; after a crash it tells what to finish or undo. */
export const workingCopySteps = sqliteTable("working_copy_steps", {
  workingCopyId: text("working_copy_id")
    .primaryKey()
    .references(() => workingCopies.id),
  step: text("step").$type<"reserve" | "add" | "checkout" | "bring" | "remove" | "recreate">().notNull(),
  at: integer("at").notNull(),
});

export const chats = sqliteTable(
  "chats",
  {
    id: text("id").primaryKey(),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    tabNumber: integer("tab_number").notNull(),
    title: text("title").notNull(),
    titleSource: text("title_source").$type<TitleSource>().notNull().default("auto"),
    lastAgentId: text("last_agent_id"),
    archived: flag("archived").notNull().default(false),
    queueHeld: flag("queue_held").notNull().default(false),
    /** An agent is told of the turns that it missed. */
    handover: flag("handover").notNull().default(true),
    /** The run behind which a forked chat goes on. */
    forkedAt: text("forked_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [unique().on(table.sessionId, table.tabNumber)],
);

export const drafts = sqliteTable("drafts", {
  chatId: text("chat_id")
    .primaryKey()
    .references(() => chats.id),
  blocks: json("blocks", prompt).notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const queue = sqliteTable(
  "queue",
  {
    id: text("id").primaryKey(),
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id),
    position: real("position").notNull(),
    prompt: json("prompt", prompt).notNull(),
    choice: json("choice", runChoice).notNull(),
    createdAt: integer("created_at").notNull(),
    idempotencyKey: text("idempotency_key"),
  },
  (table) => [
    index("queue_by_chat").on(table.chatId, table.position),
    uniqueIndex("queue_by_key").on(table.chatId, table.idempotencyKey),
  ],
);

export const runs = sqliteTable(
  "runs",
  {
    id: text("id").primaryKey(),
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id),
    sessionId: text("session_id")
      .notNull()
      .references(() => sessions.id),
    workingCopyId: text("working_copy_id").notNull(),
    agentId: text("agent_id").notNull(),
    requestedModelId: text("requested_model_id"),
    resolvedModelId: text("resolved_model_id"),
    modeId: text("mode_id"),
    thinkingLevel: text("thinking_level"),
    baseRevisionId: text("base_revision_id"),
    status: text("status").$type<RunStatus>().notNull(),
    reason: text("reason"),
    prompt: json("prompt", prompt).notNull(),
    promptSentAt: integer("prompt_sent_at"),
    context: json("context", anyRecord),
    stopReason: text("stop_reason"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    timings: json("timings", timings).notNull().default({}),
    usage: json("usage", usage),
    idempotencyKey: text("idempotency_key"),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
    lastSeq: integer("last_seq").notNull().default(0),
    lateReport: json("late_report", run.shape.lateReport.unwrap()),
    pause: json("pause", pause),
    limits: json("limits", turnLimits.partial()),
  },
  (table) => [
    unique().on(table.chatId, table.idempotencyKey),
    index("runs_by_chat").on(table.chatId),
    index("runs_by_session").on(table.sessionId),
    index("runs_open").on(table.status).where(isNull(table.endedAt)),
  ],
);

export const runEvents = sqliteTable(
  "run_events",
  {
    cursor: integer("cursor").primaryKey({ autoIncrement: true }),
    runId: text("run_id")
      .notNull()
      .references(() => runs.id),
    chatId: text("chat_id").notNull(),
    seq: integer("seq").notNull(),
    type: text("type").notNull(),
    at: integer("at").notNull(),
    /** Its shape is its type's, by which it is checked where a row becomes an event. */
    payload: json("payload", z.unknown()).notNull(),
    diagnostics: json("diagnostics", anyRecord),
  },
  (table) => [unique().on(table.runId, table.seq), index("run_events_by_chat").on(table.chatId, table.cursor)],
);

export const layouts = sqliteTable("layouts", {
  sessionId: text("session_id")
    .primaryKey()
    .references(() => sessions.id),
  /** Kept as it was given. */
  document: json("document", z.unknown()).notNull(),
  updatedAt: integer("updated_at").notNull(),
});
