import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import type { Alarm } from "../../shared/contract/permissions.ts";
import { settings } from "../../shared/contract/settings.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { ok } from "../../shared/result.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import type { ChatFacts, RunServices, SessionFacts } from "../runs/ports.ts";
import { ChatLineage } from "../runs/chat-lineage.ts";
import { Handovers } from "../runs/handovers.ts";
import { LiveRuns } from "../runs/live-runs.ts";
import { QueueService } from "../runs/queue-service.ts";
import { RunFiles } from "../runs/run-files.ts";
import { RunInsertion } from "../runs/run-insertion.ts";
import { RunRecords } from "../runs/run-records.ts";
import { RunsService } from "../runs/runs-service.ts";
import { openStore } from "../store/open.ts";
import { QueueRepository } from "../store/queue.ts";
import { RunRepository } from "../store/runs.ts";
import { Leases } from "../working-copies/leases.ts";
import { FakeBackend } from "./fake-backend.ts";
import { tempFolder } from "./temp-folder.ts";

/** Runs and queue on a real store, with a fake agent and small stand-ins for the services around. Time moves by hand. */
export function createRunBench(dir = tempFolder("runs")) {
  const clock = new ManualClock();
  const opened = openStore(dir, clock.now(), clock);
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const backend = new FakeBackend();
  const chats = new Map<string, ChatFacts>();
  const sessions = new Map<string, SessionFacts>();
  const held = new Set<string>();
  const cancelledAsks: string[] = [];
  const recorded: unknown[] = [];
  let trees = 0;

  function addSession(id: string, chatIds: string[]): void {
    const now = clock.now();
    store.sqlite
      .prepare(
        "INSERT OR IGNORE INTO projects (id, name, path, real_path, kind, added_at) VALUES ('prj', 'p', '/p', '/p', 'git', ?)",
      )
      .run(now);
    store.sqlite
      .prepare("INSERT OR IGNORE INTO sessions (id, project_id, title, created_at, updated_at) VALUES (?, 'prj', '', ?, ?)")
      .run(id, now, now);
    sessions.set(id, {
      id,
      projectId: "prj",
      status: "open",
      policy: "ask",
      unaskedAgents: [],
      oneShot: false,
      copy: { id: `copy-${id}`, kind: "worktree", path: `/w/${id}`, folder: "", state: "ready", revisionId: "tree-0" },
    });
    for (const [index, chatId] of chatIds.entries()) {
      store.sqlite
        .prepare("INSERT OR IGNORE INTO chats (id, session_id, tab_number, title, created_at) VALUES (?, ?, ?, '', ?)")
        .run(chatId, id, index + 1, now);
      chats.set(chatId, {
        id: chatId,
        sessionId: id,
        tabNumber: index + 1,
        title: "",
        lastAgentId: null,
        archived: false,
        handover: true,
      });
    }
  }

  const alarms: Alarm[] = [];
  const checkpoints: Checkpoint[] = [];
  const services: RunServices = {
    chats: {
      find: (id) => chats.get(id) ?? null,
      setLastAgent: () => {},
      suggestTitle: () => {},
      titleFromAgent: () => {},
      isHeld: (id) => held.has(id),
      setHeld: (id, on) => void (on ? held.add(id) : held.delete(id)),
    },
    sessions: {
      find: (id) => sessions.get(id) ?? null,
      whenReady: async () => "ready",
      revisionOf: async (id) => sessions.get(id)?.copy.revisionId ?? null,
      setRevision: () => {},
      touch: () => {},
    },
    projects: { requireTrusted: async () => ok(null) },
    agents: {
      definitionOf: () => ({ silenceLimitSeconds: 600, leavesCommands: true }),
      backend,
      list: () => [],
      get: (id) => services.agents.list().find((agent) => agent.id === id) ?? null,
      capabilities: () => [],
      checkUsable: () => ok(null),
      noteUnasked: () => {},
      addUsage: () => {},
    },
    permissions: {
      request: () => new Promise(() => {}),
      authorize: async () => true,
      ask: () => new Promise(() => {}),
      unasked: () => [],
      cancelRun: (runId) => void cancelledAsks.push(runId),
    },
    alarms: {
      raise: (turn, paths, checkpointId) => {
        const { workingCopyPath: _, ...ids } = turn;
        const alarm = { id: `alarm-${alarms.length + 1}`, ...ids, message: "Changed without asking", paths: [...paths] };
        const raised = { ...alarm, checkpointId, status: "open" as const, createdAt: new Date(clock.now()).toISOString() };
        alarms.push(raised);
        return raised;
      },
    },
    checkpoints: {
      take: async (sessionId, kind, { runId }) => {
        trees += 1;
        const checkpoint = {
          id: `chk-${trees}`,
          sessionId,
          runId,
          kind,
          label: null,
          revisionId: `tree-${trees}`,
          skipped: [],
          createdAt: new Date(clock.now()).toISOString(),
        };
        checkpoints.unshift(checkpoint);
        return ok(checkpoint);
      },
      list: (sessionId) => ok(checkpoints.filter((one) => one.sessionId === sessionId)),
    },
    changes: {
      filesOfRuns: () => Promise.resolve(new Map()),
      recordRun: async (_sessionId, run) => {
        recorded.push(run);
        return [];
      },
    },
    sandbox: { problem: async () => null },
    terminals: {
      forAgent: () => ({
        create: () => Promise.reject(new Error("not used")),
        output: () => null,
        waitForExit: async () => null,
        kill: async () => {},
        release: async () => {},
      }),
    },
    settings: () => settings.parse({ maxConcurrentRuns: 2 }),
  };

  const runRepository = new RunRepository(store);
  const leases = new Leases({ log: silentLog });
  const files = new RunFiles({ dataDir: dir, log: silentLog });
  const records = new RunRecords({ store, runs: runRepository, clock, log: silentLog });
  const live = new LiveRuns();
  const handovers = new Handovers({ records, lineage: new ChatLineage(records, () => null), live, services });
  const runs = new RunsService({
    records,
    handovers,
    insertion: new RunInsertion({ store, runs: runRepository, clock }),
    live,
    leases,
    services,
    clock,
    log: silentLog,
    announce: () => {},
    failpoint: () => {},
    files,
  });
  const queue = new QueueService({
    store,
    queue: new QueueRepository(store),
    chats: services.chats,
    runs,
    clock,
    log: silentLog,
  });
  addSession("ses-a", ["chat-1", "chat-2"]);
  addSession("ses-b", ["chat-3"]);
  addSession("ses-c", ["chat-4"]);

  return {
    dir,
    clock,
    store,
    backend,
    services,
    leases,
    runs,
    handovers,
    queue,
    runRepository,
    files,
    records,
    held,
    cancelledAsks,
    recorded,
    events: (runId: string): RunEvent[] => runRepository.readRun(runId, 0, 100_000),
    async start(
      chatId: string,
      text = "go",
      more: { idempotencyKey?: string; now?: boolean; baseRevisionId?: string; modelId?: string } = {},
    ) {
      const created = await runs.create({ chatId, agentId: "fake", modelId: null, prompt: [{ type: "text", text }], ...more });
      if (!created.ok) throw Object.assign(new Error(created.error.code), created.error);
      return created.value;
    },
  };
}
