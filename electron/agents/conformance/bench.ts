import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, type Result } from "../../../shared/result.ts";
import type { ContentBlock } from "../../../shared/prompt.ts";
import { noLimits } from "../../../shared/turn-limits.ts";
import type { Usage } from "../../../shared/run-event.ts";
import { identify, killTree } from "../../lib/process-tree.ts";
import type { BackendDeps, BackendKind, ManagedBackend } from "../backend.ts";
import { childEnvironment } from "../child-environment.ts";
import { policyModesOf } from "../definition.ts";
import type { AgentFailure, AgentSessionHandle, McpServer, TurnEnd, TurnPause } from "../port.ts";
import { pause } from "../programs/pause.ts";
import { effectiveModels, type FoundAgent } from "../status.ts";
import type { Ways } from "../ways.ts";
import { MemorySessions, MemoryTranscripts } from "./memory-sessions.ts";
import { ProofHost, rejectsAll, type Answering } from "./proof-host.ts";
import { ProofTerminals } from "./proof-terminals.ts";
import type { Told } from "./step.ts";
import { plainWords, practiceWords, type Words } from "./words.ts";

/** How the folder of a bench is called; one that is there when a core starts is left of one that died. */
export const proofPrefix = "proof-";

export type BenchDeps = Pick<BackendDeps, "clock" | "log" | "processes"> & {
  agent: FoundAgent;
  kind: BackendKind;
  /** A folder of Hearth's own; the bench makes its own in it. */
  folder: string;
  makeRepository: (folder: string) => Promise<void>;
  /** How a Node program is started here. */
  node: string;
  benchLimits?: Partial<BenchLimits>;
};

/** `stopMs`: for what has to come at once. */
export type BenchLimits = { openMs: number; turnMs: number; stopMs: number };
const defaultLimits: BenchLimits = { openMs: 180_000, turnMs: 120_000, stopMs: 15_000 };

export type Place = "work" | "beside" | "tools";
export type TurnOptions = {
  place?: Place;
  answering?: Answering;
  choice?: Partial<CurrentChoice>;
  more?: ContentBlock[];
};
/** A turn that was begun. `ended` always resolves, after the limit at the latest. */
export type Turn = {
  host: ProofHost;
  handle: AgentSessionHandle;
  ended: Promise<Result<TurnEnd | TurnPause, AgentFailure>>;
};

/**
 * One agent on trial: in a process and in folders of its own, over the port, for all steps of one conformance run. It
 * owns them until `dispose`. Sessions are by place, which is a folder and a chat that nobody sees.
 */
export class Bench {
  readonly words: Words;
  readonly told: Told = { report: null, options: null };
  /** The word that the agent was told to keep in mind, whether it recalled it, and the numbers of its turns from then on. */
  remembered: { word: string; recalled: boolean; usages: (Usage | null)[] } | null = null;
  readonly node: string;
  readonly #deps: BenchDeps;
  readonly #limits: BenchLimits;
  readonly #root: string;
  readonly #backend: ManagedBackend;
  readonly #terminals: ProofTerminals;
  readonly #ended = new AbortController();
  readonly #servers = new Map<Place, McpServer[]>();
  #ways: Ways = { shares: true, restore: ["resume", "load"], usage: "per-turn" };
  #turns = 0;
  #disposed: Promise<void> | null = null;

  constructor(deps: BenchDeps) {
    const { agent, kind, folder } = deps;
    const { definition } = agent;
    this.#deps = deps;
    this.node = deps.node;
    this.#limits = { ...defaultLimits, ...deps.benchLimits };
    this.words = definition.forPractice ? practiceWords : plainWords;
    this.#root = mkdtempSync(path.join(realpathSync(folder), proofPrefix));
    const env = childEnvironment(definition, agent.env, agent.program.path ?? "");
    this.#terminals = new ProofTerminals({ env, ...deps });
    this.#backend = kind.create({
      ...deps,
      folder: this.#root,
      sessions: new MemorySessions(),
      transcripts: new MemoryTranscripts(),
      // Its folders are its own, with nothing in them that others could have put there.
      isTrusted: async () => true,
      // None but those that a test gives.
      mcpServers: { of: async () => [], mark: () => "", unused: () => {} },
      // It ends its processes itself.
      budget: () => ({ idleMs: Number.POSITIVE_INFINITY, memoryBytes: Number.POSITIVE_INFINITY }),
      onOutlook: () => {},
      locate: async () => ({ ok: true, value: { ...agent, ways: this.#ways } }),
      effectiveModels: (_id, options) => effectiveModels(definition, options.models),
      policyModes: (_id, policy) => policyModesOf(definition.enforcement, policy),
      // A session that was just opened has yet to tell its commands.
      onOptions: (_id, { commands, ...options }) =>
        (this.told.options = { ...options, commands: commands.length > 0 ? commands : (this.told.options?.commands ?? []) }),
      onConnected: (_id, report) => (this.told.report = report),
      // A session that can't be opened says so to whoever opens it.
      onSignedOut: () => {},
      onDoubt: () => {},
    });
  }

  get label(): string {
    return this.#deps.agent.definition.label;
  }

  /** The program on trial; null where it has none of its own. */
  get program(): string | null {
    return this.#deps.agent.program.path;
  }

  /** Modes in which the agent acts without asking. */
  get looseModes(): readonly string[] {
    return Object.keys(this.#deps.agent.definition.enforcement.looseModes);
  }

  /** Prompts that were sent. */
  get turns(): number {
    return this.#turns;
  }

  get stopMs(): number {
    return this.#limits.stopMs;
  }

  get monotonic(): number {
    return this.#deps.clock.monotonic();
  }

  /** Only these ways may be taken to a stored session from now on. */
  restoreBy(...restore: Ways["restore"]): void {
    this.#ways = { ...this.#ways, restore };
  }

  /** What sessions that are opened at this place from now on are given. */
  giveServers(place: Place, servers: McpServer[]): void {
    this.#servers.set(place, servers);
  }

  pathOf(file: string, place: Place = "work"): string {
    return path.join(this.#root, place, file);
  }

  write(file: string, text: string, place: Place = "work"): void {
    writeFileSync(this.pathOf(file, place), text);
  }

  /** null where it isn't there. */
  read(file: string, place: Place = "work"): string | null {
    try {
      return readFileSync(this.pathOf(file, place), "utf8");
    } catch {
      return null; // Not made, or not yet.
    }
  }

  /** The session of the place, open: as it was left, or taken up again, or new. */
  async open(place: Place = "work", host = new ProofHost(rejectsAll, this.#terminals)): Promise<Opened> {
    await this.#prepare(place);
    const { id: agentId } = this.#deps.agent.definition;
    const opening = this.#backend.open(
      {
        ...{ chatId: place, agentId, projectId: "proof", folder: "", host },
        workingCopyPath: path.join(this.#root, place),
        mcpServers: this.#servers.get(place) ?? [],
      },
      this.#ended.signal,
    );
    return (await this.within(opening, this.#limits.openMs)) ?? late("It opened no session", this.#limits.openMs);
  }

  /** Begins a turn, in the session that is open at the place. */
  async begin(
    prompt: string,
    { place, answering = rejectsAll, choice, more = [] }: TurnOptions = {},
  ): Promise<Result<Turn, AgentFailure>> {
    const host = new ProofHost(answering, this.#terminals);
    const opened = await this.open(place, host);
    if (!opened.ok) return opened;
    const handle = opened.value;
    this.#turns += 1;
    const going = handle.prompt({
      blocks: [...more, { type: "text", text: prompt }],
      ...{ policy: "ask", modelId: null, modeId: null, thinkingLevel: null, limits: noLimits },
      ...choice,
    });
    return { ok: true, value: { host, handle, ended: this.#toItsEnd(going, handle) } };
  }

  /** A whole turn. */
  async turn(
    prompt: string,
    options: TurnOptions = {},
  ): Promise<Result<{ text: string; end: TurnEnd | TurnPause; asks: number }, AgentFailure>> {
    const begun = await this.begin(prompt, options);
    if (!begun.ok) return begun;
    const { host, ended } = begun.value;
    const end = await ended;
    return end.ok ? { ok: true, value: { text: host.text, end: end.value, asks: host.asks } } : end;
  }

  /** Its process ends without a warning, where it has one. */
  async kill(handle: AgentSessionHandle): Promise<void> {
    const { pid } = handle;
    if (pid === null) return handle.kill();
    await killTree({ leader: identify(pid), tag: undefined }, 0);
    await this.holds(() => !this.#backend.processes().some((process) => process.pid === pid), this.#limits.stopMs);
  }

  current(place: Place = "work"): CurrentChoice | null {
    return this.#backend.currentOf(place, this.#deps.agent.definition.id);
  }

  /** null where it took longer. */
  async within<T>(work: Promise<T>, ms: number): Promise<T | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const takeBack = this.#deps.clock.after(ms, () => resolve(null));
    return Promise.race([work, late]).finally(takeBack);
  }

  /** Whether it came to hold in time. */
  async holds(test: () => boolean, ms: number): Promise<boolean> {
    const { clock } = this.#deps;
    const until = clock.monotonic() + ms;
    while (!test()) {
      if (clock.monotonic() >= until || this.#ended.signal.aborted) return false;
      await pause(clock, 50, this.#ended.signal);
    }
    return true;
  }

  /** Ends all processes and folders; a turn that goes on fails. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#ended.abort();
    await this.#backend.dispose();
    await this.#terminals.dispose();
    try {
      rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      // What the agent left can't be deleted; what was proved counts all the same.
      this.#deps.log.warn("agent.proof", { folder: String(error) });
    }
  }

  async #prepare(place: Place): Promise<void> {
    const folder = path.join(this.#root, place);
    if (mkdirSync(folder, { recursive: true }) === undefined) return;
    await this.#deps.makeRepository(folder);
  }

  async #toItsEnd(
    going: Promise<Result<TurnEnd | TurnPause, AgentFailure>>,
    handle: AgentSessionHandle,
  ): Promise<Result<TurnEnd | TurnPause, AgentFailure>> {
    const { turnMs, stopMs } = this.#limits;
    const ended = await this.within(going, turnMs);
    if (ended) return ended;
    try {
      await handle.cancel();
      if (!(await this.within(going, stopMs))) await handle.kill();
    } catch (error) {
      this.#deps.log.warn("agent.proof", { stop: String(error) });
    }
    return late("Its turn came to no end", turnMs);
  }
}

type Opened = Result<AgentSessionHandle, AgentFailure>;

function late(what: string, ms: number): { ok: false; error: AgentFailure } {
  return fail({ type: "handshake-timeout", message: `${what} in ${ms / 1000} s` });
}
