import { randomUUID } from "node:crypto";
import type { CurrentChoice } from "../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { AgentReport, BackendDeps, BackendProcess, ManagedBackend, ProbeReport } from "../agents/backend.ts";
import type { AgentBackend, AgentFailure, AgentHost, AgentSessionHandle, OpenRequest } from "../agents/port.ts";
import { assistantOptions } from "./assistant-options.ts";
import { AssistantSession, type AssistantSessionDeps, type Place } from "./assistant-session.ts";
import { Conversation } from "./conversation/conversation.ts";
import type { ServerUse } from "./helper/server-use.ts";
import type { McpServersDeps } from "./mcp/mcp-servers.ts";
import type { Models } from "./models/model.ts";
import type { PersonaFiles } from "./personas/persona.ts";
import type { SkillFiles } from "./skills/skills.ts";
import type { Tool } from "./tools/tool.ts";
import { ModelClient } from "./wire/model-client.ts";

export type AssistantDeps = {
  agentId: string;
  version: string;
  models: Models;
  tools: readonly Tool[];
  outputsFolder: string;
  skillFiles: SkillFiles;
  personaFiles: PersonaFiles;
  use: ServerUse;
  connect: McpServersDeps["connect"];
};

export type AssistantBackendDeps = Pick<
  BackendDeps,
  | "clock"
  | "log"
  | "sessions"
  | "transcripts"
  | "isTrusted"
  | "mcpServers"
  | "policyModes"
  | "onOutlook"
  | "onOptions"
  | "onConnected"
> & { locate: (agentId: string) => Promise<Result<unknown, AgentFailure>> };

const ofEvery = { pid: null, wordsBeforeCommands: true, stragglesMs: 0 } as const;

/** It owns the open sessions, and listens to the models until it is disposed. */
export class AssistantBackend implements ManagedBackend {
  readonly #own: AssistantDeps;
  readonly #deps: AssistantBackendDeps;
  readonly #sessionDeps: AssistantSessionDeps;
  readonly #live = new Map<string, AssistantSession>();
  readonly #endListening: () => void;

  constructor(own: AssistantDeps, deps: AssistantBackendDeps) {
    this.#own = own;
    this.#deps = deps;
    this.#sessionDeps = { ...deps, ...own, client: new ModelClient(deps) };
    this.#endListening = own.models.onChange(() => this.#modelsChanged());
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const { chatId, agentId, host } = request;
    if (signal.aborted) return fail({ type: "cancelled", message: "No longer wanted" });
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    const warm = this.#find(chatId, agentId);
    if (warm) return ok(this.#handle(warm, host, "warm"));
    const { session, how } = this.#openNew(request);
    this.#live.set(keyOf(chatId, agentId), session);
    this.#deps.onConnected(agentId, this.#report());
    this.#deps.onOptions(agentId, session.options);
    this.#deps.onOutlook(chatId);
    return ok(this.#handle(session, host, how));
  }

  #openNew(place: Place): { session: AssistantSession; how: "new" | "resumed" | "memory-lost" } {
    const { sessions, transcripts } = this.#deps;
    const { chatId, agentId } = place;
    const stored = sessions.find(chatId, agentId);
    const storedId = stored?.agentSessionId ?? null;
    const known =
      storedId === null ? null : Conversation.load({ transcripts, key: { chatId, agentId, agentSessionId: storedId } });
    const id = known && storedId !== null ? storedId : randomUUID();
    const conversation = known ?? Conversation.begin({ transcripts, key: { chatId, agentId, agentSessionId: id } });
    const lastActiveAt = stored?.lastActiveAt ?? null;
    sessions.save({
      ...{ chatId, agentId, agentSessionId: id, status: "ready", canResume: true, canLoad: false },
      ...{ lastActiveAt, openedWith: null },
    });
    const how = lastActiveAt === null ? "new" : known ? "resumed" : "memory-lost";
    return { session: new AssistantSession(this.#sessionDeps, place, id, conversation), how };
  }

  /** A session here costs nothing to open. */
  async prepare(): Promise<void> {}
  async unprepare(): Promise<void> {}

  outlook(chatId: string, agentId: string): ReturnType<AgentBackend["outlook"]> {
    const stored = this.#deps.sessions.find(chatId, agentId);
    if (!stored?.agentSessionId || stored.lastActiveAt === null) return "new";
    return this.#find(chatId, agentId) ? "warm" : "resumes";
  }

  closeChat(chatId: string): Promise<void> {
    return this.#end(({ place }) => place.chatId === chatId);
  }

  closeWorkingCopy(workingCopyPath: string): Promise<void> {
    return this.#end(({ place }) => place.workingCopyPath === workingCopyPath);
  }

  async probe(agentId: string): Promise<Result<ProbeReport, AgentFailure>> {
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    return ok({ ...this.#report(), options: assistantOptions(this.#own.models.list()), said: [] });
  }

  async signIn(): Promise<Result<ProbeReport, AgentFailure>> {
    return fail({ type: "unsupported", message: "Nobody signs in to Hearth's own agent" });
  }

  async tryOut(): Promise<Result<ProbeReport, AgentFailure>> {
    return fail({ type: "unsupported", message: "Hearth's own agent needs no entry" });
  }

  stateOf(chatId: string, agentId: string): "ready" | "busy" | null {
    const session = this.#find(chatId, agentId);
    return session ? (session.isBusy ? "busy" : "ready") : null;
  }

  currentOf(chatId: string, agentId: string): CurrentChoice | null {
    return this.#find(chatId, agentId)?.current ?? null;
  }

  processes(): BackendProcess[] {
    return [];
  }

  async endProcess(): Promise<null> {
    return null;
  }

  diagnose(): string[] {
    const lines = this.#own.models.list().map(({ id, window }) => `${id}: ${window ?? "unknown"} tokens of window`);
    return ["It lives in Hearth itself. Models:", ...lines];
  }

  retire(agentId: string): void {
    const idle = this.#end(({ place, isBusy }) => place.agentId === agentId && !isBusy);
    idle.catch((error: unknown) => this.#deps.log.error("assistant.retire", error));
  }

  forgive(): void {
    // It remembers no failures.
  }

  async dispose(): Promise<void> {
    this.#endListening();
    await this.#end(() => true);
  }

  #handle(session: AssistantSession, host: AgentHost, how: AgentSessionHandle["how"]): AgentSessionHandle {
    const { sessions, clock } = this.#deps;
    const { chatId, agentId } = session.place;
    return {
      ...{ ...ofEvery, agentId, agentSessionId: session.id, how, options: session.options },
      currentModelId: () => session.current.modelId,
      prompt: (input) => {
        sessions.touch(chatId, agentId, clock.now());
        return session.prompt(input, host);
      },
      cancel: async () => session.cancel(),
      kill: () => session.kill(),
      endCommands: (begun) => session.endCommands(begun),
    };
  }

  #modelsChanged(): void {
    const { agentId, models } = this.#own;
    const tell = async (): Promise<void> => {
      const located = await this.#deps.locate(agentId);
      if (!located.ok) return;
      this.#deps.onConnected(agentId, this.#report());
      this.#deps.onOptions(agentId, assistantOptions(models.list()));
    };
    tell().catch((error: unknown) => this.#deps.log.error("assistant.models", error));
  }

  #report(): AgentReport {
    return {
      version: this.#own.version,
      capabilities: {
        ...{ resume: true, replay: false, images: false, mcp: true, details: [], signIn: [], signedInBy: null },
      },
    };
  }

  #find(chatId: string, agentId: string): AssistantSession | null {
    return this.#live.get(keyOf(chatId, agentId)) ?? null;
  }

  async #end(which: (session: AssistantSession) => boolean): Promise<void> {
    const chosen = [...this.#live].filter(([, session]) => which(session));
    await Promise.all(chosen.map(([, session]) => session.close()));
    for (const [key, session] of chosen) this.#drop(key, session);
  }

  #drop(key: string, { place }: AssistantSession): void {
    if (!this.#live.delete(key)) return;
    this.#deps.sessions.setStatus(place.chatId, place.agentId, "closed");
    const { agentId, workingCopyPath } = place;
    if (![...this.#live.values()].some((other) => other.place.workingCopyPath === workingCopyPath))
      this.#deps.mcpServers.unused({ agentId, workingCopyPath });
    this.#deps.onOutlook(place.chatId);
  }
}

function keyOf(chatId: string, agentId: string): string {
  return JSON.stringify([chatId, agentId]);
}
