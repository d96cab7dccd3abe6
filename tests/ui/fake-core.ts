/**
 * A core without a core: the contract's answers come from a state in memory, so that a page can be shown anything, lies
 * of an agent included. Owns a server on loopback that serves the built page; ends with `close`.
 */
import { implement } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { WebSocketServer } from "ws";
import { pagePolicy } from "../../electron/host/security-headers.ts";
import { contract } from "../../shared/contract/contract.ts";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { AppState, AppUpdate, ProcessInfo } from "../../shared/contract/system.ts";

const pageDir = path.resolve(import.meta.dirname, "../../out/renderer");
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export type FakeCore = {
  url: string;
  state: AppState;
  /** The calls that changed something: name and input. */
  calls: { verb: string; input: unknown }[];
  /** By session; a promise is waited for. */
  layouts: Map<string, unknown>;
  processes: ProcessInfo[];
  emit(update: AppUpdate): void;
  setInbox(inbox: InboxItem[]): void;
  /** Breaks every connection; the page may connect again. */
  drop(): void;
  close(): Promise<void>;
};

export async function startFakeCore(state: AppState): Promise<FakeCore> {
  const listeners = new Set<(update: AppUpdate) => void>();
  const calls: FakeCore["calls"] = [];
  const layouts = new Map<string, unknown>();
  const processes: ProcessInfo[] = [];
  const emit = (update: AppUpdate): void => listeners.forEach((listener) => listener(update));
  const setInbox = (inbox: InboxItem[]): void => {
    state.inbox = inbox;
    emit({ type: "inbox", inbox });
  };
  const handler = new RPCHandler(fakeRouter({ state, calls, layouts, processes, listeners, emit, setInbox }));
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://page").pathname;
    if (name === "/auth/exchange") {
      response.setHeader("content-type", "application/json").end('{"csrf":"x"}');
      return;
    }
    const file = path.join(pageDir, path.posix.normalize(name === "/" ? "/index.html" : name));
    response.setHeader("content-security-policy", pagePolicy((server.address() as AddressInfo).port));
    readFile(file).then(
      (body) => response.setHeader("content-type", types[path.extname(file)] ?? "text/plain").end(body),
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server, path: "/ws" });
  sockets.on("connection", (socket) => void handler.upgrade(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = (): void => sockets.clients.forEach((socket) => socket.terminate());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    calls,
    layouts,
    processes,
    emit,
    setInbox,
    drop,
    async close() {
      drop();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Inside = Pick<FakeCore, "state" | "calls" | "layouts" | "processes" | "emit" | "setInbox"> & {
  listeners: Set<(update: AppUpdate) => void>;
};

/** Only what the frame and its cards call; anything else answers as an unknown procedure. */
function fakeRouter({ state, calls, layouts, processes, listeners, emit, setInbox }: Inside) {
  const os = implement(contract);
  const note = (verb: string, input: unknown): void => void calls.push({ verb, input });
  const take = (id: string): InboxItem => {
    const item = state.inbox.find((candidate) => candidate.id === id);
    if (!item) throw new Error(`Nothing waits as ${id}`);
    setInbox(state.inbox.filter((candidate) => candidate !== item));
    return item;
  };
  return {
    system: {
      health: os.system.health.handler(() => ({ status: "ok" as const })),
      watch: os.system.watch.handler(({ signal }) => watch(state, listeners, signal)),
      processes: os.system.processes.handler(() => processes),
      endProcess: os.system.endProcess.handler(({ input }) => {
        note("system.endProcess", input);
        return { ended: true as const };
      }),
    },
    agents: Object.fromEntries(
      (["install", "stopInstall", "lookForUpdate", "uninstall"] as const).map((verb) => [
        verb,
        os.agents[verb].handler(({ input }) => {
          note(`agents.${verb}`, input);
          const found = state.agents.find(({ id }) => id === input.id);
          if (!found) throw new Error(`There is no agent ${input.id}`);
          return found;
        }),
      ]),
    ),
    layout: {
      get: os.layout.get.handler(async ({ input }) => ({ document: (await layouts.get(input.sessionId)) ?? null })),
      save: os.layout.save.handler(({ input }) => {
        layouts.set(input.sessionId, input.document);
        return { saved: true as const };
      }),
    },
    chats: {
      list: os.chats.list.handler(({ input }) => state.chats.filter((chat) => chat.sessionId === input.sessionId)),
      create: os.chats.create.handler(({ input }) => {
        const tabNumber = state.chats.length + 1;
        const chat = {
          id: `new${tabNumber}`,
          sessionId: input.sessionId,
          tabNumber,
          title: "",
          lastAgentId: null,
          archived: false,
          handover: true,
          forkedAt: null,
          createdAt: now,
        };
        state.chats.push(chat);
        emit({ type: "chat", chat });
        return chat;
      }),
      watch: os.chats.watch.handler(async function* ({ input, signal }) {
        yield {
          type: "snapshot" as const,
          turns: [],
          more: false,
          queue: { chatId: input.id, items: [], held: false, reason: null },
          cursor: 0,
        };
        await aborted(signal);
      }),
      getDraft: os.chats.getDraft.handler(({ input }) => ({ chatId: input.id, blocks: [], updatedAt: null })),
      agentSessions: os.chats.agentSessions.handler(() => []),
    },
    settings: {
      patch: os.settings.patch.handler(({ input }) => {
        note("settings.patch", input);
        state.settings = { ...state.settings, ...input };
        emit({ type: "settings", settings: state.settings });
        return { settings: state.settings, path: "/settings.json", problems: [] };
      }),
    },
    permissions: {
      answer: os.permissions.answer.handler(({ input }) => {
        note("permissions.answer", input);
        const item = take(input.id);
        if (item.kind !== "permission") throw new Error("That is a question");
        return item.permission;
      }),
      answerQuestion: os.permissions.answerQuestion.handler(({ input }) => {
        note("permissions.answerQuestion", input);
        const item = take(input.id);
        if (item.kind !== "question") throw new Error("That is a permission");
        return item.question;
      }),
      dismissAlarm: os.permissions.dismissAlarm.handler(({ input }) => {
        note("permissions.dismissAlarm", input);
        const item = take(input.id);
        if (item.kind !== "alarm") throw new Error("That is no alarm");
        return item.alarm;
      }),
    },
  };
}

async function* watch(
  state: AppState,
  listeners: Set<(update: AppUpdate) => void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AppUpdate> {
  const queue: AppUpdate[] = [{ type: "snapshot", state }];
  let wake = (): void => undefined;
  const listener = (update: AppUpdate): void => {
    queue.push(update);
    wake();
  };
  listeners.add(listener);
  signal?.addEventListener("abort", () => wake(), { once: true });
  try {
    while (!signal?.aborted) {
      const update = queue.shift();
      if (update) yield update;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    listeners.delete(listener);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
}

export const now = "2026-11-20T10:00:00.000Z";

/** One project with two sessions, of which the first has two chats and changes. */
export function sampleState(): AppState {
  const session = (id: string, title: string): AppState["sessions"][number] => ({
    id,
    projectId: "p1",
    title,
    status: "open",
    policy: "ask",
    unaskedAgents: [],
    tags: [],
    activity: "idle",
    unread: false,
    agentIds: ["practice"],
    createdAt: now,
    updatedAt: now,
    changes: { files: 4, additions: 31, deletions: 8 },
    workingCopy: {
      id: `w-${id}`,
      kind: "worktree",
      path: `/worktrees/${id}`,
      branch: `hearth/${id}`,
      detachedAt: null,
      baseCommit: null,
      baseRef: "main",
      revisionId: null,
      broughtIn: null,
      state: "ready",
      detail: null,
    },
  });
  const chat = (id: string, tabNumber: number, title: string): AppState["chats"][number] => ({
    id,
    sessionId: "s1",
    tabNumber,
    title,
    lastAgentId: "practice",
    archived: false,
    handover: true,
    forkedAt: null,
    createdAt: now,
  });
  return {
    info: {
      version: "0",
      pid: 1,
      host: "serve",
      platform: "linux",
      dataDir: "/data",
      configDir: "/config",
      gitVersion: "2.39.5",
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
        name: "shop-api",
        path: "/shop-api",
        kind: "git",
        folder: "",
        repository: "/shop-api",
        trusted: true,
        trust: "trusted",
        missing: false,
        addedAt: now,
      },
    ],
    sessions: [session("s1", "cart rounding"), session("s2", "flaky test")],
    chats: [chat("c1", 1, "Round totals"), chat("c2", 2, "Second thoughts")],
    agents: [
      {
        id: "practice",
        label: "Practice",
        description: "Does what it is told.",
        homepage: null,
        installHint: null,
        package: null,
        install: null,
        keys: [],
        licence: null,
        wellKnown: false,
        found: "yes",
        forPractice: false,
        signIn: [],
        tui: null,
        askingSince: null,
        source: "built-in",
        enabled: true,
        status: "ready",
        reason: null,
        version: "1",
        path: null,
        checkedAt: now,
        asks: "yes",
        changedUnaskedAt: null,
        policyModes: {},
        looseModes: {},
        options: { models: [], modes: [], thinkingLevels: [], commands: [] },
      },
    ],
    activeRuns: [],
    inbox: [],
    terminals: [],
    fileProblems: [],
  };
}
