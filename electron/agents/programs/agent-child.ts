import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import type { Policy } from "../../../shared/contract/sessions.ts";
import type { Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ProcessIdentity } from "../../lib/process-tree.ts";
import type { GivenServer } from "../../mcp/given-servers.ts";
import type { AgentReport } from "../backend.ts";
import type { ClientOffers, PolicyModes, Transport } from "../definition.ts";
import type { AgentFailure, AgentHost, AgentSessionHandle, PromptRequest, TurnEnd } from "../port.ts";
import type { Ways } from "../ways.ts";

/**
 * A running child with which somebody speaks, whatever the protocol: from its spawn until it is proved gone. It carries
 * the sessions of one chat or of many. However it ends, each of its listeners is told once.
 */
export interface AgentChild {
  readonly pid: number;
  /** What it told of itself. */
  readonly report: AgentReport;
  /** Set once it has ended or is being stopped. */
  ended(): AgentFailure | null;
  /** Called once when it ends; at once if it has. Returns what takes it back. */
  onEnd(listener: (failure: AgentFailure) => void): () => void;
  /** Kills the group; `gone` tells whether it could be proved to have ended. */
  stop(failure: AgentFailure): Promise<{ gone: boolean }>;
  /** The stored session again where the child can, else a new one, which says so. */
  open(request: SessionRequest, stored: StoredSession | null): Promise<Result<OpenedSession, AgentFailure>>;
  /**
   * Tells it that the session is over, where it wants to know; its memory stays, unless there is nothing to `keep`.
   * `confirmed`: it says that nothing goes on in it.
   */
  close(sessionId: string, options: { keep: boolean }): Promise<{ confirmed: boolean }>;
  /** Begins a session for nobody, and ends it: whether the child would, and what it offers. */
  trySession(folder: string): Promise<Result<AgentOptions, AgentFailure>>;
  /** Lets it sign the person in by a way of its own. */
  signIn(methodId: string): Promise<Result<null, AgentFailure>>;
  /** Whether the failure may mean that nobody is signed in. */
  doubtsSignIn(failure: AgentFailure): boolean;
  output(): ChildOutput;
}

/**
 * What a child printed: the end of its stderr, the line in the middle of which it ended, lines beside the protocol, and
 * what its protocol has to say for a diagnostic.
 */
export type ChildOutput = { stderr: string[]; unfinishedLine: string | null; strays: string[]; counts: string[] };

/** One agent session on a child, until it is closed, given up, or the child ends. At most one prompt at a time. */
export interface AgentSession {
  readonly sessionId: string;
  readonly workingCopyPath: string;
  /** What the session was opened with when it was new: the agent's default here. */
  readonly openedWith: CurrentChoice;
  readonly current: CurrentChoice;
  readonly options: AgentOptions;
  isBusy(): boolean;
  prompt(input: PromptRequest, host: AgentHost): Promise<Result<TurnEnd, AgentFailure>>;
  cancel(): Promise<void>;
  /** Ends our side of it: nothing of it is heard any more, and a turn that goes on fails. */
  giveUp(failure: AgentFailure): Promise<void>;
  /** Nothing of it is heard any more. */
  detach(): void;
}

export type SessionRequest = {
  workingCopyPath: string;
  /** Where in it the agent begins. */
  cwd: string;
  host: AgentHost;
  clock: Clock;
  /** The session told of other models, modes, levels or commands. */
  onOptions(options: AgentOptions): void;
  /** What the session was opened with when it was new; null: it is new, or nobody knows. */
  openedWith: CurrentChoice | null;
  /** The modes of the agent in which it asks as the policy needs it, the best first. */
  policyModes(policy: Policy): PolicyModes;
  /** The list that counts, where the definition changes the agent's own. */
  effectiveModels(options: AgentOptions): AgentOptions["models"];
  ways: Ways;
  mcpServers: readonly GivenServer[];
  /** Nobody wants it any more. */
  signal: AbortSignal;
};

/** What a child is started for, where a process has one session from its beginning. */
export type SessionStart = {
  cwd: string;
  stored: StoredSession | null;
  /** Whether what the project itself sets up may run. */
  trusted: boolean;
  mcpServers: readonly GivenServer[];
  transcript: Transcript;
};

/** What the agent writes down of its sessions in one chat, kept by us; of the latest session only. */
export type Transcript = {
  append(agentSessionId: string, lines: readonly { id: string | null; text: string }[]): void;
  read(agentSessionId: string): string[];
};

/** `used`: it has had a turn, so that there is something to lose. */
export type StoredSession = { id: string; used: boolean };
/** `loadsNothing`: it says that it loads a session, and has nothing of it. */
export type OpenedSession = { session: AgentSession; how: Exclude<AgentSessionHandle["how"], "warm">; loadsNothing?: true };

/** All that it takes to start a child. */
export type ChildStart = {
  label: string;
  command: string;
  args: readonly string[];
  /** The way to speak with it; `args` are its arguments, filled in. */
  transport: Transport;
  cwd: string;
  env: Record<string, string>;
  /** The secrets of its environment, by the variables that hold them. */
  secrets: Readonly<Record<string, string>>;
  /** The same in all their forms, which nothing that it says may carry on. */
  secretForms: readonly string[];
  secretUser: string | null;
  offers: ClientOffers;
  /** The name of the program that this one adapts. */
  adapts: string | null;
  /** null where it carries many sessions, or is only asked what it can do. */
  session: SessionStart | null;
  /** The agent's own way by which the person signed in here, for one that wants to hear it in each process. */
  signedInBy: string | null;
  tag: string;
  startTimeoutMs: number;
  clock: Clock;
  /** Before the child is used, and when it is proved gone. */
  onStarted(identity: ProcessIdentity): void;
  onGone(identity: ProcessIdentity): void;
  signal: AbortSignal;
};

/** Starts a child and shakes hands. Fails with `other-protocol` where it runs and speaks something else. */
export type Connector = (start: ChildStart) => Promise<Result<AgentChild, AgentFailure>>;
