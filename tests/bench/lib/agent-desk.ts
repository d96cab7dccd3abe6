import path from "node:path";
import { isTerminal, type RunEvent } from "../../../shared/run-event.ts";
import { until } from "../../../electron/testing/until.ts";
import type { AgentPlace } from "./agent-place.ts";
import { connectClient, type Client } from "./client.ts";
import { startBuiltHost, type BuiltHost } from "./host.ts";
import type { SeenTurn } from "./turn-spans.ts";

/** When each step of a turn was reached, in ms from the prompt's call. Those of the core are whole milliseconds. */
export type TurnSteps = {
  /** The call was answered: the run is stored. */
  created: number;
  agentReady: number;
  promptSent: number;
  modelAsked: number;
  /** The first word came in from the agent. */
  firstIn: number;
  /** It was committed, and is at a client that watches the chat. */
  atReader: number;
  checkpoint: number;
  ended: number;
  seen: SeenTurn;
};

/** The built program with one agent, used as the page uses it, until `close`. */
export class AgentDesk {
  readonly #place: AgentPlace;
  readonly #host: BuiltHost;
  readonly #caller: Client;
  readonly #watcher: Client;
  #projectId = "";
  version: string | null = null;

  static async open(place: AgentPlace): Promise<AgentDesk> {
    const marks = ["--import", path.join(import.meta.dirname, "core-marks.ts")];
    const host = await startBuiltHost({ ...place.hostEnv, BENCH_MARKS: place.marksFile }, marks);
    const desk = new AgentDesk(place, host, { caller: await connectClient(host), watcher: await connectClient(host) });
    await desk.#begin();
    return desk;
  }

  private constructor(place: AgentPlace, host: BuiltHost, { caller, watcher }: { caller: Client; watcher: Client }) {
    this.#place = place;
    this.#host = host;
    this.#caller = caller;
    this.#watcher = watcher;
  }

  get pid(): number {
    return this.#host.pid;
  }

  /** In a session and working copy of its own. `ahead`: the agent's session is open when this returns. */
  async newChat({ ahead }: { ahead: boolean }): Promise<DeskChat> {
    const { rpc } = this.#caller;
    const { id: sessionId } = await rpc.sessions.create({ projectId: this.#projectId, workingCopy: "worktree" });
    const chat = await rpc.chats.create({ sessionId });
    const isReady = async (): Promise<boolean> => (await rpc.sessions.get({ id: sessionId })).workingCopy.state === "ready";
    await until(isReady, "the working copy", 60_000);
    if (ahead) await this.#openAhead(chat.id, sessionId);
    return DeskChat.open(this.#place, this.#caller, this.#watcher, { chatId: chat.id, sessionId });
  }

  async #openAhead(chatId: string, sessionId: string): Promise<void> {
    const { rpc } = this.#caller;
    await rpc.agents.choose({ id: this.#place.subject.agentId, projectId: this.#projectId, chatId });
    const isOpen = async (): Promise<boolean> =>
      (await rpc.chats.agentSessions({ sessionId })).some((one) => one.chatId === chatId && one.outlook === "ready");
    await until(isOpen, "the agent's session", 60_000);
  }

  /** A chat of the same session is opened, with the agent's session in it, and closed. */
  async openAndClose({ sessionId }: DeskChat): Promise<void> {
    const { rpc } = this.#caller;
    const { id } = await rpc.chats.create({ sessionId });
    await this.#openAhead(id, sessionId);
    await rpc.chats.update({ id, archived: true });
  }

  /** What runs for agents here. */
  async agentPids(): Promise<number[]> {
    return (await this.#caller.rpc.system.processes()).flatMap(({ kind, pid }) => (kind === "agent" ? [pid] : []));
  }

  async close(): Promise<void> {
    this.#caller.close();
    this.#watcher.close();
    await this.#host.stop();
  }

  async #begin(): Promise<void> {
    const { rpc } = this.#caller;
    const { agentId } = this.#place.subject;
    const project = await rpc.projects.add({ path: this.#place.work.repo });
    await rpc.projects.trust({ id: project.id });
    this.#projectId = project.id;
    // Asked without being kept, so that it isn't running yet.
    await rpc.agents.refresh({ ids: [agentId] });
    const agent = (await rpc.agents.list()).find(({ id }) => id === agentId);
    this.version = agent?.version ?? null;
    if (agent?.status !== "ready") throw new Error(`${agentId} isn't ready: ${agent?.reason ?? "there is no such agent"}`);
  }
}

/** One chat and what a client that watches it hears. */
export class DeskChat {
  readonly chatId: string;
  readonly sessionId: string;
  readonly #place: AgentPlace;
  readonly #caller: Client;
  #onEvent: (event: RunEvent) => void = () => {};

  static async open(
    place: AgentPlace,
    caller: Client,
    { rpc }: Client,
    ids: { chatId: string; sessionId: string },
  ): Promise<DeskChat> {
    const chat = new DeskChat(place, caller, ids);
    const updates = await rpc.chats.watch({ id: ids.chatId });
    const read = async (): Promise<void> => {
      for await (const update of updates) if (update.type === "events") for (const event of update.events) chat.#onEvent(event);
    };
    // The feed breaks off with its connection, at the end, or with its chat.
    read().catch(() => {});
    return chat;
  }

  private constructor(place: AgentPlace, caller: Client, { chatId, sessionId }: { chatId: string; sessionId: string }) {
    this.chatId = chatId;
    this.sessionId = sessionId;
    this.#place = place;
    this.#caller = caller;
  }

  /** Resolves at the turn's end. */
  async turn(text: string): Promise<TurnSteps> {
    const ended = Promise.withResolvers<void>();
    const at = new Map<string, number>();
    const begun = performance.now();
    const since = (event: RunEvent): number => Date.parse(event.at) - performance.timeOrigin - begun;
    let atReader = Number.NaN;
    this.#onEvent = (event) => {
      const isWord = event.type === "assistant.delta" || event.type === "reasoning.delta";
      if (isWord && Number.isNaN(atReader)) atReader = performance.now() - begun;
      const step = isWord ? "word" : event.type;
      if (!at.has(step)) at.set(step, since(event));
      if (!isTerminal(event)) return;
      at.set("end", since(event));
      ended.resolve();
    };
    const { id } = await this.#caller.rpc.runs.create({
      chatId: this.chatId,
      agentId: this.#place.subject.agentId,
      prompt: text,
    });
    const created = performance.now() - begun;
    await ended.promise;
    const { agentReady = Number.NaN } = (await this.#caller.rpc.runs.get({ id })).timings;
    const step = (name: string): number => at.get(name) ?? Number.NaN;
    const modelAsked = this.#place.askedAt > begun ? this.#place.askedAt - begun : Number.NaN;
    const calledAt = performance.timeOrigin + begun;
    return {
      created,
      agentReady,
      promptSent: step("run.started"),
      modelAsked,
      firstIn: step("word"),
      atReader,
      checkpoint: step("checkpoint.created"),
      ended: step("end"),
      seen: { calledAt, modelAskedAt: calledAt + modelAsked, atReader: calledAt + atReader },
    };
  }
}
