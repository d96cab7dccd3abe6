import type { Services } from "../rpc/services.ts";
import type { Foundation } from "./foundation.ts";
import { composeWork } from "./work.ts";
import { composeWorkspace, type Workspace } from "./workspace.ts";
import { recover } from "./recover.ts";
import { createSystemService } from "../system/system-service.ts";
import { createChatReader } from "../runs/chat-reader.ts";

/** Makes all services, joins them, and settles what an earlier core left open. */
export async function compose(base: Foundation, gitVersion: string): Promise<Services> {
  const workspace: Workspace = composeWorkspace(base, {
    facts: (sessionId) => work.facts(sessionId),
    release: (sessionId, copyPath) => work.release(sessionId, copyPath),
    checkpointBeforeRemoval: (sessionId) => work.checkpointBeforeRemoval(sessionId),
    restoreLatest: (sessionId) => work.restoreLatest(sessionId),
  });
  const work = composeWork(base, workspace);
  const system = createSystemService({
    info: {
      version: base.options.version,
      host: base.options.host,
      dataDir: base.options.dataDir,
      configDir: base.options.configDir,
      gitVersion,
    },
    warnings: () => [...base.store.warnings, ...base.notices, ...work.warnings()],
    updates: base.updates,
    clock: base.clock,
    processes: () => work.processes(),
    state: async () => ({
      settings: base.settings.value(),
      projects: workspace.projects.overview(base.scope.signal),
      sessions: workspace.sessions.listAll(),
      chats: workspace.chats.listAll(),
      agents: work.agents.list(),
      activeRuns: work.runs.listOpen(),
      inbox: work.permissions.inbox(),
      terminals: work.terminals.listAll(),
    }),
  });
  const reader = createChatReader({
    events: work.records,
    runs: work.runs,
    queue: (chatId) => work.queue.view(chatId),
    chatExists: (chatId) => workspace.chats.find(chatId) !== null,
  });
  await recover(base, workspace, work);
  return {
    ...workspace,
    ...work,
    system,
    settings: base.settings,
    chats: { ...workspace.chats, ...reader, agentSessions: work.agentSessions },
  };
}
