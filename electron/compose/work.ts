import type { AgentSession } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { createAgents } from "../agents/agents.ts";
import { createChangesService } from "../changes/changes-service.ts";
import { identify } from "../lib/process.ts";
import { createShellEnvironment } from "../lib/shell-env.ts";
import { createPermissionsService, type PermissionsService } from "../permissions/service.ts";
import { createOutputFiles } from "../runs/output-files.ts";
import { createQueueService } from "../runs/queue-service.ts";
import { createRunsService, type RunsService } from "../runs/runs-service.ts";
import { createCheckpointsService } from "../snapshots/checkpoints.ts";
import { createAgentFactsRepository } from "../store/agent-facts.ts";
import { createAgentSessionRepository } from "../store/agent-sessions.ts";
import { createChangesRepository } from "../store/changes.ts";
import { createCheckpointRepository } from "../store/checkpoints.ts";
import { createPermissionRepository } from "../store/permissions.ts";
import { createProcessRepository } from "../store/processes.ts";
import { createQueueRepository } from "../store/queue.ts";
import { createTerminalRepository } from "../store/terminals.ts";
import type { OwnedProcess } from "../system/system-service.ts";
import { createAgentTerminals } from "../terminals/agent-terminals.ts";
import { createTerminalsService } from "../terminals/service.ts";
import type { Foundation } from "./foundation.ts";
import { createSessionFacts } from "./session-facts.ts";
import type { Workspace } from "./workspace.ts";

/** Agents, runs, and what they do to a session's files. */
export type Composed = ReturnType<typeof composeWork>;

export function composeWork(base: Foundation, workspace: Workspace) {
  const { store, clock, log, scope, announce, settings, failpoint } = base;
  const { sessions, chats, copies, projects } = workspace;
  const processRows = createProcessRepository(store);
  const isBusy = (sessionId: string): boolean => runs.isBusy(sessionId);

  const shell = createShellEnvironment(base.env);
  const shellEnv = async (): Promise<Record<string, string>> => (await shell.get()).env;

  const agents = createAgents({
    sessions: createAgentSessionRepository(store),
    facts: createAgentFactsRepository(store),
    processes: processRows,
    clock,
    log,
    announce,
    scope,
    shell,
    configDir: base.options.configDir,
    dataDir: base.options.dataDir,
    // In the packaged app this program is Electron, which won't run as Node there; the login shell's Node is looked for.
    practiceAgentProgram: {
      command: process.versions["electron"] === undefined ? process.execPath : "node",
      args: [base.options.programs.practiceAgent],
    },
  });
  const terminals = createTerminalsService({
    repository: createTerminalRepository(store),
    clock,
    placeOf: workspace.placeOf,
    sessionExists: workspace.sessionExists,
    shellEnv,
    shell: () => settings.value().terminalShell,
    recordProcess: (pid, kind, label) => recordProcess(pid, kind, label),
    forgetProcess: (pid) => forgetProcess(pid),
    announce: (terminal) => announce({ type: "terminal", terminal }),
    announceRemoved: (id) => announce({ type: "removed", noun: "terminal", id }),
  });
  const permissions: PermissionsService = createPermissionsService({
    repository: createPermissionRepository(store),
    clock,
    policyOf: (sessionId) => sessions.find(sessionId)?.policy ?? "ask",
    append: (runId, body) => runs.append(runId, body),
    announceInbox: () => announce({ type: "inbox", inbox: permissions.inbox() }),
  });
  const checkpoints = createCheckpointsService({
    rows: createCheckpointRepository(store),
    snapshots: workspace.snapshots,
    copyOf: workspace.copyRefOf,
    clock,
    log,
    failpoint,
    isBusy,
    announce: (sessionId) => announce({ type: "checkpoints", sessionId }),
    onRestored: (sessionId, tree) => sessions.setRevision(sessionId, tree),
  });
  const changes = createChangesService({
    store: createChangesRepository(store),
    snapshots: workspace.snapshots,
    git: base.git,
    copies: {
      find: (sessionId) => sessionCopy(workspace, sessionId),
      setBaseline: copies.setBaseline,
      setRevision: (id, tree) => sessions.setRevision(id, tree),
    },
    checkpoints,
    isBusy,
    trusted: async (projectId) => (await projects.requireTrusted(projectId)).ok,
    clock,
    log,
    failpoint,
    announce: (update) => {
      announce(update);
      if (update.type === "changes") sessions.announce(update.sessionId);
    },
  });
  const runs: RunsService = createRunsService({
    store,
    clock,
    log,
    failpoint,
    keepOutput: createOutputFiles(base.options.dataDir, log),
    runs: base.rows.runs,
    announce: (run) => announce({ type: "run", run }),
    parts: {
      chats: { ...chats, suggestTitle: (chatId, text) => suggestTitle(chatId, text) },
      sessions: {
        find: (id) => sessions.find(id),
        whenReady: (id, signal) => sessions.whenReady(id, signal),
        setRevision: (id, tree) => sessions.setRevision(id, tree),
        touch: (id, what) => sessions.touch(id, what),
      },
      projects,
      agents,
      permissions,
      checkpoints,
      changes,
      terminals: {
        forAgent: (sessionId, agentId) =>
          createAgentTerminals({ service: terminals, placeOf: workspace.placeOf, shellEnv }, sessionId, agentId),
      },
      settings: settings.value,
    },
  });
  const queue = createQueueService({
    store,
    queue: createQueueRepository(store),
    chats: { ...chats, suggestTitle },
    runs,
    clock,
    log,
  });
  // Ended in reverse: runs first, so that they are marked before their agents and terminals go.
  scope.add(() => terminals.dispose());
  scope.add(queue.dispose);
  scope.add(() => runs.dispose());

  function suggestTitle(chatId: string, text: string): void {
    const chat = chats.find(chatId);
    if (!chat) return;
    chats.titleFromPrompt(chatId, text);
    sessions.titleFromPrompt(chat.sessionId, text);
  }

  function recordProcess(pid: number, kind: "terminal", label: string): void {
    const { startTicks } = identify(pid);
    if (startTicks !== null) processRows.add({ pid, startTicks, kind, label, tag: "", startedAt: clock.now() });
  }

  function forgetProcess(pid: number): void {
    for (const row of processRows.list()) if (row.pid === pid && row.kind === "terminal") processRows.remove(pid, row.startTicks);
  }

  return {
    agents,
    terminals,
    permissions,
    checkpoints,
    changes,
    runs,
    queue,
    facts: createSessionFacts({ runs: base.rows.runs, changes }),
    warnings: (): string[] => [shell.known()?.problem ?? []].flat(),
    processes: (): OwnedProcess[] => [
      ...agents.processes().map((child) => ({
        pid: child.pid,
        kind: child.kind,
        label: child.label,
        sessionIds: [...new Set(child.chatIds.flatMap((chatId) => chats.find(chatId)?.sessionId ?? []))],
        startedAtMs: Date.parse(child.startedAt),
      })),
      ...processRows
        .list()
        .filter((row) => row.kind === "terminal")
        .map((row) => ({
          pid: row.pid,
          kind: "terminal" as const,
          label: row.label,
          sessionIds: [],
          startedAtMs: row.startedAt,
        })),
    ],
    agentSessions(sessionId: string): Result<AgentSession[], Failure<"SESSION_NOT_FOUND">> {
      const list = chats.list(sessionId);
      return list.ok ? ok(agents.agentSessions(list.value.map((chat) => chat.id))) : list;
    },
    async release(sessionId: string, copyPath: string | null): Promise<void> {
      await terminals.stopSession(sessionId);
      const list = chats.list(sessionId);
      for (const chat of list.ok ? list.value : []) await agents.backend.closeChat(chat.id);
      if (copyPath !== null) await agents.backend.closeWorkingCopy(copyPath);
    },
    async checkpointBeforeRemoval(sessionId: string): Promise<Result<{ id: string }, Failure<"CHECKPOINT_FAILED">>> {
      const taken = await checkpoints.take(sessionId, "before-removal", {});
      return taken.ok ? taken : failure("CHECKPOINT_FAILED", taken.error.message);
    },
    async restoreLatest(sessionId: string): Promise<Result<null, Failure<"CHECKPOINT_FAILED">>> {
      const list = checkpoints.list(sessionId);
      const latest = list.ok ? list.value[0] : undefined;
      if (!latest) return ok(null);
      const restored = await checkpoints.restore(latest.id, { dryRun: false });
      return restored.ok ? ok(null) : failure("CHECKPOINT_FAILED", restored.error.message);
    },
  };
}

function sessionCopy(workspace: Workspace, sessionId: string) {
  const copy = workspace.copies.find(sessionId);
  const ref = workspace.copyRefOf(sessionId);
  if (!copy || !ref || copy.baselineTree === null || copy.state !== "ready") return null;
  const checkout = copy.kind === "in-place" ? ref : { ...ref, copyId: "checkout", path: copy.projectPath };
  return {
    copy: ref,
    checkout,
    kind: copy.kind,
    baselineTree: copy.baselineTree,
    revisionTree: copy.revisionTree,
    projectId: copy.projectId,
  };
}
