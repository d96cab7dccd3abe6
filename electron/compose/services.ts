import type { Run } from "../../shared/contract/runs.ts";
import type { FileProblem } from "../../shared/contract/settings.ts";
import type { AgentsService } from "../agents/agents.ts";
import { assistantId } from "../agents/catalog.ts";
import { ProjectsService } from "../projects/projects-service.ts";
import type { Services } from "../rpc/services.ts";
import { eventsOf } from "../runs/chat-lineage.ts";
import { ChatReader } from "../runs/chat-reader.ts";
import { ChatSummaries } from "../runs/chat-summaries.ts";
import { endWork } from "../sessions/end-work.ts";
import { activityOf } from "../sessions/session-activity.ts";
import { OneShots } from "../sessions/one-shots.ts";
import { ModelTags } from "../sessions/model-tags.ts";
import { ModelTitles } from "../sessions/model-titles.ts";
import { SessionRemoval } from "../sessions/session-removal.ts";
import { SessionsService } from "../sessions/sessions-service.ts";
import type { SettingsService } from "../settings/settings-service.ts";
import { StorageService } from "../storage/storage-service.ts";
import { StorageRepository } from "../store/storage.ts";
import { endProcess } from "../system/end-process.ts";
import { ownedProcesses } from "../system/owned-processes.ts";
import { SystemService } from "../system/system-service.ts";
import type { Foundation } from "./foundation.ts";
import type { Work } from "./work.ts";
import type { Workspace } from "./workspace.ts";

/** What the contract's verbs are carried out by: what came before, and the services that need all of it. */
export function composeServices(base: Foundation, workspace: Workspace, work: Work, gitVersion: string): Services {
  const { rows, clock, log, announce, settings } = base;
  const { files, layout, chats } = workspace;
  const { agents, terminals, permissions, checkpoints, changes, commits, runs, forks, handovers, lineage, queue } = work;
  const { sessions, sessionRemoval, oneShots } = composeSessions(base, workspace, work);
  const projects = new ProjectsService({
    rows: rows.projects,
    records: workspace.projects,
    trust: workspace.trust,
    git: base.git,
    clock,
    log,
    announce,
    userEnv: base.userEnv,
    homeDir: workspace.homeDir,
    dataDir: base.options.dataDir,
    removeSessions: (projectId) => sessionRemoval.removeAll(projectId),
    onTrusted: (projectId) => fillWorktrees(base, workspace, changes, projectId),
    onMoved: (projectId, path) => workspace.copies.projectMoved(projectId, path),
  });
  const chatReader = new ChatReader({
    events: eventsOf(base.runRecords, lineage),
    runs,
    queue: (chatId) => queue.view(chatId),
    chatExists: (chatId) => chats.find(chatId) !== null,
  });
  nameChats(base, workspace, work);
  const { version, host, dataDir, configDir } = base.options;
  const problems = (): FileProblem[] => fileProblems(settings, agents);
  base.problemsChanged.on(() => announce({ type: "file-problems", problems: problems() }));
  const system = new SystemService({
    info: { version, host, dataDir, configDir, gitVersion },
    warnings: () => [...base.store.warnings, ...base.notices, ...[base.shell.known()?.problem ?? []].flat()],
    updates: base.updates,
    clock,
    processes: () => ownedProcesses(work, (chatId) => chats.find(chatId)?.sessionId),
    endProcess: (pid) =>
      endProcess(pid, [agents, terminals, work.servers, work.embeddedModels], (left) => work.orphans.end(left)),
    state: async () => ({
      settings: settings.value(),
      fileProblems: problems(),
      projects: projects.overview(base.scope.signal),
      sessions: sessions.listAll(),
      chats: chats.listAll(),
      agents: agents.list(),
      activeRuns: runs.listOpen(),
      inbox: permissions.inbox(),
      terminals: terminals.listAll(),
    }),
  });
  return {
    ...{
      agents,
      alarms: work.alarms,
      changes,
      commits,
      chats,
      chatReader,
      ...{ forks, handovers },
      summaries: composeSummaries(base, workspace, work),
      checkpoints,
    },
    ...{ files, layout, live: work.live, mcp: work.mcp, mcpImports: work.mcpImports, permissions, projects, queue, runs },
    ...{ sessions, sessionRemoval, oneShots, settings, system, terminals, tuis: work.tuis, sandbox: work.sandbox },
    ...{ models: work.models, embedded: work.embedded, rules: work.asked.rules },
    ...{ storage: composeStorage(base, workspace, sessions) },
  };
}

/** Behind whoever trusts: one worktree after the other. */
function fillWorktrees({ log, scope }: Foundation, { copies }: Workspace, changes: Work["changes"], projectId: string): void {
  const worktrees = copies.list().filter((copy) => copy.projectId === projectId && copy.kind === "worktree");
  const fill = async (): Promise<void> => {
    for (const { sessionId } of worktrees) {
      await changes.fill(sessionId);
      await copies.noteFilled(sessionId);
    }
  };
  const filled = fill().catch((error: unknown) => log.error("changes.fill", error, { projectId }));
  const forget = scope.add(() => filled);
  void filled.finally(forget);
}

/** By the helper model: where that is the chat's own, that is the one of the latest turn of Hearth's own agent in the session. */
function composeSummaries({ rows }: Foundation, { chats }: Workspace, { helper, handovers }: Work): ChatSummaries {
  return new ChatSummaries({
    findChat: (id) => chats.find(id),
    account: (chatId) => handovers.account(chatId),
    summarize: (account, sessionId, signal) => helper.summary(account, rows.runs.latestModelOf(sessionId, assistantId), signal),
  });
}

/** By the helper model, once a chat's first turn is over: its title, and its session's tags. */
function nameChats({ updates, scope, log }: Foundation, { chats, sessions }: Workspace, { helper }: Work): void {
  const modelOf = ({ agentId, resolvedModelId }: Run): string | null => (agentId === assistantId ? resolvedModelId : null);
  const titles = new ModelTitles({
    ask: (prompt, modelId) => helper.title(prompt, modelId),
    modelOf,
    isNamedBy: (chatId, prompt) => chats.isNamedBy(chatId, prompt),
    rename: (chatId, prompt, title) => scope.disposed || chats.renameFromPrompt(chatId, prompt, title),
    log,
  });
  const tags = new ModelTags({
    ask: (prompt, known, modelId) => helper.tags(prompt, known, modelId),
    modelOf,
    knownFor: (sessionId) => (scope.disposed ? null : sessions.tagsBeside(sessionId)),
    setTags: (sessionId, given) => sessions.setTags(sessionId, given),
    log,
  });
  const named = [titles, tags];
  scope.add(
    updates.on((update) => {
      if (update.type === "run") for (const each of named) each.runChanged(update.run);
    }),
  );
}

/** What is wrong in the files that a person writes by hand. */
function fileProblems(settings: SettingsService, agents: AgentsService): FileProblem[] {
  const ofSettings = settings.get();
  const ofAgents = agents.config();
  return [
    ...ofSettings.problems.map((problem) => ({ path: ofSettings.path, ...problem })),
    ...ofAgents.problems.map(({ entry, line, message }) => ({ path: ofAgents.path, field: entry, line, message })),
  ];
}

/** What takes room in the data folder, and letting go of it. Ends before the services that it asks. */
function composeStorage(base: Foundation, { copies, snapshots }: Workspace, sessions: SessionsService): StorageService {
  const { store, options, rows, clock, log, scope } = base;
  const storage = new StorageService({
    rows: new StorageRepository(store),
    dataDir: options.dataDir,
    projects: () => rows.projects.list(),
    copies: () => copies.list(),
    whyLost: (session) => sessions.whyLost(session),
    collect: snapshots.collect,
    clock,
    log,
    signal: scope.signal,
  });
  scope.add(() => storage.dispose());
  return storage;
}

function composeSessions(base: Foundation, workspace: Workspace, work: Work) {
  const { copies, projects, chats } = workspace;
  const { agents, terminals, tuis, checkpoints, counts, live, runs } = work;
  const { rows, leases, store, clock, log, announce } = base;
  const common = {
    rows: rows.sessions,
    copies,
    leases,
    checkpoints,
    clock,
    announce,
    forgetTerminals: (sessionId: string) => terminals.forgetSession(sessionId),
    endWork: (sessionId: string, folder: string | null) =>
      endWork({ chats: rows.chats, terminals, agents: agents.backend }, sessionId, folder),
  };
  const sessionRemoval = new SessionRemoval(common);
  const sessions = new SessionsService({
    ...common,
    removal: sessionRemoval,
    chats,
    agents,
    write: (work) => store.write(work),
    log,
    changed: base.sessionChanged,
    projectExists: (id) => projects.find(id) !== null,
    treeOf: (sessionId) => live.treeOf(sessionId),
    defaultPolicy: () => "ask",
    activityOf: (sessionId) => activityOf({ runs: base.runRecords, counts, tuis }, sessionId),
  });
  const oneShots = new OneShots({ ...common, sessions, records: workspace.sessions, removal: sessionRemoval, runs, log });
  return { sessions, sessionRemoval, oneShots };
}
