import type { AgentOptions } from "../../shared/contract/agents.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { IntegrationContract } from "../../shared/integration-contract.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import type {
  AgentCommand,
  PermissionAction,
  PlanEntry,
  ToolDiff,
  ToolFailure,
  ToolKind,
  Usage,
} from "../../shared/run-event.ts";
import type { Result } from "../../shared/result.ts";
import type { Pause, TurnLimits } from "../../shared/turn-limits.ts";

/**
 * The port behind which every agent stands. Nothing outside `agents/` knows ACP, HTTP or an SDK.
 * One agent session is one agent's memory of one chat; it is opened once and prompted many times.
 */
export interface AgentBackend {
  /**
   * Opens the agent session of (chat, agent), or returns the one that is open. Resumes where there is a stored id and
   * the agent can; where it can't, starts anew and says `memory-lost`.
   */
  open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>>;
  /** What the next prompt would find, without starting anything; `ready`: a session that was opened ahead, and is new. */
  outlook(chatId: string, agentId: string): "warm" | "ready" | "resumes" | "replays" | "new" | "memory-lost";
  /** Ends the sessions of a chat, or of all chats in a working copy, with their processes where nobody else uses them. */
  closeChat(chatId: string): Promise<void>;
  closeWorkingCopy(workingCopyPath: string): Promise<void>;
}

export type OpenRequest = {
  chatId: string;
  agentId: string;
  projectId: string;
  workingCopyPath: string;
  /** Of the working copy, where the agent begins; empty for its top. */
  folder: string;
  host: AgentHost;
  /** In a process of its own, though the agent's could carry it too. */
  alone?: boolean;
  /** Told to the agent with the session, where it takes any; absent: none. */
  mcpServers?: readonly McpServer[];
};

/** A server of tools that is a program, started by the agent. */
export type McpServer = { name: string; command: string; args: readonly string[]; env: Readonly<Record<string, string>> };

export type AgentSessionHandle = {
  readonly agentId: string;
  /** The agent's own id of the session. */
  readonly agentSessionId: string;
  readonly pid: number | null;
  /** How this `open` came by it; `replayed` where the agent went through its history again. */
  readonly how: "warm" | "new" | "resumed" | "replayed" | "memory-lost";
  /** How long after a turn's end what belongs to the turn may still come in. */
  readonly stragglesMs: number;
  readonly options: AgentOptions;
  /** Its prompts that begin with a command may have an account before them; absent: then nothing may stand there. */
  readonly wordsBeforeCommands?: true;
  /** The model the agent said it uses, where it did. */
  currentModelId(): string | null;
  /**
   * One turn. Updates go to the host given to this `open`, in order; those that come after this has resolved go there,
   * too, until the next turn begins. Never rejects.
   */
  prompt(input: PromptRequest): Promise<Result<TurnEnd | TurnPause, AgentFailure>>;
  /** Tells the agent to stop; resolves once it is told. The turn's end is still the answer of `prompt`. */
  cancel(): Promise<void>;
  /**
   * Ends the turn without the agent: a pending `prompt` fails with `killed`, and the session is resumed the next time.
   * A process that carries no other session is ended; of one that does this session alone is closed. Rejects where
   * the end can't be proved: such a process takes no new session, and is ended after its last turn.
   */
  kill(): Promise<void>;
  /** Ends commands that its tools began and left running; those that began longer ago are only named. */
  endCommands(begun: { endWithinMs: number; nameWithinMs: number }): Promise<LeftCommands>;
};

/** Programs, by name and number. `left`: they run on. */
export type LeftCommands = { ended: string[]; left: string[] };

/** What the person wrote, or (`account`) what the agent is told ahead of that. */
export type PromptBlock = ContentBlock | { type: "account"; text: string };

export type PromptRequest = {
  /** The turn that ended as paused goes on; there are no blocks then. */
  goesOn?: true;
  blocks: readonly PromptBlock[];
  /** What holds in this turn: the agent is put into a mode in which it asks, where it has one and none is chosen. */
  policy: Policy;
  /** null: what the session was opened with, whatever earlier turns chose. */
  modelId: string | null;
  modeId: string | null;
  thinkingLevel: string | null;
  /** After how much it pauses, where the agent is one that can. */
  limits: TurnLimits;
  /** The latest that a prompt of the chat came with; its summary stood before that one. */
  integrationContract?: IntegrationContract;
};

export type TurnEnd = {
  /** `done`: the agent has said what it had to say. */
  reason: "done" | "out-of-tokens" | "too-many-calls" | "refused" | "cancelled";
  usage: Usage | null;
};

/** The turn came to one of its limits, with nothing of it open, and can go on with what it had begun. */
export type TurnPause = { reason: "paused"; pause: Pause; usage: Usage | null };

/**
 * `crashed`: the process ended in the turn. `protocol`: it broke the protocol. `failed`: it answered with an error.
 * `other-protocol`: it runs, and speaks something else than what it was asked in.
 */
export type AgentFailure = {
  type:
    | "unavailable"
    | "signed-out"
    | "unsupported"
    | "other-protocol"
    | "model-unavailable"
    | "start-failed"
    | "handshake-timeout"
    | "crash-loop"
    | "crashed"
    | "killed"
    | "protocol"
    | "failed"
    | "cancelled";
  message: string;
  diagnostics?: Record<string, unknown>;
};

/** A tool call as far as the update tells; only fields that are present changed. Lists replace the earlier ones. */
export type ToolPatch = {
  id: string;
  kind?: ToolKind;
  title?: string;
  status?: "pending" | "in_progress" | "completed" | "failed";
  locations?: { path: string; line?: number }[];
  input?: unknown;
  output?: string;
  diff?: ToolDiff[];
  terminal?: string;
  /** How its command ended, where the agent told in fields and not only in words; counts if the call fails. */
  ending?: { exitCode?: number; timedOut?: true };
  /** Why it failed, where that is known better than by `output` and `ending`. */
  failure?: Pick<ToolFailure, "code" | "message" | "fields">;
};

/** What an agent says, in our words. */
export type AgentUpdate =
  | { type: "text"; text: string; messageId?: string }
  | { type: "reasoning"; text: string; messageId?: string }
  | { type: "tool"; tool: ToolPatch }
  | { type: "plan"; entries: PlanEntry[] }
  | { type: "commands"; commands: AgentCommand[] }
  | { type: "mode"; modeId: string }
  | { type: "model"; modelId: string }
  | { type: "options"; options: AgentOptions }
  | { type: "usage"; usage: Partial<Usage> }
  | { type: "title"; title: string }
  /** How much of the prompt its model has read in, in tokens; or (`model`) of a model that is brought into memory, in percent. */
  | { type: "reading"; what?: "model"; read: number; total: number }
  | { type: "notice"; kind: "retry" | "warning"; message: string }
  | { type: "compacted"; message?: string };

/** An answer that the agent takes: what it means, and whether the agent will ask the same again. */
export type AskOption = { id: string; name: string; effect: "allow" | "reject"; lasts: "once" | "always" };
/** `asker`: the sub-agent that asks, by the agent's name for it, empty where it has none; absent: the agent itself. */
export type AgentAsk = { toolCallId?: string; title: string; action: PermissionAction; options: AskOption[]; asker?: string };
/** `refusedBy`: the policy or rule that said no without asking anybody. */
export type PermissionOutcome = ({ kind: "selected"; optionId: string; allowed: boolean } | { kind: "cancelled" }) & {
  refusedBy?: string;
};

export type QuestionAsk = {
  kind: "tool" | "question" | "plan" | "elicitation";
  message: string;
  schema?: Record<string, unknown>;
  options?: { value: string; label: string }[];
  asker?: string;
};
export type QuestionOutcome =
  | { kind: "answered"; content: Record<string, unknown> }
  | { kind: "declined" }
  | { kind: "cancelled" };

/**
 * What the app does for an agent in a chat. A signal ends with what asks: the turn, or the session for what goes on
 * between turns; then methods resolve `cancelled` or refuse.
 */
export interface AgentHost {
  /** Called for every update of the session. */
  onUpdate(update: AgentUpdate): void;
  /** Asks by policy, rule or person. */
  requestPermission(ask: AgentAsk, signal: AbortSignal): Promise<PermissionOutcome>;
  /**
   * Before the app does something on the agent's behalf (a file write, a command): true when exactly this was approved
   * in this turn, or policy, rule or person allow it now. Reads inside the working copy aren't asked for.
   */
  authorize(action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean>;
  ask(question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome>;
  /** A command the agent runs, as a PTY the person sees. */
  terminals: AgentTerminals;
}

export type AgentTerminals = {
  create(request: {
    command: string;
    args: string[];
    cwd: string;
    env: Record<string, string>;
    maxBytes: number;
  }): Promise<Result<string, AgentFailure>>;
  output(
    terminalId: string,
  ): { text: string; truncated: boolean; exit: { code: number | null; signal: string | null } | null } | null;
  waitForExit(terminalId: string): Promise<{ code: number | null; signal: string | null } | null>;
  kill(terminalId: string): Promise<void>;
  release(terminalId: string): Promise<void>;
};
