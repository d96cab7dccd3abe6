import { describe, expect, it } from "vitest";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { Run, RunStatus } from "../../shared/contract/runs.ts";
import type { TuiState } from "../../shared/contract/terminal-agent.ts";
import type { Terminal } from "../../shared/contract/terminals.ts";
import type { AppState } from "../../shared/contract/system.ts";
import { newsOf } from "./news.ts";

const at = "2026-11-20T10:00:00.000Z";
const run = (status: RunStatus): Run => ({
  id: "r1",
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
  error: status === "failed" ? { code: "X", message: "It broke." } : null,
  timings: {},
  usage: null,
  createdAt: at,
  endedAt: null,
  lastSeq: 0,
});
const item: InboxItem = {
  kind: "question",
  id: "q1",
  at,
  question: {
    id: "q1",
    runId: "r1",
    chatId: "c1",
    sessionId: "s1",
    projectId: "p1",
    agentId: "practice",
    asker: null,
    kind: "question",
    message: "?",
    status: "open",
    createdAt: at,
  },
};
const state = (more: Partial<AppState> = {}): AppState => ({
  info: { version: "0", pid: 1, host: "serve", platform: "linux", dataDir: "", configDir: "", gitVersion: null, warnings: [] },
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
  projects: [],
  sessions: [],
  chats: [],
  agents: [],
  activeRuns: [run("running")],
  inbox: [],
  terminals: [],
  fileProblems: [],
  ...more,
});
const unseen = (): boolean => false;

describe("newsOf", () => {
  it("tells of a new ask once", () => {
    const update = { type: "inbox" as const, inbox: [item] };
    expect(newsOf(update, state(), state({ inbox: [item] }), unseen)).toEqual([
      { kind: "needsYou", tab: { kind: "chat", id: "c1" }, title: "practice has a question", body: "New session" },
    ]);
    expect(newsOf(update, state({ inbox: [item] }), state({ inbox: [item] }), unseen)).toEqual([]);
  });

  it("tells of a run that ends, with the reason when it failed", () => {
    const end = (status: RunStatus): string[] =>
      newsOf({ type: "run", run: run(status) }, state(), state({ activeRuns: [] }), unseen).map(
        (news) => `${news.title}: ${news.body}`,
      );
    expect(end("completed")).toEqual(["practice is done: New session"]);
    expect(end("failed")).toEqual(["practice failed: It broke.\nNew session"]);
    expect(end("cancelled")).toEqual([]);
    expect(end("waiting")).toEqual([]);
  });

  it("tells of an agent on a terminal whose turn has ended, once, and of one that waits", () => {
    const terminal = (agentState: TuiState): Terminal => ({
      ...{ id: "t1", sessionId: "s1", title: "", cwd: "/", cols: 80, rows: 24, owner: null, status: "running", exitCode: null },
      agent: { id: "practice", state: agentState, evidence: { kind: "hook", text: "" }, at, conversation: null },
      createdAt: at,
    });
    const [working, done] = [terminal("working"), terminal("done")];
    const update = { type: "terminal" as const, terminal: done };
    expect(newsOf(update, state({ terminals: [working] }), state({ terminals: [done] }), unseen)).toEqual([
      { kind: "done", tab: { kind: "terminal", id: "t1" }, title: "practice is done", body: "New session" },
    ]);
    expect(newsOf(update, state({ terminals: [done] }), state({ terminals: [done] }), unseen)).toEqual([]);
    expect(newsOf(update, state(), state({ terminals: [done] }), unseen)).toEqual([]);
    const evidence = { kind: "bell" as const, text: "" };
    const waits = { id: "t1", sessionId: "s1", projectId: "p1", agentId: "practice", evidence };
    const inbox: InboxItem[] = [{ kind: "terminal", id: "t1", at, terminal: waits }];
    expect(newsOf({ type: "inbox", inbox }, state(), state({ inbox }), unseen)).toMatchObject([
      { kind: "needsYou", tab: { kind: "terminal", id: "t1" }, title: "practice waits for you in its terminal" },
    ]);
  });

  it("is silent about what is in front of the person, what is muted, and what it didn't see begin", () => {
    const update = { type: "run" as const, run: run("completed") };
    expect(newsOf(update, state(), state(), () => true)).toEqual([]);
    expect(newsOf(update, state({ activeRuns: [] }), state(), unseen)).toEqual([]);
    expect(newsOf(update, null, state(), unseen)).toEqual([]);
    const muted = state();
    muted.settings.notify.done = false;
    expect(newsOf(update, state(), muted, unseen)).toEqual([]);
  });
});
