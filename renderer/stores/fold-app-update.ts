import { assertNever } from "../../shared/result.ts";
import type { RunStatus } from "../../shared/contract/runs.ts";
import type { AppState, AppUpdate } from "../../shared/contract/system.ts";
import { subjectOf } from "../../shared/inbox.ts";
import type { AppStore } from "./app.ts";

const endedStatuses: ReadonlySet<RunStatus> = new Set(["completed", "failed", "cancelled", "interrupted"]);

/** One update further. Pure; lists and entries that didn't change keep their identity. */
export function foldAppUpdate(store: AppStore, update: AppUpdate): Partial<AppStore> {
  if (update.type === "snapshot") return { app: update.state, ...moveAllVersions(store) };
  if (update.type === "changes") return { changesVersion: bump(store.changesVersion, update.sessionId) };
  if (update.type === "checkpoints") return { checkpointsVersion: bump(store.checkpointsVersion, update.sessionId) };
  if (update.type === "agent-sessions") return { agentSessionsVersion: bump(store.agentSessionsVersion, update.chatId) };
  if (!store.app) return {};
  return { app: { ...store.app, ...foldNoun(store.app, update) } };
}

type NounUpdate = Exclude<AppUpdate, { type: "snapshot" | "changes" | "checkpoints" | "agent-sessions" }>;

function foldNoun(app: AppState, update: NounUpdate): Partial<AppState> {
  switch (update.type) {
    case "project":
      return { projects: upsert(app.projects, update.project) };
    case "session":
      return { sessions: upsert(app.sessions, update.session) };
    case "chat":
      return { chats: upsert(app.chats, update.chat) };
    case "agent":
      return { agents: upsert(app.agents, update.agent) };
    case "run":
      return {
        activeRuns: endedStatuses.has(update.run.status)
          ? without(app.activeRuns, update.run.id)
          : upsert(app.activeRuns, update.run),
      };
    case "terminal":
      return { terminals: upsert(app.terminals, update.terminal) };
    case "settings":
      return { settings: update.settings };
    case "file-problems":
      return { fileProblems: update.problems };
    case "inbox":
      return { inbox: update.inbox };
    case "removed":
      return foldRemoved(app, update.noun, update.id);
    // Who shows them listens by itself.
    case "embedded-models":
    case "resync":
      return {};
    default:
      return assertNever(update);
  }
}

function foldRemoved(app: AppState, noun: "project" | "session" | "terminal", id: string): Partial<AppState> {
  if (noun === "terminal") return { terminals: without(app.terminals, id) };
  if (noun === "session") return withoutSessions(app, (session) => session.id === id);
  return { projects: without(app.projects, id), ...withoutSessions(app, (session) => session.projectId === id) };
}

function withoutSessions(app: AppState, gone: (session: AppState["sessions"][number]) => boolean): Partial<AppState> {
  const ids = new Set(app.sessions.filter(gone).map((session) => session.id));
  return {
    sessions: app.sessions.filter((session) => !ids.has(session.id)),
    chats: app.chats.filter((chat) => !ids.has(chat.sessionId)),
    activeRuns: app.activeRuns.filter((run) => !ids.has(run.sessionId)),
    terminals: app.terminals.filter((terminal) => !ids.has(terminal.sessionId)),
    inbox: app.inbox.filter((item) => !ids.has(subjectOf(item).sessionId)),
  };
}

function upsert<T extends { id: string }>(list: T[], item: T): T[] {
  const at = list.findIndex((other) => other.id === item.id);
  return at === -1 ? [...list, item] : list.with(at, item);
}

function without<T extends { id: string }>(list: T[], id: string): T[] {
  return list.some((item) => item.id === id) ? list.filter((item) => item.id !== id) : list;
}

function bump(versions: Record<string, number>, id: string): Record<string, number> {
  return { ...versions, [id]: (versions[id] ?? 0) + 1 };
}

/** After a break nobody knows what became of them meanwhile. */
function moveAllVersions(store: AppStore): Omit<AppStore, "app"> {
  const move = (versions: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(versions).map(([id, count]) => [id, count + 1]));
  return {
    changesVersion: move(store.changesVersion),
    checkpointsVersion: move(store.checkpointsVersion),
    agentSessionsVersion: move(store.agentSessionsVersion),
  };
}
