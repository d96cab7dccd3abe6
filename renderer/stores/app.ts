import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Agent } from "../../shared/contract/agents.ts";
import type { Chat } from "../../shared/contract/chats.ts";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { Project } from "../../shared/contract/projects.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import type { FileProblem, Settings } from "../../shared/contract/settings.ts";
import type { AppState, AppUpdate } from "../../shared/contract/system.ts";
import type { Terminal } from "../../shared/contract/terminals.ts";
import { rpc } from "../rpc.ts";
import { useConnection } from "./connection.ts";
import { foldAppUpdate } from "./fold-app-update.ts";

/**
 * The core's state as this page last heard it; null until the first snapshot.
 * `changesVersion` and `checkpointsVersion` count, per session, how often the core said that they are new, and
 * `agentSessionsVersion` per chat: whoever shows them fetches again when the count moves.
 */
export type AppStore = {
  app: AppState | null;
  changesVersion: Record<string, number>;
  checkpointsVersion: Record<string, number>;
  agentSessionsVersion: Record<string, number>;
};

export const useApp = create<AppStore>(() => ({
  app: null,
  changesVersion: {},
  checkpointsVersion: {},
  agentSessionsVersion: {},
}));

type Listener = (update: AppUpdate, before: AppState | null) => void;
const listeners = new Set<Listener>();

/** Each update right after it was folded in. Returns what takes the listener off. */
export function onAppUpdate(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows the core for the life of the page; begins again after a break or a `resync`. Call once. */
export async function followApp(): Promise<never> {
  for (;;) {
    const { epoch } = useConnection.getState();
    let resync = false;
    try {
      for await (const update of await rpc.system.watch({})) {
        if (update.type === "resync") {
          resync = true;
          break;
        }
        take(update);
      }
    } catch {
      // The connection broke; the frame says so, and the next round waits for the new one.
    }
    if (!resync) await nextConnection(epoch);
  }
}

function take(update: AppUpdate): void {
  const before = useApp.getState().app;
  useApp.setState((state) => foldAppUpdate(state, update));
  for (const listener of listeners) listener(update, before);
}

/** A watch that ended by itself on a living connection is tried again after a second. */
function nextConnection(epoch: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => useConnection.getState().state === "open" && done(), 1_000);
    const off = useConnection.subscribe((state) => state.epoch > epoch && done());
    if (useConnection.getState().epoch > epoch) done();
    function done(): void {
      clearTimeout(timer);
      off();
      resolve();
    }
  });
}

const none: never[] = [];

export const useProjects = (): Project[] => useApp((s) => s.app?.projects ?? none);
export const useProject = (id: string | null | undefined): Project | null =>
  useApp((s) => s.app?.projects.find((p) => p.id === id) ?? null);
export const useSessions = (): Session[] => useApp((s) => s.app?.sessions ?? none);
export const useSession = (id: string | null | undefined): Session | null =>
  useApp((s) => s.app?.sessions.find((x) => x.id === id) ?? null);
export const useChat = (id: string | null | undefined): Chat | null =>
  useApp((s) => s.app?.chats.find((c) => c.id === id) ?? null);
/** All chats of a session, archived ones too, by number. */
export const useSessionChats = (sessionId: string | null | undefined): Chat[] =>
  useApp(
    useShallow((s) => (s.app?.chats ?? none).filter((c) => c.sessionId === sessionId).sort((a, b) => a.tabNumber - b.tabNumber)),
  );
export const useAgents = (): Agent[] => useApp((s) => s.app?.agents ?? none);
export const useAgent = (id: string | null | undefined): Agent | null =>
  useApp((s) => s.app?.agents.find((a) => a.id === id) ?? null);
export const useInbox = (): InboxItem[] => useApp((s) => s.app?.inbox ?? none);
/** The chat's run that hasn't ended; the newest where several are queued. */
export const useActiveRun = (chatId: string | null | undefined): Run | null =>
  useApp((s) => s.app?.activeRuns.findLast((r) => r.chatId === chatId) ?? null);
export const useTerminal = (id: string | null | undefined): Terminal | null =>
  useApp((s) => s.app?.terminals.find((t) => t.id === id) ?? null);
/** What is wrong in the files that the person writes by hand. */
export const useFileProblems = (): FileProblem[] => useApp((s) => s.app?.fileProblems ?? none);
/** The person's settings; null before the first snapshot. */
export const useSettings = (): Settings | null => useApp((s) => s.app?.settings ?? null);
