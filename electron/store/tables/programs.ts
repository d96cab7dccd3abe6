import { blob, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { proofLine } from "../../../shared/contract/agent-proofs.ts";
import { agentOptions, currentChoice } from "../../../shared/contract/agents.ts";
import { terminalAgent } from "../../../shared/contract/terminal-agent.ts";
import type { Terminal } from "../../../shared/contract/terminals.ts";
import { usage } from "../../../shared/run-event.ts";
import { sampling } from "../../../shared/sampling.ts";
import { flag, json } from "../columns.ts";
import { chats, sessions } from "./work.ts";

// The programs that run for a person, what is known of them, and who may come in.

const anyRecord = z.record(z.string(), z.unknown());

export const agentSessions = sqliteTable(
  "agent_sessions",
  {
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id),
    agentId: text("agent_id").notNull(),
    /** The agent's own id; null until it gave one. */
    agentSessionId: text("agent_session_id"),
    status: text("status").$type<"ready" | "crashed" | "closed">().notNull(),
    canResume: flag("can_resume"),
    canLoad: flag("can_load"),
    /** Added up over all turns; the context is the last turn's. */
    usage: json("usage", usage),
    /** The last turn; null before the first. */
    lastActiveAt: integer("last_active_at"),
    /** What it was opened with when it was new; null where nobody knows. */
    openedWith: json("opened_with", currentChoice),
  },
  (table) => [primaryKey({ columns: [table.chatId, table.agentId] })],
);

/** An agent's own transcript of a session, line by line, where it hands it to us: it outlives the agent's clean-up. */
export const transcriptLines = sqliteTable(
  "transcript_lines",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id),
    agentId: text("agent_id").notNull(),
    agentSessionId: text("agent_session_id").notNull(),
    /** The agent's name of the line, by which one that comes again is known; null where it has none. */
    lineId: text("line_id"),
    line: text("line").notNull(),
  },
  (table) => [uniqueIndex("transcript_lines_once").on(table.chatId, table.agentId, table.agentSessionId, table.lineId)],
);

/** What a handshake or a session told of an agent, and of which program (`fingerprint`) it was told. */
export const agentFacts = sqliteTable("agent_facts", {
  agentId: text("agent_id").primaryKey(),
  fingerprint: text("fingerprint").notNull(),
  version: text("version"),
  /** The agent's own words on what it can do, for the diagnostic. */
  capabilities: json("capabilities", anyRecord),
  /** In another version's shape they count as not told: the agent tells them again. */
  options: json("options", agentOptions.nullable().catch(null)),
  status: text("status").$type<"ready" | "signed_out" | "error">().notNull(),
  reason: text("reason"),
  checkedAt: integer("checked_at").notNull(),
  /** When files were last changed in a turn of its without a request. */
  changedUnaskedAt: integer("changed_unasked_at"),
});

/** What a conformance run proved of an agent. Kept by version: what one did says nothing of the next. */
export const agentProofs = sqliteTable(
  "agent_proofs",
  {
    agentId: text("agent_id").notNull(),
    /** "" where the agent tells none. */
    version: text("version").notNull(),
    protocol: text("protocol").notNull(),
    /** Of the program: another one without a version is another agent. */
    fingerprint: text("fingerprint").notNull(),
    turns: integer("turns").notNull(),
    checkedAt: integer("checked_at").notNull(),
    /** In another version's shape nothing is proved. */
    lines: json("lines", z.array(proofLine).catch([])).notNull(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.version, table.protocol] })],
);

/** Where an MCP server is given or not, as against what holds in general. */
export const mcpSwitches = sqliteTable(
  "mcp_switches",
  {
    scope: text("scope").$type<"all" | "project" | "session">().notNull(),
    /** Of the project or session; "" for all. */
    scopeId: text("scope_id").notNull(),
    server: text("server").notNull(),
    isOn: flag("is_on").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.scopeId, table.server] })],
);

/** Where models are served, by a person's word; what is found on this machine is found anew. Keys are elsewhere. */
export const modelEndpoints = sqliteTable("model_endpoints", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  url: text("url").notNull().unique(),
  createdAt: integer("created_at").notNull(),
});

/** Models in files of this machine that a person picked, which Hearth serves itself. */
export const embeddedModels = sqliteTable("embedded_models", {
  id: text("id").primaryKey(),
  /** As its model is called in `embedded/NAME`. */
  name: text("name").notNull().unique(),
  file: text("file").notNull().unique(),
  /** In tokens; null: chosen when it is loaded. */
  contextSize: integer("context_size"),
  threads: integer("threads"),
  createdAt: integer("created_at").notNull(),
});

/** What a person set for a local model, whether it is served now or not. */
export const modelChoices = sqliteTable("model_choices", {
  /** `ENDPOINT/MODEL`. */
  modelId: text("model_id").primaryKey(),
  isOff: flag("is_off").notNull(),
  /** In another version's shape nothing is set. */
  sampling: json("sampling", sampling.catch({})).notNull(),
});

export const terminals = sqliteTable("terminals", {
  id: text("id").primaryKey(),
  sessionId: text("session_id")
    .notNull()
    .references(() => sessions.id),
  title: text("title").notNull(),
  cwd: text("cwd").notNull(),
  cols: integer("cols").notNull(),
  rows: integer("rows").notNull(),
  owner: text("owner"),
  /** A person's `shell` runs; `lost`: it ended with Hearth, and one begins anew when the person looks. */
  status: text("status").$type<Terminal["status"] | "shell" | "lost">().notNull(),
  exitCode: integer("exit_code"),
  /** What an ended or lost terminal showed last, as text with colours. */
  screen: text("screen"),
  /** Whose own program it is; in another version's shape nobody's. */
  agent: json("agent", terminalAgent.nullable().catch(null)),
  createdAt: integer("created_at").notNull(),
});

export const tokens = sqliteTable("tokens", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  hash: blob("hash", { mode: "buffer" }).notNull().unique(),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

export const processes = sqliteTable(
  "processes",
  {
    pid: integer("pid").notNull(),
    startTicks: text("start_ticks").notNull(),
    kind: text("kind").$type<"agent" | "terminal" | "mcp" | "model">().notNull(),
    label: text("label").notNull(),
    tag: text("tag").notNull(),
    startedAt: integer("started_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pid, table.startTicks] })],
);
