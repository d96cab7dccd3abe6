import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { failure } from "../../shared/errors.ts";
import { fail, type Result } from "../../shared/result.ts";
import { noLimits } from "../../shared/turn-limits.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import type {
  AgentAsk,
  AgentFailure,
  AgentHost,
  AgentSessionHandle,
  AgentUpdate,
  PermissionOutcome,
  PromptRequest,
  QuestionAsk,
  QuestionOutcome,
} from "../agents/port.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { AgentsService, type AgentsDeps } from "../agents/agents.ts";
import { builtInAgents, connectors } from "../agents/catalog.ts";
import { programKind } from "../agents/programs/backend.ts";
import type { PoolLimits } from "../agents/programs/pool.ts";
import { systemClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { Scope } from "../lib/scope.ts";
import type { ShellEnvironment } from "../lib/shell-env.ts";
import { AgentFactsRepository } from "../store/agent-facts.ts";
import { AgentProofRepository } from "../store/agent-proofs.ts";
import { AgentSessionRepository } from "../store/agent-sessions.ts";
import { openStore, type Store } from "../store/open.ts";
import { ownPrograms } from "./own-programs.ts";
import { ProcessRepository } from "../store/processes.ts";
import { TranscriptRepository } from "../store/transcripts.ts";
import { removeFolder } from "./remove-folder.ts";

/** Agents with a store, folders and an environment of their own, for tests with real children. */
export type AgentKit = {
  agents: AgentsService;
  store: Store;
  scope: Scope;
  dir: string;
  dataDir: string;
  workingCopy: string;
  announced: AppUpdate[];
  deps: AgentsDeps;
  tryOpen(
    host: AgentHost,
    agentId?: string,
    chatId?: string,
    signal?: AbortSignal,
  ): Promise<Result<AgentSessionHandle, AgentFailure>>;
  /** Throws where the session can't be opened. */
  open(host: AgentHost, agentId?: string, chatId?: string): Promise<AgentSessionHandle>;
  /** One turn of the fake agent: words that it says again, or its steps. */
  turn(host: AgentHost, steps: string | object[], agentId?: string): ReturnType<AgentSessionHandle["prompt"]>;
  dispose(): Promise<void>;
};

export const practiceMain = ownPrograms.practiceAgent;
export const opencodePluginMain = path.resolve(import.meta.dirname, "../../resources/opencode-plugin/main.ts");
export const fakeMain = path.resolve(import.meta.dirname, "fake-agent.ts");

/** `modes`: agent id → arguments of the fake agent. */
export function openAgentKit(
  options: {
    modes?: Record<string, string[]>;
    dir?: string;
    env?: Record<string, string>;
    limits?: Partial<PoolLimits>;
  } & Partial<AgentsDeps> = {},
): AgentKit {
  const dir = options.dir ?? realpathSync(mkdtempSync(path.join(os.tmpdir(), "hearth-agents-")));
  const dataDir = path.join(dir, "data");
  const configDir = path.join(dir, "config");
  const workingCopy = path.join(dir, "copy");
  for (const folder of [dataDir, configDir, workingCopy, path.join(dir, "home")]) mkdirSync(folder, { recursive: true });
  const fakes = Object.entries(options.modes ?? {}).map(([id, args]) => [
    id,
    { command: process.execPath, args: [fakeMain, ...args] },
  ]);
  if (fakes.length > 0) writeFileSync(path.join(configDir, "agents.json"), JSON.stringify(Object.fromEntries(fakes)));
  const opened = openStore(dataDir, Date.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  seedChats(store, ["chat-1", "chat-2", "chat-3", "chat-4", "chat-5"]);
  const shell: ShellEnvironment = { env: privateEnvironment(dir, options.env), source: "shell", problem: null };
  const scope = new Scope();
  const announced: AppUpdate[] = [];
  const deps: AgentsDeps = {
    sessions: new AgentSessionRepository(store),
    facts: new AgentFactsRepository(store),
    proofs: new AgentProofRepository(store),
    processes: new ProcessRepository(store),
    transcripts: new TranscriptRepository(store),
    clock: systemClock,
    log: silentLog,
    failpoint: () => {},
    shell: { get: async () => shell, known: () => shell, refresh: async () => shell },
    configDir,
    dataDir,
    kinds: { program: programKind(connectors, options.limits) },
    builtIn: builtInAgents(
      {
        command: process.execPath,
        args: [practiceMain, "--state", path.join(dataDir, "practice-agent")],
      },
      opencodePluginMain,
    ),
    openTerminal: () => failure("TERMINAL_FAILED", "No terminals in this test"),
    isTrusted: async () => true,
    vault: null,
    mcpServers: { of: async () => [], mark: () => "", unused: () => {} },
    budget: () => ({ idleMs: 30 * 60_000, memoryBytes: Number.POSITIVE_INFINITY }),
    placeOfChat: async () => ({ projectId: "p", workingCopyPath: workingCopy, folder: "" }),
    node: process.execPath,
    makeRepository: async () => {},
    announce: (update) => announced.push(update),
    onProblems: () => {},
    scope,
    ...options,
  };
  const agents = new AgentsService(deps);
  const tryOpen: AgentKit["tryOpen"] = (host, agentId = "fake", chatId = "chat-1", signal = new AbortController().signal) =>
    agents.backend.open({ chatId, agentId, projectId: "p", workingCopyPath: workingCopy, folder: "", host }, signal);
  const open: AgentKit["open"] = async (...request) => {
    const opened = await tryOpen(...request);
    if (!opened.ok) throw new Error(`${opened.error.type}: ${opened.error.message}`);
    return opened.value;
  };
  return {
    agents,
    store,
    scope,
    dir,
    dataDir,
    workingCopy,
    announced,
    deps,
    tryOpen,
    open,
    turn: async (host, steps, agentId) => (await open(host, agentId)).prompt(textPrompt(steps)),
    async dispose() {
      await scope.dispose();
      store.close();
      if (options.dir === undefined) removeFolder(dir);
    },
  };
}

/** HOME and XDG folders below `dir`, and nothing of this process but its PATH. */
export function privateEnvironment(dir: string, more: Record<string, string> = {}): Record<string, string> {
  const home = path.join(dir, "home");
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    XDG_STATE_HOME: path.join(home, ".local/state"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    TMPDIR: os.tmpdir(),
    ...more,
  };
}

function seedChats(store: Store, chatIds: string[]): void {
  const { sqlite } = store;
  sqlite.exec(`INSERT OR IGNORE INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'plain', 0);
    INSERT OR IGNORE INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', 's', 0, 0);`);
  const insert = sqlite.prepare(
    "INSERT OR IGNORE INTO chats (id, session_id, tab_number, title, created_at) VALUES (?, 's', ?, '', 0)",
  );
  chatIds.forEach((id, index) => insert.run(id, index + 1));
}

/** A host that records all, allows what it is told to, and answers questions. */
export class TestHost implements AgentHost {
  readonly updates: AgentUpdate[] = [];
  readonly asks: AgentAsk[] = [];
  readonly authorized: PermissionAction[] = [];
  readonly questions: QuestionAsk[] = [];
  answer: (ask: AgentAsk) => PermissionOutcome | Promise<PermissionOutcome> = (ask) => {
    const option = ask.options.find((entry) => entry.effect === "allow" && entry.lasts === "once");
    return option ? { kind: "selected", optionId: option.id, allowed: true } : { kind: "cancelled" };
  };
  authorizes: (action: PermissionAction) => boolean | Promise<boolean> = () => true;
  reply: (question: QuestionAsk) => QuestionOutcome = () => ({ kind: "declined" });
  terminals: AgentHost["terminals"] = {
    create: async () => fail({ type: "unsupported", message: "No terminals in this test" }),
    output: () => null,
    waitForExit: async () => null,
    kill: async () => {},
    release: async () => {},
  };

  get text(): string {
    return this.updates.map((update) => (update.type === "text" ? update.text : "")).join("");
  }

  onUpdate(update: AgentUpdate): void {
    this.updates.push(update);
  }

  async requestPermission(ask: AgentAsk, _signal: AbortSignal): Promise<PermissionOutcome> {
    this.asks.push(ask);
    return this.answer(ask);
  }

  async authorize(action: PermissionAction): Promise<boolean> {
    this.authorized.push(action);
    return this.authorizes(action);
  }

  async ask(question: QuestionAsk): Promise<QuestionOutcome> {
    this.questions.push(question);
    return this.reply(question);
  }
}

/** A prompt with the agent's defaults; a list becomes the fake agent's steps. */
export function textPrompt(words: string | object[], more: Partial<PromptRequest> = {}): PromptRequest {
  const text = typeof words === "string" ? words : JSON.stringify(words);
  return {
    blocks: [{ type: "text", text }],
    policy: "ask",
    modelId: null,
    modeId: null,
    thinkingLevel: null,
    limits: noLimits,
    ...more,
  };
}

/** Pids of running processes whose command line holds `mark`. */
export function processesWith(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.[0];
        return state !== "Z" && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(mark);
      } catch {
        // Ended between the list and the look.
        return false;
      }
    })
    .map(Number);
}
