import path from "node:path";
import * as z from "zod";
import type { Agent, Capabilities } from "../../shared/contract/agents.ts";
import type { AgentSession } from "../../shared/contract/chats.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Usage } from "../../shared/run-event.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { reapFamily, resources } from "../lib/process.ts";
import type { Scope } from "../lib/scope.ts";
import type { ShellEnvironmentReader } from "../lib/shell-env.ts";
import type { AgentFactsRepository } from "../store/agent-facts.ts";
import type { AgentSessionRepository } from "../store/agent-sessions.ts";
import type { ProcessRepository } from "../store/processes.ts";
import { createAcpBackend } from "./acp/backend.ts";
import type { AgentBackend } from "./port.ts";
import { builtInAgents, type PracticeAgentProgram } from "./catalog.ts";
import type { ReadConfig } from "./config.ts";
import { formatDiagnostic } from "./diagnostic.ts";
import { createPool, type PoolLimits } from "./acp/pool.ts";
import { probeAgent } from "./acp/probe.ts";
import { createRegistry } from "./registry.ts";
import { needsProbe } from "./status.ts";
import { capabilitiesOf } from "./capabilities.ts";

const configPatch = z.record(z.string(), z.unknown());

export type AgentsDeps = {
  sessions: AgentSessionRepository;
  facts: AgentFactsRepository;
  processes: ProcessRepository;
  clock: Clock;
  log: Log;
  shell: ShellEnvironmentReader;
  configDir: string;
  dataDir: string;
  practiceAgentProgram: PracticeAgentProgram;
  announce(update: AppUpdate): void;
  scope: Scope;
  limits?: Partial<PoolLimits>;
};

/** A child as the resources panel shows it. CPU is the share of one core since the last look, null at the first. */
export type AgentProcess = {
  pid: number;
  kind: "agent";
  label: string;
  agentId: string;
  chatIds: string[];
  startedAt: string;
  memoryBytes: number | null;
  cpuPercent: number | null;
};

export type Agents = {
  backend: AgentBackend;
  /** At once, from what is known; what a look or a handshake finds later is announced. */
  list(): Agent[];
  get(id: string): Agent | null;
  config(): ReadConfig;
  /** Agent id → its entry in `agents.json`, or null to take it out. */
  patchConfig(patch: unknown): Result<ReadConfig, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">>;
  /** Reads the shell's environment again and does a handshake with each: the ones named, or all that are enabled. */
  refresh(ids?: readonly string[]): Promise<Result<Agent[], Failure<"AGENT_NOT_FOUND">>>;
  /** What each agent told of itself; starts nothing. */
  capabilities(): Capabilities[];
  diagnostic(id: string): Result<{ text: string }, Failure<"AGENT_NOT_FOUND">>;
  checkUsable(
    agentId: string,
    wanted: { modelId: string | null; workingCopyKind: "worktree" | "in-place" },
  ): Result<null, Failure<"CODING_AGENT_ENGINE_UNAVAILABLE" | "CODING_AGENT_MODEL_UNAVAILABLE">>;
  addUsage(chatId: string, agentId: string, usage: Usage | null): void;
  agentSessions(chatIds: readonly string[]): AgentSession[];
  processes(): AgentProcess[];
  /** Ends what an earlier core left behind; answers how many were found. */
  reapLeftovers(): Promise<number>;
  /** The first look, and the handshakes that are due. The caller need not wait. */
  start(): Promise<void>;
};

export function createAgents(deps: AgentsDeps): Agents {
  const { clock, scope } = deps;
  const practice = deps.practiceAgentProgram;
  const stateFolder = path.join(deps.dataDir, "practice-agent");
  const registry = createRegistry({
    ...deps,
    builtIn: builtInAgents({ ...practice, args: [...practice.args, "--state", stateFolder] }),
    onChange: (agent) => deps.announce({ type: "agent", agent }),
    // Nobody can be told that an agent is gone but by the whole list.
    onRemoved: () => deps.announce({ type: "resync" }),
  });
  const pool = createPool({ clock, log: deps.log, processes: deps.processes, cwd: registry.childFolder, limits: deps.limits });
  scope.add(() => pool.dispose());
  const backend = createAcpBackend({
    pool,
    clock,
    sessions: deps.sessions,
    launch: registry.launch,
    effectiveModels: registry.effectiveModels,
    onOptions: registry.setOptions,
    onConnected: (id, connection) => registry.connected(id, connection.traits),
    onSignedOut: (id, message) => registry.failed(id, { type: "signed-out", message }),
  });
  const probes = new Map<string, Promise<void>>();
  const cpu = new Map<number, { at: number; seconds: number }>();

  function probe(id: string): Promise<void> {
    const going = probes.get(id) ?? runProbe(id).finally(() => probes.delete(id));
    probes.set(id, going);
    return going;
  }

  async function runProbe(id: string): Promise<void> {
    const launch = await registry.launch(id, "probe");
    if (!launch.ok) return;
    registry.setProbing(id, true);
    try {
      const signIn = registry.factsOf(id)?.status === "signed_out";
      const probed = await probeAgent(pool, launch.value, { signIn, folder: registry.childFolder, signal: scope.signal });
      if (probed.ok) registry.connected(id, probed.value.traits);
      else if (probed.error.type !== "cancelled") registry.failed(id, probed.error);
    } finally {
      registry.setProbing(id, false);
    }
  }

  function probeDue(): Promise<void>[] {
    return registry.definitions().flatMap((definition) => {
      const look = registry.lookOf(definition.id);
      if (!definition.enabled || look.state !== "found") return [];
      return needsProbe(registry.factsOf(definition.id), look.program, clock.now()) ? [probe(definition.id)] : [];
    });
  }

  function probeInBackground(): void {
    if (scope.disposed) return;
    for (const going of probeDue()) going.catch((error: unknown) => deps.log.error("agent.probe", error));
  }

  return {
    backend,
    list() {
      registry.look();
      probeInBackground();
      return registry.list();
    },
    get: registry.get,
    config: registry.config,
    patchConfig(patch) {
      const entries = configPatch.safeParse(patch);
      if (!entries.success)
        return failure("AGENT_CONFIG_INVALID", "Give the agents to change: { agents: { ID: {…}, OTHER: null } }", {
          field: "agents",
        });
      const patched = registry.patch(entries.data);
      if (patched.ok) probeInBackground();
      return patched;
    },
    async refresh(ids) {
      const unknown = ids?.find((id) => !registry.find(id));
      if (unknown !== undefined) return failure("AGENT_NOT_FOUND", `There is no agent ${unknown}`, { field: "ids" });
      await deps.shell.refresh();
      registry.look(true);
      const wanted =
        ids ??
        registry
          .definitions()
          .filter((definition) => definition.enabled)
          .map((definition) => definition.id);
      for (const id of wanted) pool.forgive(id);
      await Promise.all(wanted.map(probe));
      return ok(wanted.map((id) => registry.get(id)).filter((agent) => agent !== null));
    },
    capabilities: () => registry.list().map((agent) => capabilitiesOf(agent, registry.factsOf(agent.id))),
    diagnostic(id) {
      const definition = registry.find(id);
      const agent = registry.get(id);
      if (!definition || !agent) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`);
      const text = formatDiagnostic({
        agent,
        definition,
        look: registry.lookOf(id),
        facts: registry.factsOf(id),
        shell: deps.shell.known(),
        children: pool.children().filter((child) => child.agentId === id),
        trouble: pool.lastTrouble(id),
        configProblem: registry.problemOf(id),
      });
      return ok({ text });
    },
    checkUsable: (agentId, { modelId }) => registry.checkUsable(agentId, modelId),
    addUsage(chatId, agentId, usage) {
      if (usage) deps.sessions.addUsage(chatId, agentId, usage);
    },
    agentSessions(chatIds) {
      return chatIds.flatMap((chatId) =>
        deps.sessions.list(chatId).map((stored): AgentSession => {
          const live = backend.live().find((entry) => entry.chatId === chatId && entry.agentId === stored.agentId);
          const opening = !live && backend.isOpening(chatId, stored.agentId);
          return {
            chatId,
            agent: stored.agentId,
            status: live
              ? live.session.isBusy()
                ? "busy"
                : "ready"
              : opening
                ? "opening"
                : stored.status === "crashed"
                  ? "crashed"
                  : "closed",
            hasSession: stored.agentSessionId !== null,
            outlook: backend.outlook(chatId, stored.agentId),
            lastActiveAt: stored.lastActiveAt === null ? null : isoTime(stored.lastActiveAt),
            usage: stored.usage,
          };
        }),
      );
    },
    processes() {
      const live = backend.live();
      return pool.children().map((child) => {
        const { pid } = child.connection;
        const used = resources(pid);
        const before = cpu.get(pid);
        const now = clock.monotonic();
        if (used) cpu.set(pid, { at: now, seconds: used.cpuSeconds });
        const elapsed = before ? (now - before.at) / 1000 : 0;
        return {
          pid,
          kind: "agent",
          label: child.label,
          agentId: child.agentId,
          chatIds: live.filter((entry) => entry.child === child).map((entry) => entry.chatId),
          startedAt: isoTime(child.startedAt),
          memoryBytes: used?.memoryBytes ?? null,
          cpuPercent:
            used && before && elapsed > 0 ? Math.max(0, Math.round(((used.cpuSeconds - before.seconds) / elapsed) * 100)) : null,
        };
      });
    },
    async reapLeftovers() {
      const found = await Promise.all(
        deps.processes.list().map(async (left) => {
          const startTicks = left.startTicks === "" ? null : left.startTicks;
          const reaped = await reapFamily({ pid: left.pid, startTicks, tag: left.tag });
          if (reaped.gone) deps.processes.remove(left.pid, left.startTicks);
          return reaped.found;
        }),
      );
      return found.filter(Boolean).length;
    },
    async start() {
      await deps.shell.get();
      registry.look(true);
      probeInBackground();
    },
  };
}
