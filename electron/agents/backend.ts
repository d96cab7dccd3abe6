import type { AgentOptions, CurrentChoice } from "../../shared/contract/agents.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ShellEnvironment } from "../lib/shell-env.ts";
import type { AgentSessionRepository } from "../store/agent-sessions.ts";
import type { ProcessRepository } from "../store/processes.ts";
import type { TranscriptRepository } from "../store/transcripts.ts";
import type { GivenServers } from "../mcp/given-servers.ts";
import type { AgentCapabilities } from "./capabilities.ts";
import type { AgentDefinition, PolicyModes } from "./definition.ts";
import type { AgentBackend, AgentFailure, OpenRequest } from "./port.ts";
import type { FoundAgent, FastLook } from "./status.ts";

/**
 * What a backend is besides its sessions: the agents of one kind, found, asked and shown. A new kind is a folder with
 * one of these and a line in `catalog.ts`.
 */
export type BackendKind = {
  /** Where the agent is, without starting anything. `shell` is null until its environment was read. */
  look: (definition: AgentDefinition, shell: ShellEnvironment | null) => FastLook;
  create: (deps: BackendDeps) => ManagedBackend;
};

export interface ManagedBackend extends AgentBackend {
  /**
   * Opens the session of a chat, new or the earlier one, before the next prompt: that one then pays for neither its start
   * nor the folder's loading. Fails in silence, also where another process would have to go for it: the prompt tries it
   * again, and tells.
   */
  prepare(request: Omit<OpenRequest, "host">): Promise<void>;
  /** Ends the session of a chat that was opened ahead and has had no prompt, with a process that carries no other. */
  unprepare(chatId: string, agentId: string): Promise<void>;
  /**
   * A real handshake and a new session, in an empty folder: only that tells what it offers, and whether anybody is
   * signed in. `keep`: a process that is begun for it and that chats may share stays for them.
   */
  probe(agentId: string, options: { keep: boolean }, signal: AbortSignal): Promise<Result<ProbeReport, ProbeFailure>>;
  /** Lets the agent sign the person in by a way of its own, which may take as long as the person does; then as `probe`. */
  signIn(agentId: string, methodId: string, signal: AbortSignal): Promise<Result<ProbeReport, ProbeFailure>>;
  /** The same with an agent that is in no list, by a process of its own that is ended again. */
  tryOut(agent: FoundAgent, signal: AbortSignal): Promise<Result<ProbeReport, ProbeFailure>>;
  /** What the agent session does at the moment; null where it isn't open. */
  stateOf(chatId: string, agentId: string): "opening" | "ready" | "busy" | null;
  /** The model, mode and level that the agent session has; null where it isn't open. */
  currentOf(chatId: string, agentId: string): CurrentChoice | null;
  /** The processes it keeps; none for an agent that runs elsewhere. */
  processes(): BackendProcess[];
  /** Ends one of them, whoever uses it; null where it keeps no such process. */
  endProcess(pid: number): Promise<{ gone: boolean } | null>;
  /** Lines for the agent's diagnostic, secrets masked. */
  diagnose(agentId: string): string[];
  /** Takes no new session of the agent, and ends its processes once their turns are over: it is disabled or removed. */
  retire(agentId: string): void;
  /** Forgets earlier failures, so that the agent may be tried at once. */
  forgive(agentId: string): void;
  dispose(): Promise<void>;
}

/** What a handshake told. */
export type AgentReport = { version: string | null; capabilities: AgentCapabilities };
/** `said`: the last lines it printed beside the protocol. */
export type ProbeReport = AgentReport & { options: AgentOptions; said: string[] };
/** `report`: the handshake went well, and the session failed. */
export type ProbeFailure = AgentFailure & { report?: AgentReport; said?: string[] };

/** `command`: the program that it was started from. */
export type BackendProcess = {
  pid: number;
  label: string;
  agentId: string;
  command: string;
  chatIds: string[];
  startedAt: number;
};

/** How long a process that nobody uses stays, and how much memory all of them may take together. */
export type Budget = { idleMs: number; memoryBytes: number };

export type BackendDeps = {
  clock: Clock;
  log: Log;
  /** Of the processes of all its agents, as the person has it by now. */
  budget: () => Budget;
  /** What is kept of each agent's memory of each chat. */
  sessions: Pick<AgentSessionRepository, "find" | "save" | "setStatus" | "touch">;
  /** Agents' own transcripts, of those that hand them to us. */
  transcripts: Pick<TranscriptRepository, "append" | "read">;
  /** Whether what can run in the project is trusted. */
  isTrusted: (projectId: string) => Promise<boolean>;
  /** The MCP servers that a new session gets, and who needs them no more. */
  mcpServers: Pick<GivenServers, "of" | "mark" | "unused">;
  /** Where processes are written down, so that none outlives a core that dies. */
  processes: ProcessRepository;
  /** A folder of Hearth's own, so that no agent takes the person's home for a project. */
  folder: string;
  /** The agent as it is now, or why it can't be used. */
  locate: (agentId: string) => Promise<Result<FoundAgent, AgentFailure>>;
  /** The models that count, where the definition changes the agent's own. */
  effectiveModels: (agentId: string, options: AgentOptions) => AgentOptions["models"];
  /** The agent's modes in which it asks as the policy needs it, the best first. */
  policyModes: (agentId: string, policy: Policy) => PolicyModes;
  /** What the next prompt to an agent would find in the chat isn't what it was. */
  onOutlook: (chatId: string) => void;
  onOptions: (agentId: string, options: AgentOptions) => void;
  onConnected: (agentId: string, report: AgentReport) => void;
  /** A new session said so. */
  onSignedOut: (agentId: string, message: string) => void;
  /** Something else said that nobody is signed in: only a new session tells whether that is so. */
  onDoubt: (agentId: string) => void;
};
