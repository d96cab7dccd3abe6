import path from "node:path";
import type { KnownProof, ProofLine } from "../../shared/contract/agent-proofs.ts";
import type { Agent, AgentOptions } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { ShellEnvironmentReader } from "../lib/shell-env.ts";
import type { AgentFacts, AgentFactsRepository } from "../store/agent-facts.ts";
import type { AgentReport, BackendKind } from "./backend.ts";
import { applyConfig } from "./apply-config.ts";
import { configFile, loadConfig, patchConfig, runsAlike, type LoadedConfig, type ReadConfig } from "./config.ts";
import { knownCapabilities } from "./capabilities.ts";
import { transportsFor, type AgentDefinition } from "./definition.ts";
import type { SealedValues } from "../lib/sealed-values.ts";
import { keyNamesOf } from "./keys/key-names.ts";
import type { Installs } from "./installs/installs.ts";
import type { Proofs, Subject } from "./conformance/proofs.ts";
import type { AgentFailure } from "./port.ts";
import { describeTui, findTui } from "./launch-tui.ts";
import { waysOf } from "./ways.ts";
import { describeAgent, effectiveModels, statusOfFailure, type FoundAgent, type FastLook } from "./status.ts";

export type RegistryDeps = {
  facts: AgentFactsRepository;
  clock: Clock;
  shell: ShellEnvironmentReader;
  configDir: string;
  builtIn: AgentDefinition[];
  kinds: Readonly<Record<string, BackendKind>>;
  installs: Pick<Installs, "binOf" | "viewOf">;
  keys: Pick<SealedValues, "of" | "describe">;
  onChange(agent: Agent): void;
  proofs: Proofs;
  onRemoved(id: string): void;
  /** It is disabled or removed: nothing of it is to go on. */
  onUnwanted: (id: string) => void;
  /** What is wrong in `agents.json` isn't what it was. */
  onProblems(): void;
};

export type UnusableFailure = Failure<"CODING_AGENT_ENGINE_UNAVAILABLE" | "CODING_AGENT_MODEL_UNAVAILABLE">;

const lookAgainAfterMs = 2000;

/**
 * What agents there are and what is known of each: definitions from the catalogue and `agents.json`, where the agent
 * is, and the stored facts. It starts nothing; it tells `onChange` what others would now see differently.
 */
export class Registry {
  readonly #deps: RegistryDeps;
  readonly #file: string;
  readonly #facts: Map<string, AgentFacts>;
  readonly #looks = new Map<string, FastLook>();
  /** Where each agent's own program on a terminal is. */
  readonly #tuis = new Map<string, string | null>();
  readonly #told = new Map<string, string>();
  readonly #askingSince = new Map<string, number>();
  #definitions = new Map<string, AgentDefinition>();
  #read: LoadedConfig;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    this.#file = configFile(deps.configDir);
    this.#read = loadConfig(this.#file);
    this.#facts = new Map(deps.facts.load().map((entry) => [entry.agentId, entry]));
    this.#apply(this.#read);
    this.look(true);
  }

  /** The fast look: some calls to the file system, no process. */
  look(force = false): void {
    const now = this.#deps.clock.monotonic();
    if (!force && now - this.#lookedAt < lookAgainAfterMs) return;
    this.#lookedAt = now;
    for (const id of this.#definitions.keys()) this.lookAt(id);
  }

  /** The fast look at one alone: before each prompt, the others don't matter. */
  lookAt(id: string): void {
    const definition = this.find(id);
    if (!definition) return;
    const env = this.#withInstalled(definition, this.#deps.shell.known()?.env ?? {});
    this.#looks.set(id, this.#lookFor(definition));
    this.#tuis.set(id, findTui(definition, env));
    this.#tell(id);
  }

  lookOf(id: string): FastLook {
    return this.#looks.get(id) ?? { state: "looking" };
  }

  factsOf(id: string): AgentFacts | null {
    return this.#facts.get(id) ?? null;
  }

  /** What holds of it, as conformance runs proved it. */
  provedOf(id: string): readonly ProofLine[] {
    const subject = this.#subject(id);
    return subject ? this.#deps.proofs.of(subject) : [];
  }

  /** What its latest conformance run proved, of whatever version. */
  proofOf(id: string): KnownProof | null {
    const subject = this.#subject(id);
    return subject && this.#deps.proofs.latest(subject);
  }

  find(id: string): AgentDefinition | null {
    return this.#definitions.get(id) ?? null;
  }

  definitions(): AgentDefinition[] {
    return [...this.#definitions.values()];
  }

  get(id: string): Agent | null {
    const definition = this.find(id);
    return definition && this.#describe(definition);
  }

  list(): Agent[] {
    return this.definitions().map((definition) => this.#describe(definition));
  }

  config(): ReadConfig {
    const { path, config, problems } = this.#read;
    return { path, config, problems };
  }

  /** Takes up what was edited by hand in `agents.json`; what was patched here is known already. Returns whether it was new. */
  reload(): boolean {
    const read = loadConfig(this.#file);
    if (read.text === this.#read.text && read.readable === this.#read.readable) return false;
    const { config: before, problems } = this.#read;
    // Half of an edit must not take agents away: until the file is JSON again, the entries in force stay.
    if (read.readable) this.#apply(read);
    else this.#read = { ...read, config: before };
    for (const id of new Set([...Object.keys(before), ...Object.keys(this.#read.config)])) {
      const [earlier, now] = [before[id], this.#read.config[id]];
      if (JSON.stringify(earlier) !== JSON.stringify(now)) this.#forgetFacts(id);
      if (!runsAlike(earlier, now)) this.#deps.proofs.forget(id);
    }
    this.look(true);
    if (JSON.stringify(problems) !== JSON.stringify(this.#read.problems)) this.#deps.onProblems();
    return true;
  }

  problemOf(id: string): string | null {
    return this.#read.problems.find((problem) => problem.entry === id)?.message ?? null;
  }

  patch(patch: Record<string, unknown>): Result<ReadConfig, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">> {
    const patched = patchConfig(this.#file, this.#deps.builtIn, patch);
    if (!patched.ok) return patched;
    this.reload();
    for (const id of Object.keys(patch)) this.#forgetFacts(id);
    this.look(true);
    return ok(this.config());
  }

  setAsking(id: string, on: boolean): void {
    if (on) this.#askingSince.set(id, this.#deps.clock.now());
    else this.#askingSince.delete(id);
    this.#tell(id);
  }

  /** A session was opened, in a probe or for a chat. `signedInBy`: the way the person has just signed in. */
  connected(id: string, report: AgentReport, signedInBy: string | null = null): void {
    this.#tried(id, report, () => ({ status: "ready", reason: null }), signedInBy);
  }

  /** `report`: what it told before it failed. */
  failed(id: string, error: AgentFailure, report: AgentReport | null = null): void {
    this.#tried(id, report, (definition) => statusOfFailure(definition, error));
  }

  /** What a report leaves out stays as it was, as long as the program is the same. */
  #tried(
    id: string,
    report: AgentReport | null,
    outcome: (definition: AgentDefinition) => Pick<AgentFacts, "status" | "reason">,
    signedInBy: string | null = null,
  ): void {
    const definition = this.find(id);
    const look = this.lookOf(id);
    if (!definition || look.state !== "found") return;
    const before = this.factsOf(id);
    const kept = before?.fingerprint === look.program.fingerprint ? before : null;
    const known = knownCapabilities(before);
    const told = report?.capabilities ?? (kept && knownCapabilities(kept));
    this.#saveFacts({
      agentId: id,
      fingerprint: look.program.fingerprint,
      version: report ? report.version : (kept?.version ?? null),
      capabilities: told && { ...told, signedInBy: signedInBy ?? known?.signedInBy ?? null },
      options: kept?.options ?? null,
      changedUnaskedAt: kept?.changedUnaskedAt ?? null,
      ...outcome(definition),
      checkedAt: this.#deps.clock.now(),
    });
  }

  /** Files were changed in a turn of its without a request. */
  changedUnasked(id: string): void {
    const before = this.factsOf(id);
    if (before) this.#saveFacts({ ...before, changedUnaskedAt: this.#deps.clock.now() });
  }

  setOptions(id: string, options: AgentOptions): void {
    const before = this.factsOf(id);
    // Only a new session tells the defaults.
    const defaults = options.defaults ?? before?.options?.defaults;
    const next = defaults ? { ...options, defaults } : options;
    if (!before || JSON.stringify(before.options) === JSON.stringify(next)) return;
    this.#saveFacts({ ...before, options: next });
  }

  /** What a session for nobody told: with the commands that sessions in projects told. */
  setProbedOptions(id: string, options: AgentOptions): void {
    const commands = options.commands.length > 0 ? options.commands : (this.factsOf(id)?.options?.commands ?? []);
    this.setOptions(id, { ...options, commands });
  }

  effectiveModels(id: string, options: AgentOptions): AgentOptions["models"] {
    const definition = this.find(id);
    return definition ? effectiveModels(definition, options.models) : options.models;
  }

  /** The agent as it is now, looked for again, or why it can't be used. */
  async locate(id: string): Promise<Result<FoundAgent, AgentFailure>> {
    const definition = this.find(id);
    if (!definition) return fail({ type: "unavailable", message: `There is no agent ${id}` });
    const env = this.#withInstalled(definition, (await this.#deps.shell.get()).env);
    this.look(true);
    const look = this.lookOf(id);
    if (look.state === "found") {
      const keys = await this.#deps.keys.of(id);
      const signedInBy = knownCapabilities(this.factsOf(id))?.signedInBy ?? null;
      const ways = waysOf(definition, this.provedOf(id));
      const transports = transportsFor(definition, look.program.path ?? "");
      return ok({ definition: { ...definition, transports }, program: look.program, env, keys, signedInBy, ways });
    }
    const message = look.state === "missing" ? look.reason : "Its program is still being looked for";
    return fail({ type: "unavailable", message });
  }

  /** What its own program on a terminal is started with. */
  async surroundingsOf(definition: AgentDefinition): Promise<Pick<FoundAgent, "env" | "keys">> {
    const env = this.#withInstalled(definition, (await this.#deps.shell.get()).env);
    return { env, keys: await this.#deps.keys.of(definition.id) };
  }

  /** Whether a run may be created; nothing is started to find out. */
  checkUsable(id: string, modelId: string | null): Result<null, UnusableFailure> {
    this.lookAt(id);
    const definition = this.find(id);
    if (!definition) {
      const problem = this.problemOf(id);
      return unavailable(
        problem === null ? `There is no agent ${id}` : `${id} can't be used: its entry in agents.json isn't valid (${problem})`,
      );
    }
    if (!definition.enabled) return unavailable(`${definition.label} is disabled. Enable it in the settings.`);
    const agent = this.#describe(definition);
    // What it said last time doesn't bind it: only a program that isn't there can't be tried.
    if (agent.status === "unavailable") return unavailable(`${agent.label} can't be used: ${agent.reason}`);
    const { models } = agent.options;
    if (modelId === null || models.length === 0 || models.some((model) => model.id === modelId)) return ok(null);
    const message = `${agent.label} doesn't offer the model ${modelId}`;
    return failure("CODING_AGENT_MODEL_UNAVAILABLE", message, { field: "modelId" });
  }

  #subject(id: string): Subject | null {
    const definition = this.find(id);
    const look = this.lookOf(id);
    if (!definition || look.state !== "found") return null;
    const facts = this.factsOf(id);
    const version = facts?.fingerprint === look.program.fingerprint ? facts.version : null;
    return { definition, program: look.program, version };
  }

  #forgetFacts(id: string): void {
    this.#facts.delete(id);
    this.#deps.facts.remove(id);
  }

  #apply(read: LoadedConfig): void {
    const applied = applyConfig(this.#deps.builtIn, read.config);
    const located = applied.problems.map(({ entry, message }) => ({ entry, line: read.lineOf([entry]), message }));
    this.#read = { ...read, problems: [...read.problems, ...located] };
    const next = new Map(applied.definitions.map((definition) => [definition.id, definition]));
    const before = [...this.#definitions.keys()];
    this.#definitions = next;
    for (const id of before) {
      if (!next.get(id)?.enabled) this.#deps.onUnwanted(id);
      if (!next.has(id)) this.#deps.onRemoved(id);
    }
    this.#looks.clear();
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  #lookFor(definition: AgentDefinition): FastLook {
    const kind = this.#deps.kinds[definition.kind];
    if (!kind)
      return { state: "missing", reason: `Hearth can't speak with agents of the kind ${definition.kind}`, partly: false };
    const shell = this.#deps.shell.known();
    return kind.look(definition, shell && { ...shell, env: this.#withInstalled(definition, shell.env) });
  }

  /** What Hearth installed for it comes after all that the person has on their PATH: their own program is the agent. */
  #withInstalled(definition: AgentDefinition, env: Record<string, string>): Record<string, string> {
    const bin = this.#deps.installs.binOf(definition.managed);
    return bin === null ? env : { ...env, PATH: [env["PATH"] ?? "", bin].filter((part) => part !== "").join(path.delimiter) };
  }

  #describe(definition: AgentDefinition): Agent {
    const { id } = definition;
    const look = this.lookOf(id);
    const install = this.#deps.installs.viewOf(definition, look.state === "found" ? look.program.path : null);
    const keys = this.#deps.keys.describe(id, keyNamesOf(definition));
    const askingSince = this.#askingSince.get(id) ?? null;
    const proved = this.provedOf(id);
    const tui = describeTui(definition, this.#tuis.get(id) ?? null);
    return describeAgent(definition, look, this.factsOf(id), { askingSince, install, keys, tui }, proved);
  }

  #tell(id: string): void {
    const agent = this.get(id);
    if (!agent) return;
    const text = JSON.stringify(agent);
    if (this.#told.get(id) === text) return;
    this.#told.set(id, text);
    this.#deps.onChange(agent);
  }

  #saveFacts(next: AgentFacts): void {
    this.#facts.set(next.agentId, next);
    this.#deps.facts.save(next);
    this.#tell(next.agentId);
  }
}

function unavailable(message: string): Result<never, UnusableFailure> {
  return failure("CODING_AGENT_ENGINE_UNAVAILABLE", message, { field: "agentId" });
}
