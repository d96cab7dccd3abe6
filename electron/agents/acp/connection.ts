import * as acp from "@agentclientprotocol/sdk/unstable";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Child, Exit, ProcessIdentity, SpawnFailure } from "../../lib/process.ts";
import { startChild } from "../../lib/process.ts";
import { Tail } from "../../lib/tail.ts";
import type { AgentFailure } from "../port.ts";
import { clientApp, type SessionClient } from "./client-app.ts";
import { failureOf } from "./failure.ts";
import { noTraits, readTraits, type AgentTraits } from "./traits.ts";
import { defaultWireLimits, openWire, type WireLimits, type WireReport } from "./wire.ts";

/**
 * One child that speaks ACP, from its spawn until it is proved gone. It may carry many sessions; each attaches for its
 * updates and requests. However it ends, each session is told once.
 */
export type Connection = {
  readonly pid: number;
  readonly agent: acp.ClientContext;
  readonly traits: AgentTraits;
  /** Set once it has ended or is being stopped. */
  ended(): AgentFailure | null;
  /** Called once when it ends; at once if it has. */
  onEnd(listener: (failure: AgentFailure) => void): void;
  /** Routes a session's updates and requests; answers a function that ends it. */
  attach(sessionId: string, session: SessionClient): () => void;
  /** Does what may make a session: updates that come before its id is known are kept until `attach`. */
  whileOpening<T>(work: () => Promise<T>): Promise<T>;
  /** A request with a time limit (0: none); every way to fail is a value. */
  call<T>(doing: string, timeoutMs: number, request: (agent: acp.ClientContext) => Promise<T>): Promise<Result<T, CallFailure>>;
  /** Why it ends, where its child is dead or dies within a moment; null where it lives on. */
  deathAtHand(): Promise<AgentFailure | null>;
  /** Kills the group; `gone` tells whether it could be proved to have ended. */
  stop(failure: AgentFailure): Promise<{ gone: boolean }>;
  report(): ConnectionReport;
};

/** `code`: the agent's own error code, where it answered. */
export type CallFailure = AgentFailure & { code?: number };

export type ConnectionReport = WireReport & {
  stderr: string[];
  lateUpdates: number;
  unknownUpdates: number;
  orphanUpdates: number;
};

export type ConnectionOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  tag: string;
  initializeTimeoutMs: number;
  limits?: Partial<WireLimits>;
  /** Before the child is used, and when it is proved gone. */
  onStarted(identity: ProcessIdentity): void;
  onGone(identity: ProcessIdentity): void;
  signal: AbortSignal;
};

const maxHeldUpdates = 256;
const muteGraceMs = 1000;
const deathGraceMs = 200;

/** A failure carries the child's last words where there was one. */
export async function openConnection(options: ConnectionOptions): Promise<Result<Connection, AgentFailure>> {
  const started = await startChild({ ...options, signal: options.signal });
  if (!started.ok) return fail(startFailure(started.error));
  options.onStarted(started.value.identity);
  const connection = connect(started.value, options);
  const aborted = (): void => void connection.stop({ type: "cancelled", message: "No longer wanted" });
  options.signal.addEventListener("abort", aborted, { once: true });
  if (options.signal.aborted) aborted();
  const answer = await initialize(connection, options.initializeTimeoutMs);
  options.signal.removeEventListener("abort", aborted);
  if (answer.ok) {
    Object.assign(connection.traits, answer.value);
    return ok(connection);
  }
  const { stderr, strayLines, strayExamples } = connection.report();
  await connection.stop(answer.error);
  const stray =
    strayLines > 0 ? ` It printed ${strayLines} lines that aren't protocol messages, the first: ${strayExamples[0]}` : "";
  return fail({
    ...answer.error,
    message: answer.error.message + stray,
    diagnostics: { ...answer.error.diagnostics, stderr: stderr.slice(-20) },
  });
}

async function initialize(connection: Connection, timeoutMs: number): Promise<Result<AgentTraits, AgentFailure>> {
  const answer = await connection.call("Initialize", timeoutMs, (agent) =>
    agent.request(acp.methods.agent.initialize, {
      protocolVersion: acp.PROTOCOL_VERSION,
      clientInfo: { name: "hearth", title: "Hearth", version: "1" },
      clientCapabilities: {
        fs: { readTextFile: true, writeTextFile: true },
        terminal: true,
        elicitation: { form: {} },
        session: { configOptions: { boolean: {} } },
      },
    }),
  );
  if (!answer.ok) {
    const { code: _code, ...failure } = answer.error;
    return fail(failure);
  }
  return readTraits(answer.value);
}

function connect(child: Child, options: ConnectionOptions): Connection {
  const stderr = new Tail();
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk.toString("utf8")));
  const sessions = new Map<string, SessionClient>();
  const held = new Map<string, unknown[]>();
  const counts = { lateUpdates: 0, unknownUpdates: 0, orphanUpdates: 0 };
  const listeners: ((failure: AgentFailure) => void)[] = [];
  let opening = 0;
  let heldUpdates = 0;
  let ended: AgentFailure | null = null;

  const hold = (sessionId: string, update: unknown): void => {
    if (opening === 0 || heldUpdates >= maxHeldUpdates) {
      counts.orphanUpdates += 1;
      return;
    }
    heldUpdates += 1;
    held.set(sessionId, [...(held.get(sessionId) ?? []), update]);
  };
  const deliver = (session: SessionClient, update: unknown): void => {
    const fate = session.receive(update);
    if (fate === "late") counts.lateUpdates += 1;
    if (fate === "unknown") counts.unknownUpdates += 1;
  };
  const end = (failure: AgentFailure): void => {
    if (ended) return;
    ended = failure;
    sdk.close(new Error(failure.message));
    for (const listener of listeners.splice(0)) listener(failure);
  };
  let stopping: Promise<{ gone: boolean }> | null = null;
  const stop = (failure: AgentFailure): Promise<{ gone: boolean }> => {
    end(failure);
    stopping ??= child.stop().then(({ gone }) => {
      if (gone) options.onGone(child.identity);
      return { gone };
    });
    return stopping;
  };
  const broken = (reason: string): void => void stop({ type: "protocol", message: `The agent broke the protocol: ${reason}` });

  const wire = openWire(
    child,
    {
      onUpdate(sessionId, update) {
        const session = sessions.get(sessionId);
        if (session) deliver(session, update);
        else hold(sessionId, update);
      },
      onTurnAnswered: (sessionId) => sessions.get(sessionId)?.turnAnswered(),
      onBroken: broken,
      onOutputEnd() {
        // An exit follows by itself; a child that stays without its output is as good as dead.
        setTimeout(() => child.isRunning() && broken("it closed its output and went on running"), muteGraceMs).unref();
      },
    },
    { ...defaultWireLimits, ...options.limits },
  );
  const sdk = clientApp((sessionId) => sessions.get(sessionId) ?? null).connect(wire.stream);
  // The leader's end leaves descendants behind at times: `stop` sweeps the group in any case.
  void child.exited.then((exit) => stop(exitFailure(exit, stderr)));

  return {
    pid: child.pid,
    agent: sdk.agent,
    traits: { ...noTraits },
    ended: () => ended,
    onEnd: (listener) => void (ended ? listener(ended) : listeners.push(listener)),
    attach(sessionId, session) {
      sessions.set(sessionId, session);
      const early = held.get(sessionId) ?? [];
      held.delete(sessionId);
      heldUpdates -= early.length;
      for (const update of early) deliver(session, update);
      return () => {
        if (sessions.get(sessionId) === session) sessions.delete(sessionId);
      };
    },
    async whileOpening(work) {
      opening += 1;
      try {
        return await work();
      } finally {
        opening -= 1;
        if (opening === 0) {
          counts.orphanUpdates += heldUpdates;
          held.clear();
          heldUpdates = 0;
        }
      }
    },
    async call(doing, timeoutMs, request) {
      if (ended) return fail(ended);
      try {
        const answer = timeoutMs === 0 ? request(sdk.agent) : withTimeout(request(sdk.agent), timeoutMs);
        return ok(await answer);
      } catch (error) {
        if (ended) return fail(ended);
        if (error instanceof NoAnswer)
          return fail({ type: "handshake-timeout", message: `${doing} got no answer in ${timeoutMs / 1000} s` });
        return fail({ ...failureOf(error, doing), ...(error instanceof acp.RequestError ? { code: error.code } : {}) });
      }
    },
    async deathAtHand() {
      // A child's end and what its descendants still say reach this process in either order.
      for (let waited = 0; child.isRunning() && waited < deathGraceMs; waited += 20)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return child.isRunning() ? null : new Promise((resolve) => (ended ? resolve(ended) : listeners.push(resolve)));
    },
    stop,
    report: () => ({ ...wire.report, ...counts, stderr: stderr.lines(50) }),
  };
}

class NoAnswer extends Error {}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new NoAnswer()), ms)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function exitFailure(exit: Exit, stderr: Tail): AgentFailure {
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended by itself with code ${exit.code ?? "unknown"}`;
  const last = stderr.lines(1)[0];
  const message = `The agent's process ${how}${last ? `. Its last words: ${last.slice(0, 300)}` : ""}`;
  return { type: "crashed", message, diagnostics: { exitCode: exit.code, signal: exit.signal, stderr: stderr.lines(20) } };
}

function startFailure(error: SpawnFailure): AgentFailure {
  if (error.type === "cancelled") return { type: "cancelled", message: error.message };
  const type = error.type === "not-found" || error.type === "not-executable" ? "unavailable" : "start-failed";
  return { type, message: error.message, diagnostics: { spawn: error.type } };
}
