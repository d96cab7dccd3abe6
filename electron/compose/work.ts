import { rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { failure } from "../../shared/errors.ts";
import { AgentsService } from "../agents/agents.ts";
import { agentsFile } from "../agents/config.ts";
import { budgetOf, memoryOfMachine } from "../agents/budget.ts";
import { backendKinds, builtInAgents } from "../agents/catalog.ts";
import { makeRepository } from "../git/make-repository.ts";
import { Listeners } from "../lib/listeners.ts";
import { listProcesses } from "../lib/list-processes.ts";
import { PermissionsService } from "../permissions/service.ts";
import { ChatForks } from "../runs/chat-forks.ts";
import { ChatLineage } from "../runs/chat-lineage.ts";
import { Handovers } from "../runs/handovers.ts";
import { LiveRuns } from "../runs/live-runs.ts";
import { QueueService } from "../runs/queue-service.ts";
import { RunInsertion } from "../runs/run-insertion.ts";
import { RunsService } from "../runs/runs-service.ts";
import { CommandSandbox } from "../sandbox/command-sandbox.ts";
import { workPlace } from "../sessions/work-place.ts";
import { AgentFactsRepository } from "../store/agent-facts.ts";
import { AgentProofRepository } from "../store/agent-proofs.ts";
import { AgentSessionRepository } from "../store/agent-sessions.ts";
import { ProcessRepository } from "../store/processes.ts";
import { QueueRepository } from "../store/queue.ts";
import { TerminalRepository } from "../store/terminals.ts";
import { TranscriptRepository } from "../store/transcripts.ts";
import { Orphans } from "../system/orphans.ts";
import { SessionTerminals, type SessionTerminalsDeps } from "../terminals/agent-terminals.ts";
import { AgentTuis, type AgentTuisDeps, type TuiNews } from "../terminals/agent-tuis.ts";
import { openProgram } from "../terminals/open-program.ts";
import { TerminalsService } from "../terminals/service.ts";
import { composeAssistant, type AssistantParts } from "./assistant.ts";
import type { Foundation } from "./foundation.ts";
import { composeMcp } from "./mcp.ts";
import { composeModels } from "./models.ts";
import { composeReview, type Review } from "./review.ts";
import type { Workspace } from "./workspace.ts";

/** Agents, terminals, runs, and what they do to a session's files. */
export type Work = ReturnType<typeof composeWork>;

export function composeWork(base: Foundation, workspace: Workspace) {
  // In the packaged app this program is Electron, which won't run as Node there; the login shell's Node is looked for.
  const node = process.versions["electron"] === undefined ? process.execPath : "node";
  const models = composeModels(base, node);
  const lineage = new ChatLineage(base.runRecords, (chatId) => workspace.chats.find(chatId)?.forkedAt ?? null);
  const programs = composePrograms(base, workspace, { ...models, models: models.localModels, node, lineage });
  const review = composeReview(base, workspace, { ...programs, helper: models.helper });
  const runs = composeRuns(base, workspace, { ...programs, lineage }, review);
  return { lineage, ...models, ...programs, ...review, ...runs };
}

type OwnParts = Pick<AssistantParts, "models" | "serverUse" | "helper" | "lineage" | "node">;
type Programs = ReturnType<typeof composePrograms>;

/** The programs that Hearth runs for a person, and the environment they are given. */
function composePrograms(base: Foundation, workspace: Workspace, own: OwnParts) {
  const { sessions, projects, chats } = workspace;
  const { options, store, clock, log, scope, announce, settings, shell } = base;
  const sandbox = composeSandbox(base);
  const processes = new ProcessRepository(store);
  const bootedAtMs = Date.now() - os.uptime() * 1000;
  const orphans = new Orphans({ rows: processes, listProcesses, bootedAtMs });
  const places = {
    placeOf: (sessionId: string) => sessions.placeOf(sessionId),
    shellEnv: async (): Promise<Record<string, string>> => (await shell.get()).env,
  };
  /** Told a session one of whose terminals has come to rest. */
  const quiet = new Listeners<string>((error) => log.error("terminals.listener", error));
  const repository = new TerminalRepository(store);
  const terminals = new TerminalsService({
    ...places,
    repository,
    clock,
    sessionExists: (id) => sessions.exists(id),
    ...shellChoice(base),
    recordProcess({ pid, startTicks, tag }, label) {
      processes.add({ pid, startTicks: startTicks ?? "", kind: "terminal", label, tag, startedAt: clock.now() });
    },
    forgetProcess: ({ pid, startTicks }) => processes.remove(pid, startTicks ?? ""),
    announce: (terminal) => announce({ type: "terminal", terminal }),
    announceRemoved: (id) => announce({ type: "removed", noun: "terminal", id }),
    onQuiet: (sessionId) => quiet.emit(sessionId),
  });
  const { node } = own;
  const { given, ...mcp } = composeMcp(base, workspace, processes);
  const agents = new AgentsService({
    sessions: new AgentSessionRepository(store),
    facts: new AgentFactsRepository(store),
    proofs: new AgentProofRepository(store),
    processes,
    transcripts: new TranscriptRepository(store),
    clock,
    log,
    announce,
    onProblems: () => base.problemsChanged.emit(null),
    scope,
    shell,
    openTerminal: (program) =>
      sessions.exists(program.sessionId)
        ? openProgram(terminals, program)
        : failure("SESSION_NOT_FOUND", "There is no such session"),
    mcpServers: given,
    isTrusted: (projectId) => projects.isTrusted(projectId),
    budget: () => budgetOf(settings.value(), memoryOfMachine()),
    placeOfChat: (chatId, signal) => workPlace(workspace, chatId, signal),
    vault: options.vault ?? null,
    ...{ configDir: options.configDir, dataDir: options.dataDir, failpoint: base.failpoint },
    kinds: { ...backendKinds, assistant: composeAssistant(base, { ...own, chats, terminals }) },
    node,
    makeRepository: (folder) => makeRepository(base.git, folder),
    builtIn: builtInAgents(
      {
        command: node,
        args: [options.programs.practiceAgent, "--state", path.join(options.dataDir, "practice-agent")],
      },
      options.programs.opencodePlugin,
    ),
  });
  base.configFolder.on(agentsFile, () => agents.reloadConfig());
  scope.add(() => terminals.dispose());
  const terminalsFor = agentTerminals(workspace, sandbox, { service: terminals, ...places });
  const tuis = composeTuis(base, workspace, { ...places, programs: agents.tuis, terminals, repository });
  return { orphans, agents, ...mcp, terminals, terminalsFor, sandbox, quiet, ...tuis };
}

/** Which shell terminals run, and how it is started. */
function shellChoice({ settings, options, log }: Foundation) {
  return {
    shell: () => settings.value().terminalShell,
    shellMarks: () => settings.value().terminalMarks,
    shellFolder: path.join(options.dataDir, "shell"),
    log,
  };
}

type TerminalParts = Pick<SessionTerminalsDeps, "service" | "placeOf" | "shellEnv">;

/** Terminals in which an agent's commands run, confined as the person wants it. */
function agentTerminals({ sessions }: Workspace, sandbox: CommandSandbox, parts: TerminalParts) {
  return (sessionId: string, agentId: string): SessionTerminals =>
    new SessionTerminals({
      ...{ ...parts, sessionId, agentId },
      confine: (argv, cwd) => sandbox.wrap(argv, { root: sessions.find(sessionId)?.copy.path ?? cwd, cwd }),
    });
}

/** Made before the terminals, and so ended after them: their commands are in it. */
function composeSandbox({ options, scope, settings }: Foundation): CommandSandbox {
  const sandbox = new CommandSandbox({
    program: options.programs.sandboxHost,
    home: os.homedir(),
    own: [options.dataDir, options.configDir],
    settings: () => settings.value(),
  });
  scope.add(() => sandbox.dispose());
  return sandbox;
}

/** Agents' own programs on terminals. A turn of theirs that has ended is something unread, as any other's. */
function composeTuis(
  { clock, log, sessionChanged, options }: Foundation,
  { sessions }: Workspace,
  parts: Omit<AgentTuisDeps, "clock" | "log" | "noticesRoot" | "onChange">,
) {
  const noticesRoot = path.join(options.dataDir, "notices");
  // Terminals of an earlier core tell nothing any more.
  rmSync(noticesRoot, { recursive: true, force: true });
  const tuiNews = new Listeners<TuiNews>((error) => log.error("tuis.listener", error));
  tuiNews.on(({ sessionId, agent, before }) => {
    sessionChanged.emit(sessionId);
    if (agent.state === "done" && before !== "done") sessions.touch(sessionId, { unread: true });
  });
  return { tuis: new AgentTuis({ ...parts, clock, log, noticesRoot, onChange: (news) => tuiNews.emit(news) }), tuiNews };
}

/** Runs, the prompts that wait for them, and what agents ask meanwhile. */
function composeRuns(base: Foundation, workspace: Workspace, programs: Programs & { lineage: ChatLineage }, review: Review) {
  const { agents, terminalsFor, sandbox, lineage } = programs;
  const { store, clock, log, scope, announce, settings, failpoint, leases, rows, runRecords, runFiles } = base;
  const { sessions, chats, projects } = workspace;
  const live = new LiveRuns();
  const permissions = new PermissionsService({
    ...review.asked,
    clock,
    policyOf: (sessionId) => sessions.find(sessionId)?.policy ?? "ask",
    append: (runId, body) => live.append(runId, body),
  });
  const services = {
    chats,
    sessions,
    projects,
    agents,
    permissions,
    ...review,
    terminals: { forAgent: terminalsFor },
    sandbox,
    settings: () => settings.value(),
  };
  const handovers = new Handovers({ records: runRecords, lineage, live, services });
  const runs = new RunsService({
    records: runRecords,
    insertion: new RunInsertion({ store, runs: rows.runs, clock }),
    handovers,
    live,
    leases,
    clock,
    log,
    failpoint,
    files: runFiles,
    announce: (run) => announce({ type: "run", run }),
    services,
  });
  const queue = new QueueService({ store, queue: new QueueRepository(store), chats, runs, clock, log });
  // Ended in reverse: runs first, so that they are marked before their agents and terminals go.
  scope.add(() => queue.dispose());
  scope.add(() => runs.dispose());
  const forks = new ChatForks({ records: runRecords, lineage, chats });
  return { permissions, runs, handovers, forks, queue };
}
