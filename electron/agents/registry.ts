import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Agent, AgentOptions } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { ShellEnvironmentReader } from "../lib/shell-env.ts";
import type { AgentFacts, AgentFactsRepository } from "../store/agent-facts.ts";
import type { AgentTraits } from "./acp/traits.ts";
import type { AgentFailure } from "./port.ts";
import { childEnvironment } from "./child-environment.ts";
import { applyConfig, configFile, loadConfig, patchConfig, type ReadConfig } from "./config.ts";
import type { AgentDefinition } from "./definition.ts";
import { findProgram } from "./find-program.ts";
import type { Launch } from "./acp/pool.ts";
import { describeAgent, effectiveModels, statusOfFailure, type Look } from "./status.ts";

/**
 * What agents there are and what is known of each: definitions from the catalogue and `agents.json`, where the program
 * is, and the stored facts. It starts nothing; it tells `onChange` what others would now see differently.
 */
export type RegistryDeps = {
  facts: AgentFactsRepository;
  clock: Clock;
  shell: ShellEnvironmentReader;
  configDir: string;
  dataDir: string;
  builtIn: AgentDefinition[];
  onChange(agent: Agent): void;
  onRemoved(id: string): void;
};

export type Registry = ReturnType<typeof createRegistry>;

const lookAgainAfterMs = 2000;

export function createRegistry(deps: RegistryDeps) {
  const file = configFile(deps.configDir);
  let read: ReadConfig = loadConfig(file);
  let definitions = new Map<string, AgentDefinition>();
  const facts = new Map(deps.facts.load().map((entry) => [entry.agentId, entry]));
  const looks = new Map<string, Look>();
  const told = new Map<string, string>();
  const probing = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const childFolder = path.join(deps.dataDir, "agents");
  mkdirSync(childFolder, { recursive: true, mode: 0o700 });

  const reload = (): void => {
    read = loadConfig(file);
    const applied = applyConfig(deps.builtIn, read.config);
    read = { ...read, problems: [...read.problems, ...applied.problems] };
    const next = new Map(applied.definitions.map((definition) => [definition.id, definition]));
    for (const id of definitions.keys()) if (!next.has(id)) deps.onRemoved(id);
    definitions = next;
    looks.clear();
    lookedAt = Number.NEGATIVE_INFINITY;
  };
  const lookOf = (id: string): Look => looks.get(id) ?? { state: "looking" };
  const describe = (definition: AgentDefinition): Agent =>
    describeAgent(definition, lookOf(definition.id), facts.get(definition.id) ?? null, probing.has(definition.id));
  const tell = (id: string): void => {
    const definition = definitions.get(id);
    if (!definition) return;
    const agent = describe(definition);
    const text = JSON.stringify(agent);
    if (told.get(id) === text) return;
    told.set(id, text);
    deps.onChange(agent);
  };
  /** The fast look: some calls to the file system, no process. */
  const look = (force = false): void => {
    const now = deps.clock.monotonic();
    if (!force && now - lookedAt < lookAgainAfterMs) return;
    lookedAt = now;
    for (const definition of definitions.values()) looks.set(definition.id, lookFor(definition));
    for (const id of definitions.keys()) tell(id);
  };
  const lookFor = (definition: AgentDefinition): Look => {
    const shell = deps.shell.known();
    if (!shell && !path.isAbsolute(definition.command)) return { state: "looking" };
    const found = findProgram(definition.command, shell?.env ?? {});
    if (found.path === null) return { state: "missing", reason: found.reason };
    return { state: "found", program: { ...found, fingerprint: found.fingerprint + scriptMark(definition.args) } };
  };
  const saveFacts = (next: AgentFacts): void => {
    facts.set(next.agentId, next);
    deps.facts.save(next);
    tell(next.agentId);
  };
  reload();
  look(true);

  return {
    childFolder,
    look,
    lookOf,
    factsOf: (id: string): AgentFacts | null => facts.get(id) ?? null,
    find: (id: string): AgentDefinition | null => definitions.get(id) ?? null,
    definitions: (): AgentDefinition[] => [...definitions.values()],
    get: (id: string): Agent | null => {
      const definition = definitions.get(id);
      return definition ? describe(definition) : null;
    },
    list: (): Agent[] => [...definitions.values()].map(describe),
    config: (): ReadConfig => read,
    problemOf: (id: string): string | null => read.problems.find((problem) => problem.entry === id)?.message ?? null,

    patch(patch: Record<string, unknown>): Result<ReadConfig, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">> {
      const patched = patchConfig(file, deps.builtIn, patch);
      if (!patched.ok) return patched;
      reload();
      for (const id of Object.keys(patch)) {
        facts.delete(id);
        deps.facts.remove(id);
      }
      look(true);
      return ok(read);
    },

    setProbing(id: string, on: boolean): void {
      if (on) probing.add(id);
      else probing.delete(id);
      tell(id);
    },

    /** A handshake went well, in a probe or for a session. */
    connected(id: string, traits: AgentTraits): void {
      const place = lookOf(id);
      if (place.state !== "found") return;
      const before = facts.get(id);
      const same = before?.fingerprint === place.program.fingerprint;
      saveFacts({
        agentId: id,
        fingerprint: place.program.fingerprint,
        version: traits.version,
        capabilities: traits.raw,
        options: same ? (before?.options ?? null) : null,
        status: "ready",
        reason: null,
        checkedAt: deps.clock.now(),
      });
    },

    failed(id: string, error: AgentFailure): void {
      const definition = definitions.get(id);
      const place = lookOf(id);
      if (!definition || place.state !== "found") return;
      const before = facts.get(id);
      const kept = before?.fingerprint === place.program.fingerprint ? before : null;
      saveFacts({
        agentId: id,
        fingerprint: place.program.fingerprint,
        version: kept?.version ?? null,
        capabilities: kept?.capabilities ?? null,
        options: kept?.options ?? null,
        ...statusOfFailure(definition, error),
        checkedAt: deps.clock.now(),
      });
    },

    setOptions(id: string, options: AgentOptions): void {
      const before = facts.get(id);
      if (!before || JSON.stringify(before.options) === JSON.stringify(options)) return;
      saveFacts({ ...before, options });
    },

    effectiveModels(id: string, options: AgentOptions): AgentOptions["models"] {
      const definition = definitions.get(id);
      return definition ? effectiveModels(definition, options.models) : options.models;
    },

    /** How the agent is started for a chat. `sameAs`: chats with this key may share a child. */
    async launch(id: string, chatId: string): Promise<Result<Launch, AgentFailure>> {
      const definition = definitions.get(id);
      if (!definition) return fail({ type: "unavailable", message: `There is no agent ${id}` });
      const shell = await deps.shell.get();
      look(true);
      const place = lookOf(id);
      if (place.state !== "found")
        return fail({
          type: "unavailable",
          message: place.state === "missing" ? place.reason : "Its program is still being looked for",
        });
      const program = place.program;
      const env = (): Record<string, string> => childEnvironment(definition, shell.env, program.path);
      const fixed = childEnvironment({ ...definition, secretEnv: [] }, shell.env, program.path);
      const chat = definition.shares ? null : chatId;
      const key = createHash("sha256")
        .update(JSON.stringify([id, program.fingerprint, definition.args, fixed, chat]))
        .digest("hex");
      return ok({ agentId: id, label: definition.label, command: program.path, args: definition.args, env, key });
    },

    /** Whether a run may be created; nothing is started to find out. */
    checkUsable(
      id: string,
      modelId: string | null,
    ): Result<null, Failure<"CODING_AGENT_ENGINE_UNAVAILABLE" | "CODING_AGENT_MODEL_UNAVAILABLE">> {
      look();
      const definition = definitions.get(id);
      const unavailable = (message: string) => failure("CODING_AGENT_ENGINE_UNAVAILABLE", message, { field: "agentId" });
      if (!definition) {
        const problem = read.problems.find((entry) => entry.entry === id);
        return unavailable(
          problem ? `${id} can't be used: its entry in agents.json isn't valid (${problem.message})` : `There is no agent ${id}`,
        );
      }
      if (!definition.enabled) return unavailable(`${definition.label} is disabled. Enable it in the settings.`);
      const agent = describe(definition);
      if (agent.status !== "ready" && agent.status !== "loading")
        return unavailable(`${agent.label} can't be used: ${agent.reason}`);
      const { models } = agent.options;
      if (modelId !== null && models.length > 0 && !models.some((model) => model.id === modelId))
        return failure("CODING_AGENT_MODEL_UNAVAILABLE", `${agent.label} doesn't offer the model ${modelId}`, {
          field: "modelId",
        });
      return ok(null);
    },
  };
}

/** An agent that is a script under an interpreter changes with its script. */
function scriptMark(args: readonly string[]): string {
  return args
    .filter((arg) => path.isAbsolute(arg))
    .map((arg) => statSync(arg, { throwIfNoEntry: false }))
    .map((stat) => (stat?.isFile() ? `:${Math.trunc(stat.mtimeMs)}:${stat.size}` : ""))
    .join("");
}
