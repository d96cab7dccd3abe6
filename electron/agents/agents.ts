import { mkdirSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import type { FileCommands } from "../../shared/contract/agent-commands.ts";
import type { Proving } from "../../shared/contract/agent-proofs.ts";
import type { Agent, AgentConfigEntry, Capabilities, TriedAgent } from "../../shared/contract/agents.ts";
import type { AgentSession } from "../../shared/contract/chats.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Usage } from "../../shared/run-event.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Scope } from "../lib/scope.ts";
import type { ShellEnvironmentReader } from "../lib/shell-env.ts";
import type { GivenServers } from "../mcp/given-servers.ts";
import type { Vault } from "../lib/vault.ts";
import type { AgentFactsRepository } from "../store/agent-facts.ts";
import type { AgentProofRepository } from "../store/agent-proofs.ts";
import type { AgentSessionRepository, StoredAgentSession } from "../store/agent-sessions.ts";
import type { ProcessRepository } from "../store/processes.ts";
import type { TranscriptRepository } from "../store/transcripts.ts";
import type { BackendKind, Budget } from "./backend.ts";
import { readCommands } from "./command-files/read-commands.ts";
import { Backends } from "./backends.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { Conformance, type ConformanceDeps, type ProofFailure } from "./conformance/conformance.ts";
import { Proofs } from "./conformance/proofs.ts";
import type { ReadConfig } from "./config.ts";
import { policyModesOf, type AgentDefinition } from "./definition.ts";
import { noEnforcement } from "./enforcement.ts";
import { formatDiagnostic } from "./diagnostic.ts";
import { SealedValues } from "../lib/sealed-values.ts";
import { KeyedAgents } from "./keys/keyed-agents.ts";
import { ManagedAgents } from "./installs/managed-agents.ts";
import { Installs } from "./installs/installs.ts";
import type { AgentBackend } from "./port.ts";
import { OpenAhead, type PlaceOfChat } from "./open-ahead.ts";
import { Prober } from "./prober.ts";
import { ProcessUsage, type AgentProcess } from "./processes.ts";
import type { OpenTerminal } from "./sign-in.ts";
import { SignIns } from "./sign-ins.ts";
import { tryOut } from "./try-out.ts";
import { TuiPrograms } from "./tui-programs.ts";
import { Registry, type UnusableFailure } from "./registry.ts";
import { waysOf } from "./ways.ts";

export type AgentsDeps = {
  sessions: AgentSessionRepository;
  facts: AgentFactsRepository;
  proofs: AgentProofRepository;
  processes: ProcessRepository;
  transcripts: TranscriptRepository;
  clock: Clock;
  log: Log;
  shell: ShellEnvironmentReader;
  configDir: string;
  dataDir: string;
  builtIn: AgentDefinition[];
  kinds: Readonly<Record<string, BackendKind>>;
  /** For a sign-in that needs one. */
  openTerminal: OpenTerminal;
  /** Where a chat's agents work, once that is there; null where none may be started in it: nothing untrusted, nothing archived. */
  placeOfChat: PlaceOfChat;
  /** Whether what can run in the project is trusted. */
  isTrusted: (projectId: string) => Promise<boolean>;
  /** The person's, for every agent that takes them. */
  mcpServers: Pick<GivenServers, "of" | "mark" | "unused">;
  /** Of agents' processes, as the person has it by now. */
  budget: () => Budget;
  announce(update: AppUpdate): void;
  onProblems(): void;
  scope: Scope;
  failpoint: (label: string) => void;
  /** Keeps the person's keys for agents; null where there is no keyring. */
  vault: Vault | null;
} & Pick<ConformanceDeps, "makeRepository" | "node" | "benchLimits">;

const tryMs = 90_000;
const neverAborted = new AbortController().signal;
const configPatch = z.record(z.string(), z.unknown());

/** All agents of this core, whatever their kind: what they are, how they are, and the port to them. Ends with its scope. */
export class AgentsService {
  readonly #deps: AgentsDeps;
  readonly #registry: Registry;
  readonly #backends: Backends;
  readonly #prober: Prober;
  readonly #installs: Installs;
  readonly #keys: SealedValues;
  readonly #conformance: Conformance;
  readonly #usage: ProcessUsage;
  readonly #ahead: OpenAhead;
  readonly signIns: SignIns;
  readonly tuis: TuiPrograms;

  constructor(deps: AgentsDeps) {
    const folder = path.join(deps.dataDir, "agents");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#installs = new Installs({
      ...deps,
      root: path.join(folder, "installed"),
      programsInUse: () => [this.#backends, this.#conformance, this.signIns].flatMap((user) => user.programsInUse()),
      onChange: () => this.#registry.look(true),
    });
    this.#keys = new SealedValues({ file: path.join(folder, "keys.json"), vault: deps.vault, log: deps.log });
    const proofs = new Proofs(deps.proofs);
    const registry = new Registry({
      ...deps,
      keys: this.#keys,
      installs: this.#installs,
      proofs,
      onChange: (agent) => deps.announce({ type: "agent", agent }),
      onUnwanted: (id) => this.#backends.retire(id),
      // Nobody can be told that an agent is gone but by the whole list.
      onRemoved: () => deps.announce({ type: "resync" }),
    });
    this.#backends = new Backends(
      deps.kinds,
      {
        ...deps,
        folder,
        locate: (id) => registry.locate(id),
        effectiveModels: (id, options) => registry.effectiveModels(id, options),
        policyModes: (id, policy) => policyModesOf(registry.find(id)?.enforcement ?? noEnforcement, policy),
        onOutlook: (chatId) => deps.announce({ type: "agent-sessions", chatId }),
        onOptions: (id, options) => registry.setOptions(id, options),
        onConnected: (id, report) => registry.connected(id, report),
        onSignedOut: (id, message) => registry.failed(id, { type: "signed-out", message }),
        onDoubt: (id) => void this.#prober.askInTurn([id]),
      },
      (id) => registry.find(id)?.kind ?? null,
    );
    this.#deps = deps;
    this.#registry = registry;
    this.#prober = new Prober({ ...deps, registry, backends: this.#backends });
    const parts = { registry, backends: this.#backends, prober: this.#prober };
    this.signIns = new SignIns({ ...deps, ...parts, folder, signal: deps.scope.signal });
    this.#conformance = new Conformance({ ...deps, proofs, registry, backends: this.#backends, folder });
    this.#usage = new ProcessUsage(deps.clock);
    this.#ahead = new OpenAhead({ ...deps, ...parts });
    this.tuis = new TuiPrograms({ ...deps, registry, folder });
    deps.scope.add(() => this.#backends.dispose());
  }

  get backend(): AgentBackend {
    return this.#backends;
  }

  /** Those for which the person has a key. */
  get keyed(): KeyedAgents {
    const { log } = this.#deps;
    return new KeyedAgents({ log, keys: this.#keys, registry: this.#registry, backends: this.#backends, prober: this.#prober });
  }

  /** Those that Hearth installs. */
  get managed(): ManagedAgents {
    return new ManagedAgents({
      installs: this.#installs,
      registry: this.#registry,
      backends: this.#backends,
      prober: this.#prober,
    });
  }

  /** At once, from what is known; what a look or a handshake finds later is announced. */
  list(): Agent[] {
    this.#registry.look();
    return this.#registry.list();
  }

  get(id: string): Agent | null {
    this.#registry.lookAt(id);
    return this.#registry.get(id);
  }

  config(): ReadConfig {
    return this.#registry.config();
  }

  /** Takes up an edit of `agents.json` by hand. Children of a changed entry serve no new session: their launch is another. */
  reloadConfig(): void {
    this.#registry.reload();
  }

  /** Agent id → its entry in `agents.json`, or null to take it out. */
  patchConfig(patch: unknown): Result<ReadConfig, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">> {
    const entries = configPatch.safeParse(patch);
    if (!entries.success)
      return failure("AGENT_CONFIG_INVALID", "Give the agents to change: { agents: { ID: {…}, OTHER: null } }", {
        field: "agents",
      });
    return this.#registry.patch(entries.data);
  }

  /**
   * Reads the shell's environment again, and does a handshake with the ones named, or one after the other with all that
   * somebody chose before. Without `handshake` it only looks whether they are there.
   */
  async refresh(ids?: readonly string[], { handshake = true } = {}): Promise<Result<Agent[], Failure<"AGENT_NOT_FOUND">>> {
    const registry = this.#registry;
    const unknown = ids?.find((id) => !registry.find(id));
    if (unknown !== undefined) return failure("AGENT_NOT_FOUND", `There is no agent ${unknown}`, { field: "ids" });
    await this.#deps.shell.refresh();
    registry.look(true);
    const wanted = ids ?? registry.definitions().flatMap(({ id, enabled }) => (enabled ? [id] : []));
    if (handshake) {
      for (const id of wanted) this.#backends.of(id)?.forgive(id);
      const known = wanted.filter((id) => ids || registry.factsOf(id) || registry.find(id)?.forPractice);
      await (ids?.length === 1 ? this.#prober.ask(ids[0] ?? "") : this.#prober.askInTurn(known));
    }
    return ok(wanted.map((id) => registry.get(id)).filter((agent) => agent !== null));
  }

  /**
   * The person chose it, or, with `projectId`, opened a project in which it is chosen: then only a trusted one. It is
   * started and asked in the background, unless what it can do is known. With `chatId` its session there is opened.
   */
  async choose(
    id: string,
    { projectId, chatId }: { projectId?: string | undefined; chatId?: string | undefined } = {},
  ): Promise<Result<Agent, Failure<"AGENT_NOT_FOUND">>> {
    if (!this.#registry.find(id)) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
    if (projectId === undefined || (await this.#deps.isTrusted(projectId))) {
      this.#registry.look();
      this.#prober.chosen(id);
      if (chatId !== undefined)
        this.#ahead.open(id, chatId).catch((error: unknown) => this.#deps.log.error("agent.ahead", error));
    }
    const agent = this.#registry.get(id);
    return agent ? ok(agent) : failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
  }

  /** What would come of an entry of `agents.json`, by a handshake; it ends with `signal`, and after a minute and a half. */
  try(entry: AgentConfigEntry, signal: AbortSignal = neverAborted): Promise<Result<TriedAgent, Failure<"AGENT_CONFIG_INVALID">>> {
    const { builtIn, kinds, shell, scope } = this.#deps;
    const within = AbortSignal.any([signal, scope.signal, AbortSignal.timeout(tryMs)]);
    return tryOut({ builtIn, kinds, shell, backendOf: (kind) => this.#backends.ofKind(kind) }, entry, within);
  }

  /** A conformance run, as it goes on; it begins when it is read. */
  async prove(
    { id, entry }: { id?: string | undefined; entry?: AgentConfigEntry | undefined },
    signal: AbortSignal = neverAborted,
  ): Promise<Result<AsyncGenerator<Proving>, ProofFailure | Failure<"INPUT_INVALID">>> {
    if (id !== undefined && entry === undefined) return this.#conformance.begin({ id }, signal);
    if (id === undefined && entry !== undefined) return this.#conformance.begin({ entry }, signal);
    return failure("INPUT_INVALID", "Name an agent by its id, or give an entry", { field: "id" });
  }

  /** What each agent told of itself, and what was proved; starts nothing. */
  capabilities(): Capabilities[] {
    const registry = this.#registry;
    return registry.list().map((agent) => capabilitiesOf(agent, registry.factsOf(agent.id), registry.proofOf(agent.id)));
  }

  /** What stands in files for the agent: the person's, and the project's where an agent may be started in the chat. */
  async commands(id: string, chatId: string): Promise<Result<FileCommands, Failure<"AGENT_NOT_FOUND">>> {
    const { placeOfChat, shell, scope } = this.#deps;
    const definition = this.#registry.find(id);
    if (!definition) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
    const [place, { env }] = await Promise.all([placeOfChat(chatId, scope.signal), shell.get()]);
    return ok(await readCommands(definition.commandPlaces, { workingCopy: place?.workingCopyPath ?? null, env }));
  }

  diagnostic(id: string): Result<{ text: string }, Failure<"AGENT_NOT_FOUND">> {
    const registry = this.#registry;
    const definition = registry.find(id);
    const agent = registry.get(id);
    if (!definition || !agent) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`);
    const text = formatDiagnostic({
      agent,
      definition,
      look: registry.lookOf(id),
      facts: registry.factsOf(id),
      shell: this.#deps.shell.known(),
      configProblem: registry.problemOf(id),
      shares: waysOf(definition, registry.provedOf(id)).shares,
      backend: this.#backends.of(id)?.diagnose(id) ?? [],
    });
    return ok({ text });
  }

  checkUsable(
    agentId: string,
    wanted: { modelId: string | null; workingCopyKind: "worktree" | "in-place" },
  ): Result<null, UnusableFailure> {
    return this.#registry.checkUsable(agentId, wanted.modelId);
  }

  /** null where there is no such agent (any more). */
  definitionOf(agentId: string): AgentDefinition | null {
    return this.#registry.find(agentId);
  }

  /** Files changed in a turn of the agent's without a request. */
  noteUnasked(agentId: string): void {
    this.#registry.changedUnasked(agentId);
  }

  addUsage(chatId: string, agentId: string, usage: Usage | null): void {
    if (usage) this.#deps.sessions.addUsage(chatId, agentId, usage);
  }

  agentSessions(chatIds: readonly string[]): AgentSession[] {
    return chatIds.flatMap((chatId) => this.#deps.sessions.list(chatId).map((stored) => this.#describe(stored)));
  }

  #describe(stored: StoredAgentSession): AgentSession {
    const { chatId, agentId, lastActiveAt, usage } = stored;
    const idle = stored.status === "crashed" ? "crashed" : "closed";
    return {
      chatId,
      agent: agentId,
      status: this.#backends.of(agentId)?.stateOf(chatId, agentId) ?? idle,
      hasSession: stored.agentSessionId !== null,
      outlook: this.#backends.outlook(chatId, agentId),
      lastActiveAt: lastActiveAt === null ? null : isoTime(lastActiveAt),
      usage,
      current: this.#backends.of(agentId)?.currentOf(chatId, agentId) ?? null,
    };
  }

  endProcess(pid: number): Promise<{ gone: boolean } | null> {
    return this.#backends.endProcess(pid);
  }

  processes(): AgentProcess[] {
    return this.#usage.measure(this.#backends.processes());
  }

  /** Nobody waits for it here: a keyring may ask the person first. */
  #openKeys(): void {
    const { scope, log } = this.#deps;
    const opened = this.#keys.load().then(() => scope.disposed || this.#registry.look(true));
    opened.catch((error: unknown) => log.error("agent.keys", error));
  }

  /** The first look, which starts nothing; then those that failed when they were chosen are asked again. The caller need not wait. */
  async start(): Promise<void> {
    await this.#deps.shell.get();
    this.#registry.look(true);
    this.#prober.askAgain();
    this.#openKeys();
    await this.#conformance.sweep();
    await this.#installs.sweep();
  }
}
