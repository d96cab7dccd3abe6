import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { AgentReport, ProbeReport, BackendDeps, BackendKind, BackendProcess, ManagedBackend } from "../agents/backend.ts";
import type {
  AgentBackend,
  AgentFailure,
  AgentHost,
  AgentSessionHandle,
  OpenRequest,
  PromptRequest,
  TurnEnd,
} from "../agents/port.ts";

/** What an agent does in a turn, in the words of no protocol; `after` is done when the turn has ended. */
export type ScriptStep =
  | { say: string }
  | { tool: { id: string; title: string; status: "in_progress" | "completed" } }
  | { ask: { toolCallId: string; command: string } }
  | { untilCancelled: true }
  | { crash: true }
  | { after: ScriptStep[] };

/** Agents that live in this process: the port without a protocol, a program or a child. A prompt is a script. */
export const memoryKind: BackendKind = {
  look: ({ id }) => ({ state: "found", program: { path: null, how: "built in", fingerprint: id, version: null } }),
  create: (deps) => new MemoryBackend(deps),
};

class MemoryBackend implements ManagedBackend {
  readonly #deps: BackendDeps;
  readonly #live = new Map<string, MemorySession>();

  constructor(deps: BackendDeps) {
    this.#deps = deps;
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const { chatId, agentId, host } = request;
    if (signal.aborted) return fail({ type: "cancelled", message: "No longer wanted" });
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    const warm = this.#live.get(keyOf(chatId, agentId));
    if (warm) return ok(this.#handle(warm, host, "warm"));
    const canResume = !located.value.definition.transports.some(({ args }) => args.includes("forgetful"));
    const stored = this.#deps.sessions.find(chatId, agentId);
    const used = stored?.agentSessionId !== undefined && stored.lastActiveAt !== null;
    const how = !used ? "new" : canResume ? "resumed" : "memory-lost";
    const session = new MemorySession(
      request,
      how === "resumed" && stored?.agentSessionId ? stored.agentSessionId : randomUUID(),
    );
    this.#live.set(keyOf(chatId, agentId), session);
    this.#deps.sessions.save({
      chatId,
      agentId,
      agentSessionId: session.id,
      status: "ready",
      canResume,
      canLoad: false,
      lastActiveAt: stored?.lastActiveAt ?? null,
      openedWith: null,
    });
    this.#deps.onConnected(agentId, report(canResume));
    return ok(this.#handle(session, host, how));
  }

  /** A session here costs nothing. */
  async prepare(): Promise<void> {}
  async unprepare(): Promise<void> {}

  outlook(chatId: string, agentId: string): ReturnType<AgentBackend["outlook"]> {
    if (this.#live.has(keyOf(chatId, agentId))) return "warm";
    const stored = this.#deps.sessions.find(chatId, agentId);
    if (!stored || stored.lastActiveAt === null) return "new";
    return stored.canResume ? "resumes" : "memory-lost";
  }

  async closeChat(chatId: string): Promise<void> {
    for (const session of [...this.#live.values()]) if (session.request.chatId === chatId) this.#end(session, "closed");
  }

  async closeWorkingCopy(workingCopyPath: string): Promise<void> {
    for (const session of [...this.#live.values()])
      if (session.request.workingCopyPath === workingCopyPath) this.#end(session, "closed");
  }

  async probe(agentId: string): Promise<Result<ProbeReport, AgentFailure>> {
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    const options = { models: [], modes: [], thinkingLevels: [], commands: [] };
    return ok({
      ...report(!located.value.definition.transports.some(({ args }) => args.includes("forgetful"))),
      options,
      said: [],
    });
  }

  async signIn(): Promise<Result<ProbeReport, AgentFailure>> {
    return fail({ type: "unsupported", message: "Nobody signs in here" });
  }

  async tryOut(): Promise<Result<ProbeReport, AgentFailure>> {
    return fail({ type: "unsupported", message: "Nothing of this kind can be tried" });
  }

  stateOf(chatId: string, agentId: string): "ready" | "busy" | null {
    const session = this.#live.get(keyOf(chatId, agentId));
    return session ? (session.busy ? "busy" : "ready") : null;
  }

  retire(agentId: string): void {
    for (const session of [...this.#live.values()])
      if (session.request.agentId === agentId && !session.busy) this.#end(session, "closed");
  }

  currentOf(): null {
    return null;
  }

  processes(): BackendProcess[] {
    return [];
  }

  async endProcess(): Promise<null> {
    return null;
  }

  diagnose(): string[] {
    return ["It lives in this process."];
  }

  forgive(): void {
    // It remembers no failures.
  }

  async dispose(): Promise<void> {
    for (const session of [...this.#live.values()]) this.#end(session, "closed");
  }

  #handle(session: MemorySession, host: AgentHost, how: AgentSessionHandle["how"]): AgentSessionHandle {
    const { sessions, clock } = this.#deps;
    const { chatId, agentId } = session.request;
    return {
      agentId,
      agentSessionId: session.id,
      pid: null,
      how,
      stragglesMs: 0,
      options: { models: [], modes: [], thinkingLevels: [], commands: [] },
      currentModelId: () => null,
      prompt: async (input) => {
        sessions.touch(chatId, agentId, clock.now());
        const ended = await session.prompt(input, host);
        if (!ended.ok && ended.error.type === "crashed") this.#end(session, "crashed");
        return ended;
      },
      cancel: async () => session.cancel(),
      endCommands: async () => ({ ended: [], left: [] }),
      kill: async () => {
        session.end({ type: "killed", message: "Ended" });
        this.#end(session, "closed");
      },
    };
  }

  #end(session: MemorySession, status: "closed" | "crashed"): void {
    const { chatId, agentId } = session.request;
    session.end({ type: "crashed", message: "Its session was closed" });
    if (!this.#live.delete(keyOf(chatId, agentId))) return;
    this.#deps.sessions.setStatus(chatId, agentId, status);
  }
}

class MemorySession {
  readonly request: OpenRequest;
  readonly id: string;
  readonly #life = new AbortController();
  readonly #calls = new Map<string, number>();
  #host: AgentHost;
  #turn: { abort: AbortController; fail: (failure: AgentFailure) => void } | null = null;

  constructor(request: OpenRequest, id: string) {
    this.request = request;
    this.id = id;
    this.#host = request.host;
  }

  get busy(): boolean {
    return this.#turn !== null;
  }

  async prompt(input: PromptRequest, host: AgentHost): Promise<Result<TurnEnd, AgentFailure>> {
    if (this.#turn) return fail({ type: "failed", message: "This agent session has a turn already" });
    const failed = Promise.withResolvers<AgentFailure>();
    const turn = { abort: new AbortController(), fail: failed.resolve };
    this.#turn = turn;
    this.#host = host;
    const text = input.blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
    const steps: ScriptStep[] = text.startsWith("[") ? JSON.parse(text) : [{ say: text }];
    const ended = await Promise.race([this.#perform(steps, turn.abort.signal), failed.promise.then((error) => fail(error))]);
    const cancelled = turn.abort.signal.aborted;
    turn.abort.abort();
    this.#turn = null;
    for (const step of steps) if ("after" in step) setImmediate(() => void this.#perform(step.after, this.#life.signal));
    return ended.ok ? ok({ reason: cancelled ? "cancelled" : "done", usage: null }) : ended;
  }

  cancel(): void {
    this.#turn?.abort.abort();
  }

  end(failure: AgentFailure): void {
    this.#turn?.fail(failure);
    this.#turn?.abort.abort();
    this.#life.abort();
  }

  async #perform(steps: ScriptStep[], signal: AbortSignal): Promise<Result<null, AgentFailure>> {
    for (const step of steps) {
      if ("crash" in step) return fail({ type: "crashed", message: "It ended in its turn" });
      if ("say" in step) this.#host.onUpdate({ type: "text", text: step.say });
      if ("tool" in step) this.#host.onUpdate({ type: "tool", tool: { ...step.tool, id: this.#nameOf(step.tool) } });
      if ("ask" in step) this.#host.onUpdate({ type: "text", text: JSON.stringify(await this.#ask(step.ask, signal)) });
      if ("untilCancelled" in step && !signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    }
    return ok(null);
  }

  async #ask({ toolCallId, command }: { toolCallId: string; command: string }, signal: AbortSignal): Promise<unknown> {
    return this.#host.requestPermission(
      {
        toolCallId,
        title: `Run ${command}`,
        action: { kind: "execute", command, cwd: this.request.workingCopyPath },
        options: [
          { id: "yes", name: "Yes", effect: "allow", lasts: "once" },
          { id: "no", name: "No", effect: "reject", lasts: "once" },
        ],
      },
      signal,
    );
  }

  #nameOf({ id, status }: { id: string; status: string }): string {
    const times = this.#calls.get(id) ?? 1;
    if (status === "completed") this.#calls.set(id, times + 1);
    return times === 1 ? id : `${id}#${times}`;
  }
}

function report(resume: boolean): AgentReport {
  const details = resume ? ["resume"] : [];
  return {
    version: "1",
    capabilities: { resume, replay: false, images: false, mcp: false, details, signIn: [], signedInBy: null },
  };
}

function keyOf(chatId: string, agentId: string): string {
  return JSON.stringify([chatId, agentId]);
}
