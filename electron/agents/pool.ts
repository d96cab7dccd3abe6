import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Log } from "../lib/log.ts";
import type { ProcessRepository } from "../store/processes.ts";
import { openConnection, type Connection } from "./acp/connection.ts";
import type { AgentFailure } from "./agent.ts";

/**
 * The children of all agents. A child's life belongs to the pool: it is started when a session needs it, shared by the
 * sessions that may, stopped when nobody has used it for a while or the core ends, and started again after a crash,
 * slower each time and at most five times a minute.
 */
export type Pool = {
  /** The running child of this launch, or a new one; in use from now until `release`. */
  acquire(launch: Launch, signal: AbortSignal): Promise<Result<Lease, AgentFailure>>;
  children(): PooledChild[];
  /** Forgets the crashes of an agent, so that it may be tried at once. */
  forgive(agentId: string): void;
  /** What the latest child of this agent that ended or failed left behind. */
  lastTrouble(agentId: string): Trouble | null;
  dispose(): Promise<void>;
};

export type Launch = {
  agentId: string;
  label: string;
  command: string;
  args: readonly string[];
  /** Made for each child, as it may hold a new secret. */
  env(): Record<string, string>;
  /** Equal where one child can stand for another: program, arguments, environment and, unless it is shared, the chat. */
  key: string;
};

export type PooledChild = {
  readonly agentId: string;
  readonly label: string;
  readonly key: string;
  readonly connection: Connection;
  readonly startedAt: number;
  /** Whoever uses the child says so, that it isn't taken for idle; answers the end of it. */
  use(): () => void;
  isUsed(): boolean;
};

/** `started`: this lease began the child's life. */
export type Lease = { child: PooledChild; started: boolean; release(): void };

export type Trouble = { at: number; failure: AgentFailure; stderr: string[] };

export type PoolDeps = {
  clock: Clock;
  log: Log;
  processes: ProcessRepository;
  /** Where children start: a folder of ours, so that no agent takes the person's home for a project. */
  cwd: string;
  limits?: Partial<PoolLimits>;
};

export type PoolLimits = { idleMs: number; maxChildren: number; initializeMs: number; crashes: number; crashWindowMs: number; firstBackoffMs: number };

export const defaultPoolLimits: PoolLimits = {
  idleMs: 30 * 60_000,
  maxChildren: 12,
  initializeMs: 30_000,
  crashes: 5,
  crashWindowMs: 60_000,
  firstBackoffMs: 250,
};

type Entry = PooledChild & { uses: number; lastUsedAt: number };

export function createPool(deps: PoolDeps): Pool {
  const limits = { ...defaultPoolLimits, ...deps.limits };
  const { clock, processes } = deps;
  const entries = new Set<Entry>();
  const crashes = new Map<string, { agentId: string; at: number[] }>();
  const troubles = new Map<string, Trouble>();
  const starting = new KeyedQueue();
  const ending = new AbortController();
  let sweepTimer: (() => void) | null = null;

  const find = (key: string): Entry | undefined => [...entries].find((entry) => entry.key === key && !entry.connection.ended());
  const recentCrashes = (key: string): number => {
    const since = clock.monotonic() - limits.crashWindowMs;
    return crashes.get(key)?.at.filter((at) => at > since).length ?? 0;
  };
  const recordTrouble = (launch: Launch, failure: AgentFailure, stderr: string[]): void => {
    troubles.set(launch.agentId, { at: clock.now(), failure, stderr });
    deps.log.warn("agent.trouble", { agentId: launch.agentId, type: failure.type });
    if (failure.type !== "crashed" && failure.type !== "protocol" && failure.type !== "handshake-timeout") return;
    const record = crashes.get(launch.key) ?? { agentId: launch.agentId, at: [] };
    record.at = [...record.at.slice(-20), clock.monotonic()];
    crashes.set(launch.key, record);
  };

  async function backOff(launch: Launch, signal: AbortSignal): Promise<AgentFailure | null> {
    const count = recentCrashes(launch.key);
    if (count >= limits.crashes) {
      const tail = troubles.get(launch.agentId)?.stderr.slice(-5).join("\n") ?? "";
      const message = `${launch.label} crashed ${count} times within a minute, so it isn't started again for now. Look at its diagnostic, then try again.${tail ? ` Its last words: ${tail}` : ""}`;
      return { type: "crash-loop", message, diagnostics: { stderr: tail } };
    }
    if (count > 0) await pause(clock, limits.firstBackoffMs * 2 ** (count - 1), signal);
    return signal.aborted ? { type: "cancelled", message: "No longer wanted" } : null;
  }

  async function start(launch: Launch, signal: AbortSignal): Promise<Result<Entry, AgentFailure>> {
    const held = await backOff(launch, signal);
    if (held) return fail(held);
    await makeRoom();
    const tag = randomBytes(16).toString("hex");
    const opened = await openConnection({
      command: launch.command,
      args: launch.args,
      cwd: deps.cwd,
      env: launch.env(),
      tag,
      initializeTimeoutMs: limits.initializeMs,
      signal,
      onStarted: ({ pid, startTicks }) =>
        processes.add({ pid, startTicks: startTicks ?? "", kind: "agent", label: launch.label, tag, startedAt: clock.now() }),
      onGone: ({ pid, startTicks }) => processes.remove(pid, startTicks ?? ""),
    });
    if (!opened.ok) {
      const stderr = opened.error.diagnostics?.["stderr"];
      if (opened.error.type !== "cancelled") recordTrouble(launch, opened.error, Array.isArray(stderr) ? stderr.map(String) : []);
      return opened;
    }
    return ok(enter(launch, opened.value));
  }

  function enter(launch: Launch, connection: Connection): Entry {
    const entry: Entry = {
      agentId: launch.agentId,
      label: launch.label,
      key: launch.key,
      connection,
      startedAt: clock.now(),
      uses: 0,
      lastUsedAt: clock.monotonic(),
      isUsed: () => entry.uses > 0,
      use() {
        entry.uses += 1;
        let over = false;
        return () => {
          if (over) return;
          over = true;
          entry.uses -= 1;
          entry.lastUsedAt = clock.monotonic();
        };
      },
    };
    entries.add(entry);
    connection.onEnd((failure) => {
      entries.delete(entry);
      if (failure.type !== "killed" && failure.type !== "cancelled") recordTrouble(launch, failure, connection.report().stderr);
    });
    scheduleSweep();
    return entry;
  }

  /** The least recently used that nobody uses goes first; where all are in use, one more is allowed. */
  async function makeRoom(): Promise<void> {
    if (entries.size < limits.maxChildren) return;
    const idle = [...entries].filter((entry) => entry.uses === 0).toSorted((a, b) => a.lastUsedAt - b.lastUsedAt)[0];
    if (idle) await retire(idle);
  }

  function retire(entry: Entry): Promise<void> {
    entries.delete(entry);
    return entry.connection.stop({ type: "killed", message: "Stopped because nobody used it" });
  }

  function scheduleSweep(): void {
    sweepTimer ??= clock.after(Math.min(60_000, limits.idleMs), () => {
      sweepTimer = null;
      const before = clock.monotonic() - limits.idleMs;
      for (const entry of entries) if (entry.uses === 0 && entry.lastUsedAt <= before) void retire(entry);
      if (entries.size > 0) scheduleSweep();
    });
  }

  return {
    acquire: (launch, signal) =>
      starting.run(launch.key, async () => {
        const running = find(launch.key);
        if (running) return ok({ child: running, started: false, release: running.use() });
        if (ending.signal.aborted) return fail({ type: "cancelled", message: "Hearth is closing" });
        const begun = await start(launch, AbortSignal.any([signal, ending.signal]));
        return begun.ok ? ok({ child: begun.value, started: true, release: begun.value.use() }) : begun;
      }),
    children: () => [...entries].filter((entry) => !entry.connection.ended()),
    forgive(agentId) {
      for (const [key, record] of crashes) if (record.agentId === agentId) crashes.delete(key);
    },
    lastTrouble: (agentId) => troubles.get(agentId) ?? null,
    async dispose() {
      ending.abort();
      sweepTimer?.();
      await Promise.all([...entries].map((entry) => entry.connection.stop({ type: "killed", message: "Hearth is closing" })));
    },
  };
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const takeBack = clock.after(ms, resolve);
    signal.addEventListener("abort", () => { takeBack(); resolve(); }, { once: true });
  });
}
