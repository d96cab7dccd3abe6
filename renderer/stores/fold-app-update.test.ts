import { describe, expect, it } from "vitest";
import type { AppState } from "../../shared/contract/system.ts";
import type { AppStore } from "./app.ts";
import { foldAppUpdate } from "./fold-app-update.ts";

const at = "2026-11-20T10:00:00.000Z";
const session = (id: string, projectId = "p1"): AppState["sessions"][number] => ({
  id,
  projectId,
  title: id,
  status: "open",
  policy: "ask",
  unaskedAgents: [],
  tags: [],
  activity: "idle",
  unread: false,
  agentIds: [],
  createdAt: at,
  updatedAt: at,
  changes: { files: 0, additions: 0, deletions: 0 },
  workingCopy: {
    id: `w-${id}`,
    kind: "worktree",
    path: "/w",
    branch: "b",
    detachedAt: null,
    baseCommit: null,
    baseRef: null,
    revisionId: null,
    broughtIn: null,
    state: "ready",
    detail: null,
  },
});
const chat = (id: string, sessionId: string): AppState["chats"][number] => ({
  id,
  sessionId,
  tabNumber: 1,
  title: id,
  lastAgentId: null,
  archived: false,
  handover: true,
  forkedAt: null,
  createdAt: at,
});
const run = (id: string, status: AppState["activeRuns"][number]["status"]): AppState["activeRuns"][number] => ({
  id,
  chatId: "c1",
  sessionId: "s1",
  agentId: "practice",
  requestedModelId: null,
  resolvedModelId: null,
  modeId: null,
  thinkingLevel: null,
  workingCopyId: "w",
  baseRevisionId: null,
  status,
  reason: null,
  prompt: [],
  pause: null,
  stopReason: null,
  error: null,
  timings: {},
  usage: null,
  createdAt: at,
  endedAt: null,
  lastSeq: 0,
});

function store(): AppStore {
  const app: AppState = {
    info: {
      version: "0",
      pid: 1,
      host: "serve",
      platform: "linux",
      dataDir: "/d",
      configDir: "/c",
      gitVersion: null,
      warnings: [],
    },
    settings: {
      theme: "system",
      fontSize: 13,
      diffStyle: "unified",
      sidebarWidth: 260,
      sidebarOpen: true,
      defaultAgentId: null,
      favouriteModels: {},
      projectChoices: {},
      turnLimits: { calls: 100, requests: null, tokens: null },
      maxConcurrentRuns: 8,
      agentMemoryPercent: 25,
      agentIdleMinutes: 30,
      failUnrecoveredEdits: true,
      notify: { needsYou: true, done: true, failed: true },
      sandbox: "off",
      sandboxHosts: [],
      webSearchUrl: null,
      readSkills: true,
      terminalShell: null,
      terminalMarks: true,
      helperModel: "auto",
      modelIdleMinutes: 15,
      shortcuts: {},
    },
    projects: [
      {
        id: "p1",
        name: "p1",
        path: "/p1",
        kind: "git",
        folder: "",
        repository: "/p1",
        trusted: true,
        trust: "trusted",
        missing: false,
        addedAt: at,
      },
    ],
    sessions: [session("s1"), session("s2")],
    chats: [chat("c1", "s1"), chat("c2", "s2")],
    agents: [],
    activeRuns: [run("r1", "running")],
    inbox: [],
    terminals: [],
    fileProblems: [],
  };
  return { app, changesVersion: { s1: 4 }, checkpointsVersion: {}, agentSessionsVersion: {} };
}

describe("foldAppUpdate", () => {
  it("replaces an entry in place and leaves its neighbours alone", () => {
    const before = store();
    const after = foldAppUpdate(before, { type: "session", session: { ...session("s1"), title: "new" } });
    expect(after.app?.sessions.map((s) => s.title)).toEqual(["new", "s2"]);
    expect(after.app?.sessions[1]).toBe(before.app?.sessions[1]);
    expect(after.app?.chats).toBe(before.app?.chats);
  });

  it("drops a run once it has ended", () => {
    expect(foldAppUpdate(store(), { type: "run", run: run("r1", "waiting") }).app?.activeRuns).toHaveLength(1);
    expect(foldAppUpdate(store(), { type: "run", run: run("r1", "interrupted") }).app?.activeRuns).toEqual([]);
  });

  it("takes a removed session's chats and runs along", () => {
    const app = foldAppUpdate(store(), { type: "removed", noun: "session", id: "s1" }).app;
    expect(app?.sessions.map((s) => s.id)).toEqual(["s2"]);
    expect(app?.chats.map((c) => c.id)).toEqual(["c2"]);
    expect(app?.activeRuns).toEqual([]);
  });

  it("takes a removed project's sessions along", () => {
    const app = foldAppUpdate(store(), { type: "removed", noun: "project", id: "p1" }).app;
    expect(app?.projects).toEqual([]);
    expect(app?.sessions).toEqual([]);
    expect(app?.chats).toEqual([]);
  });

  it("moves every known version on a snapshot, because news may have been missed", () => {
    const before = store();
    expect(foldAppUpdate(before, { type: "changes", sessionId: "s1" }).changesVersion).toEqual({ s1: 5 });
    if (!before.app) throw new Error("no state");
    expect(foldAppUpdate(before, { type: "snapshot", state: before.app }).changesVersion).toEqual({ s1: 5 });
  });

  it("ignores what comes before the first snapshot", () => {
    expect(
      foldAppUpdate(
        { app: null, changesVersion: {}, checkpointsVersion: {}, agentSessionsVersion: {} },
        { type: "inbox", inbox: [] },
      ),
    ).toEqual({});
  });
});
