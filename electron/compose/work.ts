import type { AgentSession } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { createPermissionsService, type PermissionsService } from "../permissions/service.ts";
import { createOutputFiles } from "../runs/output-files.ts";
import { createQueueService } from "../runs/queue-service.ts";
import { RunInsertion } from "../runs/run-insertion.ts";
import { RunRecords } from "../runs/run-records.ts";
import { RunsService } from "../runs/runs-service.ts";
import { createPermissionRepository } from "../store/permissions.ts";
import { createQueueRepository } from "../store/queue.ts";
import type { Foundation } from "./foundation.ts";
import { composePrograms } from "./programs.ts";
import { composeReview } from "./review.ts";
import { createSessionFacts } from "./session-facts.ts";
import type { Workspace } from "./workspace.ts";

/** Agents, runs, and what they do to a session's files. */
export type Composed = ReturnType<typeof composeWork>;

export function composeWork(base: Foundation, workspace: Workspace) {
  const { store, clock, log, scope, announce, settings, failpoint } = base;
  const { sessions, chats, projects } = workspace;
  const { agents, terminals, ...programs } = composePrograms(base, workspace);
  const permissions: PermissionsService = createPermissionsService({
    repository: createPermissionRepository(store),
    clock,
    policyOf: (sessionId) => sessions.find(sessionId)?.policy ?? "ask",
    append: (runId, body) => runs.append(runId, body),
    announceInbox: () => announce({ type: "inbox", inbox: permissions.inbox() }),
  });
  const { checkpoints, changes } = composeReview(base, workspace);
  const records = new RunRecords({ store, runs: base.rows.runs, clock, log });
  const runs: RunsService = new RunsService({
    records,
    insertion: new RunInsertion({ store, runs: base.rows.runs, clock }),
    clock,
    log,
    failpoint,
    keepOutput: createOutputFiles(base.options.dataDir, log),
    leases: base.leases,
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
      terminals: { forAgent: programs.terminalsOf },
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
  scope.add(queue.dispose);
  scope.add(() => runs.dispose());

  function suggestTitle(chatId: string, text: string): void {
    const chat = chats.find(chatId);
    if (!chat) return;
    chats.titleFromPrompt(chatId, text);
    sessions.titleFromPrompt(chat.sessionId, text);
  }

  return {
    agents,
    terminals,
    permissions,
    checkpoints,
    changes,
    records,
    runs,
    queue,
    facts: createSessionFacts({ runs: records, changes }),
    warnings: programs.warnings,
    processes: programs.processes,
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
