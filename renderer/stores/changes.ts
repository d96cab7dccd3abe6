import { create } from "zustand";
import type { CommittableFiles, FileDiff, PendingChange } from "../../shared/contract/changes.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import type { ChangeCount } from "../../shared/contract/sessions.ts";
import { onAppUpdate, useApp, useSession } from "./app.ts";

/** What is pending in a session as last heard. After a failure the changes shown before stay, with the failure beside them. */
export type SessionChanges = {
  changes: PendingChange[] | null;
  /** What no snapshot holds, told beside the changes. */
  notCovered: PendingChange[];
  failure: CallFailure | null;
  /** Applied and not committed yet, where it was applied last. */
  committable: CommittableFiles;
};

export type LoadedDiff = { fingerprint: string; diff: FileDiff | null; failure: CallFailure | null };

type ChangesStore = {
  sessions: Record<string, SessionChanges>;
  diffs: Record<string, LoadedDiff>;
  /** Sessions whose files the core watches: what becomes of them is told without being asked for. */
  live: Record<string, boolean>;
};

const nothing: SessionChanges = {
  changes: null,
  notCovered: [],
  failure: null,
  committable: { paths: [], left: [], branch: null, place: null },
};
const keptDiffs = 12;

export const useChangesStore = create<ChangesStore>(() => ({ sessions: {}, diffs: {}, live: {} }));

export const useSessionChanges = (sessionId: string): SessionChanges => useChangesStore((s) => s.sessions[sessionId] ?? nothing);

/** The diff of a change, if it is the one of the content that is listed; an older one until then. */
export const useDiff = (sessionId: string, path: string): LoadedDiff | null =>
  useChangesStore((s) => s.diffs[diffKey(sessionId, path)] ?? null);

/** Whether an agent is at work in the session: until it is known what it began with, what it has changed is nobody's yet. */
export const useIsWorkedOn = (sessionId: string): boolean =>
  useApp((s) => s.app?.activeRuns.some((run) => run.sessionId === sessionId && run.status !== "queued") ?? false);

const noChanges = { files: 0, additions: 0, deletions: 0 };

/** How much is pending. Everyone who shows it reads this one value, which the core counts. */
export const useChangeCount = (sessionId: string): ChangeCount => useSession(sessionId)?.changes ?? noChanges;

/**
 * Has the core watch the files of a session that is on the screen, until the returned function is called. Where they can't
 * be watched they are looked at whenever the person comes back to the window.
 */
export function watchFiles(sessionId: string): () => void {
  const reading = new AbortController();
  const { signal } = reading;
  void readLive(sessionId, signal);
  window.addEventListener("focus", () => lookAgain(sessionId), { signal });
  return () => reading.abort();
}

async function readLive(sessionId: string, signal: AbortSignal): Promise<void> {
  const set = (live: boolean): void => useChangesStore.setState((state) => ({ live: { ...state.live, [sessionId]: live } }));
  try {
    for await (const { live } of await rpc.changes.watch({ id: sessionId }, { signal })) set(live);
  } catch {
    // The connection broke, or the session isn't shown any more.
  }
  set(false);
}

/** Something may have been written: has the core look, unless it sees by itself. */
export function lookAgain(sessionId: string): void {
  if (useChangesStore.getState().live[sessionId]) return;
  rpc.sessions.get({ id: sessionId }).catch(() => {
    // What is shown says itself that it can't be read.
  });
}

const loading = new Map<string, Promise<void>>();
const again = new Set<string>();

/** Fetches a session's changes. Asked again meanwhile, it fetches once more after, so that the last answer is the newest. */
export function loadChanges(sessionId: string): Promise<void> {
  const running = loading.get(sessionId);
  if (running) {
    again.add(sessionId);
    return running;
  }
  const work = fetchChanges(sessionId).finally(() => {
    loading.delete(sessionId);
    if (again.delete(sessionId)) void loadChanges(sessionId);
  });
  loading.set(sessionId, work);
  return work;
}

async function fetchChanges(sessionId: string): Promise<void> {
  try {
    const [changes, committable] = await Promise.all([
      rpc.changes.list({ id: sessionId, diff: false }),
      rpc.changes.committable({ id: sessionId }),
    ]);
    put(sessionId, { ...apart(changes), committable, failure: null });
  } catch (error) {
    put(sessionId, { failure: callFailure(error) });
  }
}

/** Takes what an action answered, ahead of the next fetch. */
export function putChanges(sessionId: string, changes: PendingChange[]): void {
  put(sessionId, { ...apart(changes), failure: null });
}

function apart(listed: PendingChange[]): Pick<SessionChanges, "notCovered"> & { changes: PendingChange[] } {
  return { changes: listed.filter((one) => !one.notCovered), notCovered: listed.filter((one) => one.notCovered) };
}

function put(sessionId: string, part: Partial<SessionChanges>): void {
  useChangesStore.setState((state) => ({
    sessions: { ...state.sessions, [sessionId]: { ...(state.sessions[sessionId] ?? nothing), ...part } },
  }));
}

export async function loadDiff(sessionId: string, change: { path: string; fingerprint: string }): Promise<void> {
  const key = diffKey(sessionId, change.path);
  const known = useChangesStore.getState().diffs[key];
  if (known?.fingerprint === change.fingerprint && known.diff) return;
  const loaded: LoadedDiff = { fingerprint: change.fingerprint, diff: null, failure: null };
  try {
    loaded.diff = await rpc.changes.diff({ id: sessionId, path: change.path });
  } catch (error) {
    loaded.failure = callFailure(error);
  }
  useChangesStore.setState((state) => {
    const { [key]: _old, ...others } = state.diffs;
    return { diffs: { ...Object.fromEntries(Object.entries(others).slice(-(keptDiffs - 1))), [key]: loaded } };
  });
}

function diffKey(sessionId: string, path: string): string {
  return `${sessionId}\0${path}`;
}

/** Sessions whose changes were looked at are kept up to date for the life of the page. */
onAppUpdate((update) => {
  const known = Object.keys(useChangesStore.getState().sessions);
  if (update.type === "changes" && known.includes(update.sessionId)) void loadChanges(update.sessionId);
  // A project's folder may be there again.
  if (update.type === "project")
    for (const id of known) if (useChangesStore.getState().sessions[id]?.failure) void loadChanges(id);
  if (update.type === "snapshot") for (const sessionId of known) void loadChanges(sessionId);
});
