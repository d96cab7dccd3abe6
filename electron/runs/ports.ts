import type { Agent, Capabilities } from "../../shared/contract/agents.ts";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import type { Alarm, PermissionAsk } from "../../shared/contract/permissions.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { Settings } from "../../shared/contract/settings.ts";
import type { Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { Usage } from "../../shared/run-event.ts";
import type { AgentBackend, AgentTerminals, PermissionOutcome, QuestionAsk, QuestionOutcome } from "../agents/port.ts";
import type { TurnRef } from "../permissions/service.ts";
import type { PermissionAction } from "../../shared/run-event.ts";

// What runs need of the rest of the core. The composition root passes it.

export type ChatFacts = {
  id: string;
  sessionId: string;
  tabNumber: number;
  title: string;
  lastAgentId: string | null;
  archived: boolean;
  /** An agent is told of the turns that it missed. */
  handover: boolean;
};

export type CopyFacts = {
  id: string;
  kind: "worktree" | "in-place";
  path: string;
  /** Of the copy, where the agent begins; empty for its top. */
  folder: string;
  state: "preparing" | "ready" | "missing" | "failed" | "removed";
  revisionId: string | null;
};

export type SessionFacts = {
  id: string;
  projectId: string;
  status: "open" | "archived";
  policy: Policy;
  unaskedAgents: readonly string[];
  /** For one prompt: its agent has a process of its own. */
  oneShot: boolean;
  copy: CopyFacts;
};

export type Chats = {
  find(chatId: string): ChatFacts | null;
  setLastAgent(chatId: string, agentId: string): void;
  /** Names the chat and its session after the first prompt, unless they have a name. */
  suggestTitle(chatId: string, text: string): void;
  /** Names the chat as its agent does, unless a person named it. */
  titleFromAgent(chatId: string, title: string): void;
  /** Whether queued prompts wait for the person. */
  isHeld(chatId: string): boolean;
  setHeld(chatId: string, held: boolean): void;
};

export type Sessions = {
  find(sessionId: string): SessionFacts | null;
  /** Resolves once the working copy is usable, or with what it is instead. */
  whenReady(sessionId: string, signal: AbortSignal): Promise<CopyFacts["state"]>;
  /** The revision of the working copy as it is now; null where it can't be looked at. */
  revisionOf(sessionId: string): Promise<string | null>;
  setRevision(sessionId: string, tree: string): void;
  /** A run changed what the session's row shows (activity, unread, agents). */
  touch(sessionId: string, what: { unread?: boolean }): void;
};

export type Projects = {
  /** Trusted, and what can run in the working copy is what was trusted. */
  requireTrusted(
    projectId: string,
    workingCopyPath: string,
  ): Promise<Result<null, Failure<"PROJECT_NOT_FOUND" | "PROJECT_NOT_TRUSTED">>>;
};

export type UsabilityCode =
  | "CODING_AGENT_ENGINE_UNAVAILABLE"
  | "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME"
  | "CODING_AGENT_MODEL_UNAVAILABLE";

export type Agents = {
  backend: AgentBackend;
  list(): Agent[];
  /** One of them, looked for again. */
  get(agentId: string): Agent | null;
  /** What each agent told of itself. */
  capabilities(): Capabilities[];
  /** Looks at what is known of the agent; starts nothing. */
  checkUsable(
    agentId: string,
    wanted: { modelId: string | null; workingCopyKind: CopyFacts["kind"] },
  ): Result<null, Failure<UsabilityCode>>;
  /**
   * How long it may say nothing in a turn before that is ended (null: as long as it likes), and whether it starts no
   * command by itself, so that each is Hearth's to run. null where there is no such agent.
   */
  definitionOf(agentId: string): { silenceLimitSeconds: number | null; leavesCommands: boolean } | null;
  /** Files changed in a turn of the agent's without a request. */
  noteUnasked(agentId: string): void;
  addUsage(chatId: string, agentId: string, usage: Usage | null): void;
};

export type Permissions = {
  request(turn: TurnRef, ask: PermissionAsk, signal: AbortSignal): Promise<PermissionOutcome>;
  authorize(turn: TurnRef, action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean>;
  ask(turn: TurnRef, question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome>;
  cancelRun(runId: string): void;
  /** Of the files that changed in the turn, those that nothing allowed in it covers. */
  unasked(turn: TurnRef, changed: readonly string[]): string[];
};

export type AlarmPort = {
  /** Files changed in the turn without a request; the checkpoint has them as they were. */
  raise(turn: TurnRef, paths: readonly string[], checkpointId: string | null): Alarm;
};

export type Checkpoints = {
  take(
    sessionId: string,
    kind: "before-run" | "after-run",
    options: { runId: string; moment?: () => number | null },
  ): Promise<Result<Checkpoint, Failure>>;
  /** Newest first. */
  list(sessionId: string): Result<Checkpoint[], Failure>;
};

/** `skipped`: what the tree after it doesn't hold; `since`: from when on it may have written. */
export type RecordedRun = {
  agentId: string;
  runId: string;
  beforeTree: string;
  afterTree: string;
  skipped: Checkpoint["skipped"];
  since: number;
};

export type RecordedChange = { path: string; additions: number; deletions: number };

export type Changes = {
  /** Which files each of the runs changed. */
  filesOfRuns(runIds: readonly string[]): Promise<Map<string, string[]>>;
  /** Returns what the run changed. */
  recordRun(sessionId: string, run: RecordedRun): Promise<RecordedChange[]>;
};

/** Why there can be no sandbox on this machine; null where there can. */
export type Sandbox = { problem(): Promise<string | null> };

export type Terminals = { forAgent(sessionId: string, agentId: string): AgentTerminals };

export type RunServices = {
  chats: Chats;
  sessions: Sessions;
  projects: Projects;
  agents: Agents;
  permissions: Permissions;
  alarms: AlarmPort;
  checkpoints: Checkpoints;
  changes: Changes;
  terminals: Terminals;
  sandbox: Sandbox;
  settings(): Settings;
};
