import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentReport } from "../backend.ts";
import type { AgentFailure } from "../port.ts";
import type {
  AgentChild,
  ChildOutput,
  ChildStart,
  OpenedSession,
  SessionRequest,
  StoredSession,
} from "../programs/agent-child.ts";
import { pause } from "../programs/pause.ts";
import type { ChildLife } from "../programs/child-life.ts";
import { nobody } from "../programs/nobody.ts";
import { answerOf, within, type OpencodeClient, type ServerAddress } from "./api.ts";
import { EventFeed } from "./event-feed.ts";
import { FolderServers } from "./folder-servers.ts";
import { Health } from "./health.ts";
import { loadForPrompts } from "./offers.ts";
import { openSession } from "./open-session.ts";
import type { SessionServer } from "./session-calls.ts";
import type { SessionEvent } from "./server-event.ts";
import { sessionInfo, type SessionInfo } from "./shapes.ts";
import { isTitle } from "./transcripts.ts";

type Attached = Parameters<SessionServer["attach"]>[1];

export type ServerParts = {
  life: ChildLife;
  address: ServerAddress;
  api: OpencodeClient;
  version: string;
  mask: (text: string) => string;
  start: Pick<ChildStart, "clock" | "secretForms">;
};

const callMs = 30_000;
const closeMs = 3000;
const lookAgainMs = 200;
const maxDepth = 10;

/**
 * One `opencode serve` with the sessions of many chats and folders, from its first answer until it is proved gone. It
 * owns the stream of its events and the watch over its health.
 */
export class OpencodeServer implements AgentChild, SessionServer {
  readonly #parts: ServerParts;
  readonly #feed: EventFeed;
  readonly #sessions = new Map<string, Attached>();
  /** Sub-agent's session → the one that began it. */
  readonly #parents = new Map<string, string>();
  /** Sub-agent's session → what it is about. */
  readonly #titles = new Map<string, string>();
  /** Session → where it works. */
  readonly #folders = new Map<string, string>();
  readonly folderServers: FolderServers;

  constructor(parts: ServerParts) {
    const { life, address, mask, start } = parts;
    this.#parts = parts;
    this.folderServers = new FolderServers(parts.api);
    this.#feed = new EventFeed({
      address,
      mask,
      clock: start.clock,
      onEvent: (event) => this.#route(event),
      onGap: () => void this.#catchUp(),
    });
    const health = new Health({
      clock: start.clock,
      ask: (signal) => answerOf("Asking for its health", parts.api.global.health({ signal })),
      heardAt: () => this.#feed.heardAt,
      checkFeed: () => this.#feed.checkSilence(),
      isBusy: () => [...this.#sessions.values()].some((session) => session.isBusy()),
      onDead: (message) => void life.stop({ type: "crashed", message }),
    });
    life.onEnd(() => {
      this.#feed.close();
      health.stop();
    });
  }

  /** Resolves once it hears what the server tells. */
  listen(): Promise<void> {
    return this.#feed.open();
  }

  get api(): OpencodeClient {
    return this.#parts.api;
  }

  get secretForms(): readonly string[] {
    return this.#parts.start.secretForms;
  }

  get pid(): number {
    return this.#parts.life.pid;
  }

  get report(): AgentReport {
    const { version } = this.#parts;
    const details = [`server ${version}`];
    return {
      version,
      capabilities: { resume: true, replay: false, images: true, mcp: true, details, signIn: [], signedInBy: null },
    };
  }

  ended(): AgentFailure | null {
    return this.#parts.life.ended();
  }

  onEnd(listener: (failure: AgentFailure) => void): () => void {
    return this.#parts.life.onEnd(listener);
  }

  stop(failure: AgentFailure): Promise<{ gone: boolean }> {
    return this.#parts.life.stop(failure);
  }

  deathAtHand(): Promise<AgentFailure | null> {
    return this.#parts.life.deathAtHand();
  }

  async open(request: SessionRequest, stored: StoredSession | null): Promise<Result<OpenedSession, AgentFailure>> {
    const loading = loadForPrompts(this.api, request.cwd, request.signal);
    const opened = await openSession(this, request, stored);
    if (!opened.ok) return opened;
    this.#folders.set(opened.value.session.sessionId, request.cwd);
    await loading;
    return opened;
  }

  /** A folder in which nobody works any more is let go: it is watched, and its MCP servers run, until then. */
  async close(sessionId: string, { keep }: { keep: boolean }): Promise<{ confirmed: boolean }> {
    const directory = this.#folders.get(sessionId);
    this.#folders.delete(sessionId);
    this.#sessions.delete(sessionId);
    if (directory === undefined || this.ended()) return { confirmed: this.ended() !== null };
    const { session, instance } = this.api;
    const stopped = await answerOf("Stopping", session.abort({ sessionID: sessionId, directory }, within(closeMs)));
    const confirmed = stopped.ok && (await this.#isIdle(sessionId, directory));
    if (!keep) await answerOf("Deleting a session", session.delete({ sessionID: sessionId, directory }, within(closeMs)));
    if (![...this.#folders.values()].includes(directory)) {
      this.folderServers.forget(directory);
      await answerOf("Letting go of a folder", instance.dispose({ directory }, within(closeMs)));
    }
    return { confirmed };
  }

  /** Whether the session does nothing any more; what was stopped takes a moment for it. */
  async #isIdle(sessionId: string, directory: string): Promise<boolean> {
    for (let looks = 0; looks < 5; looks += 1) {
      const now = await answerOf("Asking what it does", this.api.session.status({ directory }, within(closeMs)));
      if (!now.ok) return false;
      if (!(sessionId in now.value)) return true;
      await pause(this.#parts.start.clock, lookAgainMs);
    }
    return false;
  }

  async trySession(directory: string): Promise<Result<AgentOptions, AgentFailure>> {
    const request: SessionRequest = {
      workingCopyPath: directory,
      cwd: directory,
      host: nobody,
      clock: this.#parts.start.clock,
      onOptions: () => undefined,
      openedWith: null,
      policyModes: () => ({ modes: [], needed: false, loose: [] }),
      mcpServers: [],
      signal: new AbortController().signal,
      effectiveModels: ({ models }) => models,
      ways: { shares: true, restore: [], usage: "per-turn" },
    };
    const tried = await openSession(this, request, null);
    if (!tried.ok) return tried;
    const { session } = tried.value;
    const options = { ...session.options, defaults: session.openedWith };
    session.detach();
    await answerOf("Deleting a session", this.api.session.delete({ sessionID: session.sessionId, directory }, within(callMs)));
    await answerOf("Letting go of a folder", this.api.instance.dispose({ directory }, within(callMs)));
    return ok(options);
  }

  async signIn(): Promise<Result<null, AgentFailure>> {
    return fail({ type: "unsupported", message: "It is signed in to by its own program, in a terminal" });
  }

  doubtsSignIn(): boolean {
    return false;
  }

  output(): ChildOutput {
    const { events, unknown, gaps } = this.#feed.counts;
    const counts = [
      `its server: ${this.#parts.address.url}`,
      `events: ${events}, not understood: ${unknown}, times that its stream broke: ${gaps}`,
    ];
    return { stderr: this.#parts.life.stderr(50), unfinishedLine: null, strays: [], counts };
  }

  attach(sessionId: string, session: Attached): () => void {
    this.#sessions.set(sessionId, session);
    return () => {
      if (this.#sessions.get(sessionId) === session) this.#sessions.delete(sessionId);
    };
  }

  titleOf(sessionId: string): string {
    return this.#titles.get(sessionId) ?? "";
  }

  async isWithin(sessionId: string, rootId: string): Promise<boolean> {
    return (await this.#rootOf(sessionId)) === rootId;
  }

  #route(event: SessionEvent): void {
    if (event.type === "session") this.#noteChild(event.info);
    const session = this.#sessions.get(this.#knownRoot(event.sessionId));
    if (session) return session.receive(event);
    // What is asked must not get lost, whoever began the session.
    if (event.type === "permission" || event.type === "question") void this.#routeLate(event);
  }

  #noteChild({ id, parentID, title }: SessionInfo): void {
    if (!parentID) return;
    this.#parents.set(id, parentID);
    this.#titles.set(id, isTitle(title) ? title : "");
  }

  async #routeLate(event: SessionEvent): Promise<void> {
    const root = await this.#rootOf(event.sessionId);
    if (root !== null) this.#sessions.get(root)?.receive(event);
  }

  #knownRoot(sessionId: string): string {
    let root = sessionId;
    for (let depth = 0; depth < maxDepth && !this.#sessions.has(root); depth += 1) root = this.#parents.get(root) ?? root;
    return root;
  }

  /** The attached session that it belongs to; null where none does. Asks the server for what wasn't heard. */
  async #rootOf(sessionId: string): Promise<string | null> {
    let id = sessionId;
    for (let depth = 0; depth < maxDepth; depth += 1) {
      const root = this.#knownRoot(id);
      if (this.#sessions.has(root)) return root;
      const found = await answerOf("Asking for a session", this.api.session.get({ sessionID: root }, within(callMs)));
      const info = found.ok ? sessionInfo.safeParse(found.value).data : undefined;
      if (!info?.parentID) return null;
      this.#noteChild(info);
      id = info.parentID;
    }
    return null;
  }

  async #catchUp(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.catchUp()));
  }
}
