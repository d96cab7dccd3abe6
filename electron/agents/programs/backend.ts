import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { KeyedQueue } from "../../lib/keyed-queue.ts";
import type { BackendDeps, BackendKind, BackendProcess, ManagedBackend } from "../backend.ts";
import type { AgentBackend, AgentFailure, AgentSessionHandle, OpenRequest } from "../port.ts";
import { mayStartPerSession } from "../definition.ts";
import type { Ways } from "../ways.ts";
import { diagnosticLines } from "./diagnostic.ts";
import type { Connector } from "./agent-child.ts";
import { notesOf, SessionHandle, type LiveSession } from "./handle.ts";
import { HeldOptions } from "./held-options.ts";
import { launchOf, lookForProgram } from "./launch.ts";
import { nobody } from "./nobody.ts";
import { cancelled, orCancelled } from "./or-cancelled.ts";
import { hasItsServers, releaseServers, serversMark, serversOf } from "./session-servers.ts";
import { placeOf, sessionStart, type Place } from "./session-start.ts";
import { Pool, type PooledChild, type PoolLimits } from "./pool.ts";
import { Probes } from "./probes.ts";

/** Agents that are programs which are started here; `connectors` speak with them, by the name of the protocol. */
export function programKind(connectors: Readonly<Record<string, Connector>>, limits: Partial<PoolLimits> = {}): BackendKind {
  return { look: lookForProgram, create: (deps) => new ProgramBackend(deps, connectors, limits) };
}

/** It owns the open sessions; the children are its pool's. */
class ProgramBackend implements ManagedBackend {
  readonly #deps: BackendDeps;
  readonly #pool: Pool;
  readonly #probes: Probes;
  readonly #live = new Map<string, LiveSession>();
  readonly #queue = new KeyedQueue();
  readonly #watched = new WeakSet<PooledChild>();
  readonly #preparing = new Set<Preparing>();
  /** What is being opened: it may have got its servers already. */
  readonly #opening = new Set<OpenRequest>();

  constructor(deps: BackendDeps, connectors: Readonly<Record<string, Connector>>, limits: Partial<PoolLimits>) {
    this.#deps = deps;
    this.#pool = new Pool({ ...deps, cwd: deps.folder, connectors, limits });
    this.#probes = new Probes(deps, this.#pool);
  }

  open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const opening = this.#queue.run(keyOf(request.chatId, request.agentId), async () => {
      const opened = await this.#open(request, signal);
      if (!opened.ok) return opened;
      const { entry, release } = opened.value;
      const handedOver = signal.aborted ? fail(cancelled) : ok(this.#handOver(entry, request));
      release();
      return handedOver;
    });
    return orCancelled(opening, signal);
  }

  async prepare(request: Omit<OpenRequest, "host">): Promise<void> {
    const { chatId, agentId, workingCopyPath } = request;
    const unwanted = new AbortController();
    const preparing = { chatId, agentId, workingCopyPath, unwanted };
    this.#preparing.add(preparing);
    await this.#queue
      .run(keyOf(chatId, agentId), async () => {
        if (this.#findLive(chatId, agentId)) return;
        const opened = await this.#open({ ...request, host: nobody }, unwanted.signal, { ahead: true });
        if (!opened.ok) return;
        opened.value.release();
        if (unwanted.signal.aborted) await this.#close([opened.value.entry]);
      })
      .finally(() => this.#preparing.delete(preparing));
  }

  async unprepare(chatId: string, agentId: string): Promise<void> {
    for (const one of this.#preparing) if (one.chatId === chatId && one.agentId === agentId) one.unwanted.abort();
    await this.#queue.run(keyOf(chatId, agentId), async () => {
      const live = this.#findLive(chatId, agentId);
      if (live && live.untold !== null) await this.#close([live]);
    });
  }

  outlook(chatId: string, agentId: string): ReturnType<AgentBackend["outlook"]> {
    const live = this.#findLive(chatId, agentId);
    if (live) return live.untold === "new" ? "ready" : live.untold === "memory-lost" ? "memory-lost" : "warm";
    const stored = this.#deps.sessions.find(chatId, agentId);
    // Where there was no turn there is nothing to remember.
    if (!stored?.agentSessionId || stored.lastActiveAt === null) return "new";
    if (stored.canResume) return "resumes";
    return stored.canLoad ? "replays" : "memory-lost";
  }

  closeChat(chatId: string): Promise<void> {
    return this.#closeAll((entry) => entry.chatId === chatId);
  }

  closeWorkingCopy(workingCopyPath: string): Promise<void> {
    return this.#closeAll((entry) => entry.workingCopyPath === workingCopyPath);
  }

  stateOf(chatId: string, agentId: string): "opening" | "ready" | "busy" | null {
    const live = this.#findLive(chatId, agentId);
    if (live) return live.session.isBusy() ? "busy" : "ready";
    return this.#queue.busy(keyOf(chatId, agentId)) ? "opening" : null;
  }

  currentOf(chatId: string, agentId: string): CurrentChoice | null {
    const live = this.#findLive(chatId, agentId);
    return live ? live.session.current : null;
  }

  probe(...asked: Parameters<Probes["probe"]>): ReturnType<Probes["probe"]> {
    return this.#probes.probe(...asked);
  }

  signIn(...asked: Parameters<Probes["signIn"]>): ReturnType<Probes["signIn"]> {
    return this.#probes.signIn(...asked);
  }

  tryOut(...asked: Parameters<Probes["tryOut"]>): ReturnType<Probes["tryOut"]> {
    return this.#probes.tryOut(...asked);
  }

  processes(): BackendProcess[] {
    const live = [...this.#live.values()];
    return this.#pool.children().map((child) => ({
      pid: child.connection.pid,
      label: child.label,
      agentId: child.agentId,
      command: child.command,
      chatIds: live.filter((entry) => entry.child === child).map((entry) => entry.chatId),
      startedAt: child.startedAt,
    }));
  }

  async endProcess(pid: number): Promise<{ gone: boolean } | null> {
    const child = this.#pool.children().find(({ connection }) => connection.pid === pid);
    return child ? child.connection.stop({ type: "killed", message: "You ended it" }) : null;
  }

  diagnose(agentId: string): string[] {
    const children = this.#pool.children().filter((child) => child.agentId === agentId);
    return diagnosticLines(children, this.#pool.lastTrouble(agentId));
  }

  retire(agentId: string): void {
    this.#pool.retire(agentId);
  }

  forgive(agentId: string): void {
    this.#pool.forgive(agentId);
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }

  /** Its child isn't idle before `release`: who gets the session uses it by then, or doesn't want to. */
  async #open(request: OpenRequest, signal: AbortSignal, { ahead = false } = {}): Promise<Opened> {
    this.#opening.add(request);
    const opened = await this.#openNew(request, signal, ahead).finally(() => this.#opening.delete(request));
    if (!opened.ok) this.#releaseServers(request);
    return opened;
  }

  async #openNew(request: OpenRequest, signal: AbortSignal, ahead: boolean): Promise<Opened> {
    const { chatId, agentId, workingCopyPath } = request;
    if (signal.aborted) return fail(cancelled);
    const warm = this.#live.get(keyOf(chatId, agentId));
    if (warm && isWarm(warm) && warm.session.workingCopyPath === workingCopyPath) {
      if (await hasItsServers(this.#deps, warm, request)) return ok({ entry: warm, release: warm.child.use() });
      await this.#close([warm]);
    } else if (warm) this.#forget(warm);
    const located = await this.#deps.locate(agentId);
    if (!located.ok) return located;
    const place = placeOf(this.#deps.sessions, request);
    if (!place.ok) return place;
    const wanted = { ...request, signal };
    const session = mayStartPerSession(located.value.definition) ? await sessionStart(this.#deps, wanted, place.value) : null;
    const launch = launchOf(located.value, chatId, { session, alone: request.alone ?? false });
    const acquired = await this.#pool.acquire(launch, signal, { ahead });
    if (!acquired.ok) return acquired;
    const { child, release } = acquired.value;
    try {
      const opened = await this.#openOn(child, located.value.ways, wanted, place.value);
      if (opened.ok) return ok({ entry: opened.value, release });
      release();
      return opened;
    } catch (error) {
      release();
      throw error;
    }
  }

  async #openOn(
    child: PooledChild,
    ways: Ways,
    request: OpenRequest & { signal: AbortSignal },
    { cwd, row, stored }: Place,
  ): Promise<Result<LiveSession, AgentFailure>> {
    const { clock, sessions, effectiveModels } = this.#deps;
    const { chatId, agentId, workingCopyPath, host, signal } = request;
    const lacking: string[] = [];
    const servers = await serversMark(this.#deps, request);
    const heard = new HeldOptions((options) => this.#deps.onOptions(agentId, options));
    const opened = await child.connection.open(
      {
        workingCopyPath,
        cwd,
        host,
        clock,
        onOptions: (options) => heard.tell(options),
        policyModes: (policy) => this.#deps.policyModes(agentId, policy),
        openedWith: row?.openedWith ?? null,
        ways,
        effectiveModels: (options) => effectiveModels(agentId, options),
        mcpServers: await serversOf(this.#deps, request, cwd, lacking),
        signal,
      },
      stored,
    );
    if (!opened.ok) {
      if (opened.error.type === "signed-out") this.#deps.onSignedOut(agentId, opened.error.message);
      else this.#doubt(child, opened.error);
      return opened;
    }
    const { session, how, loadsNothing } = opened.value;
    const { report } = child.connection;
    const save = (): void =>
      sessions.save({
        chatId,
        agentId,
        agentSessionId: session.sessionId,
        status: "ready",
        canResume: report.capabilities.resume && ways.restore.includes("resume"),
        canLoad: report.capabilities.replay && ways.restore.includes("load") && !loadsNothing,
        lastActiveAt: how === "new" ? null : (row?.lastActiveAt ?? null),
        openedWith: session.openedWith,
      });
    const entry: LiveSession = {
      chatId,
      agentId,
      child,
      session,
      save,
      untold: how,
      lacking,
      servers,
    };
    this.#deps.onConnected(agentId, report);
    heard.open();
    // Until somebody is told that the memory is lost, the one that was is the chat's: opened again, that is found again.
    if (how !== "memory-lost") save();
    this.#live.set(keyOf(chatId, agentId), entry);
    this.#deps.onOutlook(chatId);
    this.#watch(child);
    return ok(entry);
  }

  /** Once for each child, however many sessions come and go on it. */
  #watch(child: PooledChild): void {
    const onEnd = (failure: AgentFailure): void => {
      for (const entry of [...this.#live.values()].filter((live) => live.child === child))
        this.#drop(entry, failure.type === "killed" ? "closed" : "crashed");
    };
    const ended = child.connection.ended();
    if (ended) return onEnd(ended);
    if (!this.#watched.has(child)) child.connection.onEnd(onEnd);
    this.#watched.add(child);
  }

  /** To somebody who prompts it: the first one is told how it was opened, and what is to be known of that. */
  #handOver(entry: LiveSession, { host }: OpenRequest): AgentSessionHandle {
    const how = entry.untold ?? "warm";
    entry.untold = null;
    if (how === "memory-lost") entry.save();
    if (how !== "warm") for (const message of notesOf(entry)) host.onUpdate({ type: "notice", kind: "warning", message });
    const { clock, sessions, effectiveModels } = this.#deps;
    return new SessionHandle(
      {
        ...{ clock, sessions, effectiveModels },
        forget: (gone) => this.#forget(gone),
        onFailed: (failure) => this.#doubt(entry.child, failure),
        sharesChild: (own) =>
          own.child.isUsedBesides(own) || [...this.#live.values()].some((other) => other !== own && other.child === own.child),
      },
      entry,
      host,
      how,
    );
  }

  #findLive(chatId: string, agentId: string): LiveSession | null {
    const found = this.#live.get(keyOf(chatId, agentId));
    return found && isWarm(found) ? found : null;
  }

  /** The session isn't open any more; its agent keeps its memory, to be resumed. */
  #forget(entry: LiveSession): void {
    entry.session.detach();
    if (this.#live.get(keyOf(entry.chatId, entry.agentId)) === entry) this.#drop(entry, "closed");
  }

  #drop(entry: LiveSession, status: "closed" | "crashed" | null): void {
    this.#live.delete(keyOf(entry.chatId, entry.agentId));
    if (status) this.#deps.sessions.setStatus(entry.chatId, entry.agentId, status);
    this.#releaseServers({ agentId: entry.agentId, workingCopyPath: entry.session.workingCopyPath });
    this.#deps.onOutlook(entry.chatId);
  }

  #releaseServers(closed: Pick<OpenRequest, "agentId" | "workingCopyPath">): void {
    const live = [...this.#live.values()].map(({ agentId, session }) => ({ agentId, workingCopyPath: session.workingCopyPath }));
    releaseServers(this.#deps, [...live, ...this.#opening], closed);
  }

  #doubt({ agentId, connection }: PooledChild, failure: AgentFailure): void {
    if (connection.doubtsSignIn(failure)) this.#deps.onDoubt(agentId);
  }

  async #closeAll(isOver: (of: { chatId: string; workingCopyPath: string }) => boolean): Promise<void> {
    for (const preparing of this.#preparing) if (isOver(preparing)) preparing.unwanted.abort();
    await this.#close(
      [...this.#live.values()].filter(({ chatId, session: { workingCopyPath } }) => isOver({ chatId, workingCopyPath })),
    );
  }

  async #close(entries: LiveSession[]): Promise<void> {
    const children = new Set(entries.map((entry) => entry.child));
    for (const entry of entries) this.#drop(entry, entry.child.connection.ended() ? null : "closed");
    await Promise.all(
      entries.map(({ child, session, untold }) =>
        child.connection.close(session.sessionId, { keep: untold !== "new" }).finally(() => session.detach()),
      ),
    );
    const inUse = new Set([...this.#live.values()].map((entry) => entry.child));
    // Another chat may be opening a session on one.
    const unused = [...children].filter((child) => !inUse.has(child) && !child.isJoined());
    await Promise.all(unused.map((child) => child.connection.stop({ type: "killed", message: "Its last session was closed" })));
  }
}

type Opened = Result<{ entry: LiveSession; release: () => void }, AgentFailure>;
type Preparing = { chatId: string; agentId: string; workingCopyPath: string; unwanted: AbortController };

function keyOf(chatId: string, agentId: string): string {
  return JSON.stringify([chatId, agentId]);
}

function isWarm({ child }: LiveSession): boolean {
  return child.isOpen();
}
