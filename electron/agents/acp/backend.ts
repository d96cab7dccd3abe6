import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { KeyedQueue } from "../../lib/keyed-queue.ts";
import type { AgentSessionRepository } from "../../store/agent-sessions.ts";
import type { AgentBackend, AgentFailure, AgentSessionHandle, OpenRequest } from "../port.ts";
import type { Launch, Pool, PooledChild } from "./pool.ts";
import type { Connection } from "./connection.ts";
import { closeSession, openSession } from "./open-session.ts";
import type { AcpSession } from "./session.ts";

/** The port's implementation for agents that speak ACP. It owns the open sessions; the children are the pool's. */
export type AcpBackendDeps = {
  pool: Pool;
  sessions: AgentSessionRepository;
  clock: Clock;
  /** How the agent is started, or why it can't be. */
  launch(agentId: string, chatId: string): Promise<Result<Launch, AgentFailure>>;
  effectiveModels(agentId: string, options: AgentOptions): AgentOptions["models"];
  onOptions(agentId: string, options: AgentOptions): void;
  onConnected(agentId: string, connection: Connection): void;
  onSignedOut(agentId: string, message: string): void;
};

export type LiveSession = { chatId: string; agentId: string; child: PooledChild; session: AcpSession };
export type AcpBackend = AgentBackend & { live(): LiveSession[]; isOpening(chatId: string, agentId: string): boolean };

const reservedMs = 30_000;

export function createAcpBackend(deps: AcpBackendDeps): AcpBackend {
  const live = new Map<string, LiveSession>();
  const queue = new KeyedQueue();
  const keyOf = (chatId: string, agentId: string): string => JSON.stringify([chatId, agentId]);
  const findLive = (chatId: string, agentId: string): LiveSession | null => {
    const found = live.get(keyOf(chatId, agentId));
    return found && !found.session.connection.ended() ? found : null;
  };

  async function open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const { chatId, agentId, workingCopyPath, host } = request;
    if (signal.aborted) return fail({ type: "cancelled", message: "No longer wanted" });
    const warm = findLive(chatId, agentId);
    if (warm && warm.session.workingCopyPath === workingCopyPath) {
      warm.session.setHost(host);
      return ok(handle(warm, "warm"));
    }
    warm?.session.detach();
    const launch = await deps.launch(agentId, chatId);
    if (!launch.ok) return launch;
    const acquired = await deps.pool.acquire(launch.value, signal);
    if (!acquired.ok) return signedOut(agentId, acquired);
    const { child, release } = acquired.value;
    deps.onConnected(agentId, child.connection);
    try {
      return await openOn(child, request, signal);
    } finally {
      release();
    }
  }

  async function openOn(
    child: PooledChild,
    request: OpenRequest,
    signal: AbortSignal,
  ): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const { chatId, agentId, workingCopyPath, host } = request;
    const stored = deps.sessions.find(chatId, agentId);
    const before = stored?.agentSessionId ? { id: stored.agentSessionId, used: stored.lastActiveAt !== null } : null;
    const opened = await openSession(
      {
        connection: child.connection,
        workingCopyPath,
        host,
        onOptions: (options) => deps.onOptions(agentId, options),
        effectiveModels: (options) => deps.effectiveModels(agentId, options),
      },
      before,
    );
    if (!opened.ok) return signedOut(agentId, opened);
    const entry: LiveSession = { chatId, agentId, child, session: opened.value.session };
    const { traits } = child.connection;
    deps.sessions.save({
      chatId,
      agentId,
      agentSessionId: entry.session.sessionId,
      status: "ready",
      canResume: traits.resume,
      canLoad: traits.load,
      lastActiveAt: opened.value.how === "new" ? null : (stored?.lastActiveAt ?? null),
    });
    live.set(keyOf(chatId, agentId), entry);
    child.connection.onEnd((failure) => {
      if (live.get(keyOf(chatId, agentId)) !== entry) return;
      live.delete(keyOf(chatId, agentId));
      deps.sessions.setStatus(chatId, agentId, failure.type === "killed" ? "closed" : "crashed");
    });
    if (signal.aborted) return fail({ type: "cancelled", message: "No longer wanted" });
    return ok(handle(entry, opened.value.how));
  }

  function signedOut(agentId: string, failed: { ok: false; error: AgentFailure }): { ok: false; error: AgentFailure } {
    if (failed.error.type === "signed-out") deps.onSignedOut(agentId, failed.error.message);
    return failed;
  }

  /** Who opens a session is about to prompt it: until then, or for a while, its child isn't idle. Answers the end of it. */
  function reserve(child: PooledChild): () => void {
    const release = child.use();
    const takeBack = deps.clock.after(reservedMs, release);
    return () => {
      takeBack();
      release();
    };
  }

  function handle(entry: LiveSession, how: AgentSessionHandle["how"]): AgentSessionHandle {
    const { session, child, agentId, chatId } = entry;
    const prompting = reserve(child);
    let killed = false;
    return {
      agentId,
      agentSessionId: session.sessionId,
      pid: child.connection.pid,
      how,
      get options() {
        const { model, mode, thinking, commands } = session.state();
        const options = {
          models: model?.choices ?? [],
          modes: mode?.choices ?? [],
          thinkingLevels: thinking?.choices ?? [],
          commands,
        };
        return { ...options, models: deps.effectiveModels(agentId, options) };
      },
      currentModelId: () => session.state().model?.current ?? null,
      async prompt(input) {
        const release = child.use();
        prompting();
        deps.sessions.touch(chatId, agentId, deps.clock.now());
        const ended = await session.prompt(input).finally(release);
        deps.sessions.touch(chatId, agentId, deps.clock.now());
        if (ended.ok) return ended;
        if (ended.error.type === "killed" && !killed)
          return fail({
            ...ended.error,
            type: "crashed",
            message: `${child.label}'s process was stopped: ${ended.error.message}`,
          });
        return signedOut(agentId, ended);
      },
      cancel: () => session.cancel(),
      async kill() {
        killed = true;
        const { gone } = await child.connection.stop({
          type: "killed",
          message: "It didn't stop when it was asked to, so its process was ended",
        });
        if (!gone) throw new Error(`Process ${child.connection.pid} could not be proved to have ended`);
      },
    };
  }

  async function close(entries: LiveSession[]): Promise<void> {
    const children = new Set(entries.map((entry) => entry.child));
    for (const entry of entries) {
      live.delete(keyOf(entry.chatId, entry.agentId));
      if (!entry.session.connection.ended()) deps.sessions.setStatus(entry.chatId, entry.agentId, "closed");
    }
    await Promise.all(
      entries.map(({ session }) => closeSession(session.connection, session.sessionId).finally(() => session.detach())),
    );
    const inUse = new Set([...live.values()].map((entry) => entry.child));
    const unused = [...children].filter((child) => !inUse.has(child));
    await Promise.all(unused.map((child) => child.connection.stop({ type: "killed", message: "Its last session was closed" })));
  }

  return {
    open: (request, signal) =>
      orCancelled(
        queue.run(keyOf(request.chatId, request.agentId), () => open(request, signal)),
        signal,
      ),
    outlook(chatId, agentId) {
      if (findLive(chatId, agentId)) return "warm";
      const stored = deps.sessions.find(chatId, agentId);
      if (!stored?.agentSessionId) return "new";
      if (stored.canResume) return "resumes";
      if (stored.canLoad) return "replays";
      return stored.lastActiveAt === null ? "new" : "memory-lost";
    },
    closeChat: (chatId) => close([...live.values()].filter((entry) => entry.chatId === chatId)),
    closeWorkingCopy: (workingCopyPath) =>
      close([...live.values()].filter((entry) => entry.session.workingCopyPath === workingCopyPath)),
    live: () => [...live.values()],
    isOpening: (chatId, agentId) => queue.busy(keyOf(chatId, agentId)),
  };
}

/** A session that is opened after its caller has given up stays open: the next one finds it warm. */
function orCancelled<T>(work: Promise<Result<T, AgentFailure>>, signal: AbortSignal): Promise<Result<T, AgentFailure>> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(fail({ type: "cancelled", message: "No longer wanted" }));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
