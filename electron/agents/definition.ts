import path from "node:path";
import type { AgentChoice, AsksFirst, LooseModes } from "../../shared/contract/agents.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { CommandPlace } from "./command-files/places.ts";
import type { Managed } from "./installs/pins.ts";
import type { Tui } from "./tuis.ts";

/** An agent as the catalogue and the person's `agents.json` say it is: data, whatever agent it is. */
export type AgentDefinition = {
  id: string;
  /** Which backend speaks with it: a name in `catalog.ts`. */
  kind: string;
  label: string;
  description: string;
  homepage: string | null;
  installHint: string | null;
  /** Its npm package, where it comes from npm. */
  package: string | null;
  /** What Hearth installs for it; null where it installs nothing. */
  managed: Managed | null;
  /** An SPDX name, or `proprietary`; null where nobody has said. */
  licence: string | null;
  /** The command of a terminal in which its own program signs a person in: for those that offer no way by the protocol. */
  login: readonly string[] | null;
  /** Its own program on a terminal; null where nobody knows one. */
  tui: Tui | null;
  /** One of the few that are shown where nothing was found. */
  wellKnown: boolean;
  /** Part of Hearth itself, with no model behind it: it asks nobody else, so that starting it need not be chosen. */
  forPractice: boolean;
  source: "built-in" | "user";
  enabled: boolean;
  /** Names looked for on the login shell's PATH, or absolute paths; the first that is there is the agent's program. */
  programs: readonly string[];
  /**
   * What an adapter adapts, where `programs` are one; `included`: the adapter brings its own. `variable` tells it of the
   * person's program, which comes first.
   */
  adapterFor: { program: string; included: boolean; variable?: string } | null;
  /** The ways to speak with it, the best first: the next one where it turns out not to understand one. */
  transports: readonly Transport[];
  env: Record<string, string>;
  /** Variables of the login shell that this agent needs besides the common ones; `X_*` is a prefix. */
  passEnv: string[];
  /** Variables that get a new random secret for each child: for agents that open a server guarded by it. */
  secretEnv: string[];
  /** Whose password such a secret is, for a server that is signed in to by name; null where no name belongs to it. */
  secretUser: string | null;
  /** One process carries the sessions of many chats and working copies without mixing them. */
  shares: boolean;
  /** How long it may say nothing in a turn, while no tool runs and nobody is asked; null: for ever. */
  silenceLimitSeconds: number | null;
  /** Whether that is the person's word, which nothing that is proved overrules. */
  sharesByPerson: boolean;
  /** Instead of what the agent offers (`replace`), or with it (`add`). */
  models: { mode: "replace" | "add"; list: AgentChoice[] } | null;
  enforcement: Enforcement;
  /** It starts no command by itself: each one is Hearth's to run, and so to put into a sandbox. */
  leavesCommands: boolean;
  offers: ClientOffers;
  /** Where it looks for commands and skills. */
  commandPlaces: readonly CommandPlace[];
};

/** Models that think for minutes and tell nothing of it are no fault of their agent. */
export const defaultSilenceLimitSeconds = 900;

/** What is spoken with the program when it is started so; `{port}` becomes a free port of this machine at each start. */
export type Transport = {
  protocol: "acp" | "opencode" | "claude-sdk" | "stream-json";
  args: readonly string[];
  /** Understood by this of its programs only. */
  program?: string;
  session?: SessionArgs;
  /** Of a program that speaks like Claude Code and isn't: it tells no modes, and takes no settings of that one's. */
  modes?: AgentChoice[];
  /** Where the tokens that are told with a turn are all of its session's up to then. */
  usage?: "cumulative";
};

/**
 * What is added where a process has one session from its beginning: a new one, an earlier one, one that isn't kept.
 * `{session}` becomes its id, `{sources}` whose settings count. `servers`: the option that names MCP servers; absent:
 * they are told with the handshake.
 */
export type SessionArgs = {
  fresh: readonly string[];
  earlier: readonly string[];
  none?: readonly string[];
  servers?: string;
};

/** As Claude Code has them, and those that took its format over. */
export const streamJsonSession: SessionArgs = { fresh: ["--session-id", "{session}"], earlier: ["--resume", "{session}"] };

/** How the agent is made to ask before it acts, so that Hearth's policy decides, whatever its own configuration says. */
export type Enforcement = {
  asks: AsksFirst;
  /** JSON variables of its child: laid over what the person has in them. */
  jsonEnv: Record<string, Record<string, unknown>>;
  /**
   * The mode for a prompt without a chosen one: the first that the session offers. A policy without modes leaves the
   * session the one that it was opened with.
   */
  modes: Partial<Record<Policy, readonly string[]>>;
  /** It asks in all its modes but the loose ones: one for a policy is preferred, and not needed. */
  inAnyMode: boolean;
  looseModes: LooseModes;
};

/** The modes for a policy, the best first; without one that is `needed` the policy can't be kept. */
export type PolicyModes = { modes: readonly string[]; needed: boolean; loose: readonly string[] };

export function policyModesOf({ modes, inAnyMode, looseModes }: Enforcement, policy: Policy): PolicyModes {
  const wanted = modes[policy] ?? [];
  return { modes: wanted, needed: wanted.length > 0 && !inAnyMode, loose: Object.keys(looseModes) };
}

/** What the app offers to do for the agent. */
export type ClientOffers = { readTextFile: boolean; writeTextFile: boolean; terminal: boolean };

export const everything: ClientOffers = { readTextFile: true, writeTextFile: true, terminal: true };

/** Those in which a process has one session, for which it is started. */
const oneSessionEach: ReadonlySet<Transport["protocol"]> = new Set(["claude-sdk", "stream-json"]);

/** Whether the agent's program is started for a session, by the way of speaking with it that comes first. */
export function startsPerSession({ transports }: AgentDefinition): boolean {
  return transports.slice(0, 1).some(({ protocol }) => oneSessionEach.has(protocol));
}

/** Whether it is for one of the ways of speaking with it. */
export function mayStartPerSession({ transports }: AgentDefinition): boolean {
  return transports.some(({ protocol }) => oneSessionEach.has(protocol));
}

/** The ways to speak with one of an agent's programs. */
export function transportsFor({ transports }: AgentDefinition, programPath: string): readonly Transport[] {
  const { name } = path.parse(programPath);
  return transports.filter(({ program = name }) => program === name);
}

/** The arguments with which a program speaks the protocol; none where it doesn't. */
export function argsFor({ transports }: AgentDefinition, protocol: Transport["protocol"]): readonly string[] {
  return transports.find((transport) => transport.protocol === protocol)?.args ?? [];
}
