import * as z from "zod";
import { fail, ok } from "../../shared/result.ts";
import { noLimits } from "../../shared/turn-limits.ts";
import { AssistantBackend, type AssistantBackendDeps, type AssistantDeps } from "../assistant/assistant-backend.ts";
import { ServerUse } from "../assistant/helper/server-use.ts";
import type { Models } from "../assistant/models/model.ts";
import type { PersonaFiles } from "../assistant/personas/persona.ts";
import type { SkillFiles } from "../assistant/skills/skills.ts";
import type { Tool } from "../assistant/tools/tool.ts";
import type {
  AgentAsk,
  AgentHost,
  AgentSessionHandle,
  AgentUpdate,
  PermissionOutcome,
  PromptRequest,
  QuestionAsk,
  QuestionOutcome,
} from "../agents/port.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "./model-server.ts";
import { until } from "./until.ts";

const modelId = "bench/scripted-1";

/** The built-in agent on a scripted model server, in one chat, without the rest of the core. Ends with `close`. */
export class AssistantBench {
  readonly server: ModelServer;
  readonly clock = new ManualClock();
  readonly updates: AgentUpdate[] = [];
  readonly questions: QuestionAsk[] = [];
  readonly asked: AgentAsk[] = [];
  permission: PermissionOutcome = { kind: "cancelled" };
  answer: QuestionOutcome = { kind: "declined" };
  local = true;
  /** How much of the model is said to be in memory as it is asked for; null: all of it. */
  loaded: number | null = null;
  window: number | null = 32_000;
  /** The models that must stay in memory. */
  readonly held: string[] = [];
  root = "/nowhere";
  trusted = false;
  readonly use = new ServerUse();
  skillFiles: SkillFiles = { list: async () => [], read: async () => null };
  personaFiles: PersonaFiles = { read: async () => null };
  tools: readonly Tool[] = [echoTool("read_file")];
  mcpServers: AssistantBackendDeps["mcpServers"] = { of: async () => [], mark: () => "", unused: () => {} };
  connect: AssistantDeps["connect"] = async () => fail("There are no servers here");
  /** Whose → its transcript: the agent's own, and those of its tasks. */
  readonly transcripts = new Map<string, string[]>();
  #session: ReturnType<AssistantBackendDeps["sessions"]["find"]> = null;
  #backend: AssistantBackend | null = null;

  private constructor(server: ModelServer) {
    this.server = server;
  }

  static async start(reply: (request: ModelRequest) => ModelReply): Promise<AssistantBench> {
    return new AssistantBench(await startModelServer((request) => ({ promptTokens: "counted", ...reply(request) })));
  }

  script(reply: (request: ModelRequest) => ModelReply): void {
    this.server.script((request) => ({ promptTokens: "counted", ...reply(request) }));
  }

  /** The turn's prompt is sent in a session as `open` gives it. */
  async turn(text: string, more: Partial<PromptRequest> = {}): ReturnType<AgentSessionHandle["prompt"]> {
    const handle = await this.open();
    const blocks = [{ type: "text" as const, text }];
    return handle.prompt({ blocks, policy: "ask", modelId, modeId: null, thinkingLevel: null, limits: noLimits, ...more });
  }

  /** More of a turn that has paused. */
  goOn(more: Partial<PromptRequest> = {}): ReturnType<AgentSessionHandle["prompt"]> {
    return this.turn("", { blocks: [], goesOn: true, ...more });
  }

  async open(): Promise<AgentSessionHandle> {
    this.#backend ??= new AssistantBackend(
      {
        agentId: "hearth",
        version: "1",
        models: this.#models(),
        tools: this.tools,
        outputsFolder: this.root,
        skillFiles: this.skillFiles,
        personaFiles: this.personaFiles,
        use: this.use,
        connect: (...given) => this.connect(...given),
      },
      this.#deps(),
    );
    const place = { chatId: "c1", agentId: "hearth", projectId: "p1", workingCopyPath: this.root, folder: "" };
    const opened = await this.#backend.open({ ...place, host: this.#host() }, new AbortController().signal);
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }

  /** As Hearth after a restart: what was in memory is gone. */
  async restart(): Promise<void> {
    await this.#backend?.dispose();
    this.#backend = null;
  }

  /** As Hearth after it was killed in the middle of a turn: the last lines were never written. */
  crash(lostLines: number): void {
    this.#backend = null;
    const lines = this.#linesOf("hearth");
    lines.splice(lines.length - lostLines);
  }

  get outlook(): string {
    return this.#backend?.outlook("c1", "hearth") ?? "closed";
  }

  /** All that was said in one kind of update. */
  said(type: "text" | "reasoning"): string {
    return this.updates.map((update) => (update.type === type ? update.text : "")).join("");
  }

  notices(): string[] {
    return this.updates.flatMap((update) => (update.type === "notice" ? [update.message] : []));
  }

  async requested(count: number): Promise<ModelRequest> {
    await until(() => this.server.requests.length >= count, "the request");
    const request = this.server.requests[count - 1];
    if (!request) throw new Error("There is no such request");
    return request;
  }

  async close(): Promise<void> {
    await this.#backend?.dispose();
    await this.server.close();
  }

  #linesOf(agentId: string): string[] {
    const lines = this.transcripts.get(agentId) ?? [];
    this.transcripts.set(agentId, lines);
    return lines;
  }

  #models(): Models {
    const model = {
      ...{ id: modelId, endpointId: "bench", endpointName: "Bench", name: "scripted-1", label: "Scripted", loaded: true },
      ...{ tools: true, reasoning: true, slots: 1, window: this.window },
    };
    const route = { url: this.server.url, key: null, server: "llama-server" as const, local: this.local };
    return {
      list: () => [model],
      find: async (id, _, onLoading) => {
        if (id !== modelId) return fail({ type: "gone" as const, message: `Nobody serves ${id}` });
        if (this.loaded !== null) onLoading?.(this.loaded);
        return ok({ model: { ...model, window: this.window }, route, sampling: {} });
      },
      look: async () => undefined,
      wouldLoad: () => false,
      hold: (id) => {
        this.held.push(id);
        return () => this.held.splice(this.held.indexOf(id), 1);
      },
      onChange: () => () => undefined,
    };
  }

  #deps(): AssistantBackendDeps {
    return {
      clock: this.clock,
      log: silentLog,
      sessions: {
        find: () => this.#session,
        save: (session) => (this.#session = { ...session, usage: null }),
        setStatus: (_chat, _agent, status) => void (this.#session && (this.#session.status = status)),
        touch: (_chat, _agent, at) => void (this.#session && (this.#session.lastActiveAt = at)),
      },
      transcripts: {
        append: ({ agentId }, lines) => void this.#linesOf(agentId).push(...lines.map(({ text }) => text)),
        read: ({ agentId }) => [...this.#linesOf(agentId)],
      },
      isTrusted: async () => this.trusted,
      mcpServers: {
        of: (place) => this.mcpServers.of(place),
        mark: (place) => this.mcpServers.mark(place),
        unused: (place) => this.mcpServers.unused(place),
      },
      locate: async () => ok(null),
      policyModes: (_agent, policy) => ({ modes: policy === "plan" ? ["plan"] : [], needed: false, loose: [] }),
      onOutlook: () => undefined,
      onOptions: () => undefined,
      onConnected: () => undefined,
    };
  }

  #host(): AgentHost {
    return {
      onUpdate: (update) => void this.updates.push(update),
      requestPermission: async (ask) => {
        this.asked.push(ask);
        return this.permission;
      },
      authorize: async () => false,
      ask: async (question) => {
        this.questions.push(question);
        return this.answer;
      },
      terminals: noTerminals,
    };
  }
}

const noTerminals: AgentHost["terminals"] = {
  create: async () => fail({ type: "unsupported", message: "There are none here" }),
  output: () => null,
  waitForExit: async () => null,
  kill: async () => undefined,
  release: async () => undefined,
};

/** A tool that answers with what it was given, for tests of the loop. */
export function echoTool(name: string, more: Partial<Tool> = {}): Tool {
  const input = z.object({ path: z.string() });
  return {
    name,
    description: `Reads ${name}`,
    shortDescription: name,
    input,
    kind: "read",
    readsOnly: true,
    modes: ["ask", "plan", "code"],
    title: (given) => input.parse(given).path,
    run: async (given) => ok({ text: `content of ${input.parse(given).path}` }),
    ...more,
  };
}
