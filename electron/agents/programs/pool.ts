import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { KeyedQueue } from "../../lib/keyed-queue.ts";
import type { Log } from "../../lib/log.ts";
import { identify, resources, type ProcessTree } from "../../lib/process-tree.ts";
import { secretForms } from "../../lib/known-secrets.ts";
import type { ProcessRepository } from "../../store/processes.ts";
import type { Budget } from "../backend.ts";
import type { ClientOffers, Transport } from "../definition.ts";
import type { AgentChild, Connector, SessionStart } from "./agent-child.ts";
import { fits, roomBeside, toEvict, type Housed, type Room } from "./make-room.ts";
import { pause } from "./pause.ts";
import { Transports, type Connected } from "./transports.ts";
import type { AgentFailure } from "../port.ts";

export type Launch = {
  agentId: string;
  label: string;
  command: string;
  transports: readonly Transport[];
  /** Made for each child, as it may hold a new secret. */
  env(): Record<string, string>;
  /** The variables of it that hold secrets. */
  secretEnv: readonly string[];
  secretUser: string | null;
  /** Secrets of the person's in it. */
  keys: readonly string[];
  offers: ClientOffers;
  adapts: string | null;
  session: SessionStart | null;
  signedInBy: string | null;
  /** Equal where one child can stand for another: program, arguments, environment and, unless it is shared, the chat. */
  key: string;
};

/** `started`: this lease began the child's life. */
export type Lease = { child: PooledChild; started: boolean; release: () => void };

/** `unfinishedLine`: what it was saying when it ended. */
export type Trouble = { at: number; failure: AgentFailure; stderr: string[]; unfinishedLine: string | null };

export type PoolDeps = {
  clock: Clock;
  log: Log;
  processes: ProcessRepository;
  /** Where children start: a folder of ours, so that no agent takes the person's home for a project. */
  cwd: string;
  /** By the name of their protocol. */
  connectors: Readonly<Record<string, Connector>>;
  /** As it is by now. */
  budget(): Budget;
  limits?: Partial<PoolLimits>;
};

export type PoolLimits = {
  maxChildren: number;
  startMs: number;
  crashes: number;
  crashWindowMs: number;
  firstBackoffMs: number;
};

export const defaultPoolLimits: PoolLimits = {
  maxChildren: 12,
  // Some start for minutes, the first time above all; who waits sees it and can stop it.
  startMs: 180_000,
  crashes: 5,
  crashWindowMs: 60_000,
  firstBackoffMs: 250,
};

/** A running child. Whoever uses it says so, that it isn't taken for idle. */
export class PooledChild {
  readonly agentId: string;
  readonly label: string;
  readonly command: string;
  readonly key: string;
  readonly connection: AgentChild;
  /** What the person should know of how it is spoken with. */
  readonly note: string | null;
  readonly startedAt: number;
  /** All that it starts. */
  readonly tree: ProcessTree;
  readonly #clock: Clock;
  readonly #users = new Set<{ owner: unknown }>();
  #lastUsedAt: number;
  #uses = 0;
  #retiring = false;

  constructor({ agentId, label, command, key }: Launch, { child, note }: Connected, tag: string, clock: Clock) {
    this.agentId = agentId;
    this.label = label;
    this.command = command;
    this.key = key;
    this.connection = child;
    this.note = note;
    this.tree = { leader: identify(child.pid), tag };
    this.#clock = clock;
    this.startedAt = clock.now();
    this.#lastUsedAt = clock.monotonic();
  }

  /** Monotonic ms. */
  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }

  /** Returns the end of the use. */
  use(owner: unknown = null): () => void {
    const user = { owner };
    this.#users.add(user);
    this.#uses += 1;
    return () => {
      if (!this.#users.delete(user)) return;
      this.#lastUsedAt = this.#clock.monotonic();
      this.#endIfDone();
    };
  }

  isUsed(): boolean {
    return this.#users.size > 0;
  }

  /** Whether others than the one it was started for have used it: a session may be open in it. */
  wasJoined(): boolean {
    return this.#uses > 1;
  }

  /** Whether a session is being opened in it, or looked for. */
  isJoined(): boolean {
    return [...this.#users].some((user) => user.owner === null);
  }

  isUsedBesides(owner: unknown): boolean {
    return [...this.#users].some((user) => user.owner !== owner);
  }

  /** Whether it takes another session. */
  isOpen(): boolean {
    return !this.#retiring && !this.connection.ended();
  }

  /** Takes no new session from now on, and ends when nobody uses it any more. */
  retire(): void {
    this.#retiring = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#retiring && !this.isUsed())
      void this.connection.stop({ type: "killed", message: "It was ended after its last turn" });
  }
}

const sweepMs = 60_000;

/**
 * The children of all agents. A child's life belongs to the pool: it is started when a session needs it, shared by the
 * sessions that may, stopped when nobody has used it for a while, when others need its room or the core ends, and started
 * again after a crash, slower each time and at most five times a minute.
 */
export class Pool {
  readonly #deps: PoolDeps;
  readonly #limits: PoolLimits;
  readonly #entries = new Set<PooledChild>();
  readonly #crashes = new Map<string, { agentId: string; at: number[] }>();
  readonly #transports: Transports;
  readonly #troubles = new Map<string, Trouble>();
  readonly #starting = new KeyedQueue();
  /** What is being started: it isn't among the entries yet, and takes its room all the same. */
  readonly #coming = new Set<Launch>();
  readonly #ending = new AbortController();
  /** Starts and ends that are going on; nobody may close the store before. */
  readonly #unsettled = new Set<Promise<unknown>>();
  #takeBackSweep: (() => void) | null = null;

  constructor(deps: PoolDeps) {
    this.#deps = deps;
    this.#limits = { ...defaultPoolLimits, ...deps.limits };
    this.#transports = new Transports(deps.connectors);
  }

  /**
   * The running child of this launch, or a new one; in use from now until `release`. `ahead`: nobody has asked for it
   * yet, so that it starts none where another would have to go for it.
   */
  acquire(launch: Launch, signal: AbortSignal, { ahead = false } = {}): Promise<Result<Lease, AgentFailure>> {
    return this.#settle(
      this.#starting.run(launch.key, async () => {
        const running = [...this.#entries].find((entry) => entry.key === launch.key && entry.isOpen());
        if (running) return ok({ child: running, started: false, release: running.use() });
        if (this.#ending.signal.aborted) return fail({ type: "cancelled", message: "Hearth is closing" });
        if (ahead && !fits(this.#housed(), this.#roomFor(launch))) return fail(noRoom);
        this.#coming.add(launch);
        const starting = this.#start(launch, AbortSignal.any([signal, this.#ending.signal]));
        const begun = await starting.finally(() => this.#coming.delete(launch));
        return begun.ok ? ok({ child: begun.value, started: true, release: begun.value.use() }) : begun;
      }),
    );
  }

  children(): PooledChild[] {
    return [...this.#entries].filter((entry) => !entry.connection.ended());
  }

  /** Its children end as soon as nobody uses them. */
  retire(agentId: string): void {
    for (const entry of this.#entries) if (entry.agentId === agentId) entry.retire();
  }

  /** Forgets the crashes of an agent, so that it may be tried at once. */
  forgive(agentId: string): void {
    for (const [key, record] of this.#crashes) if (record.agentId === agentId) this.#crashes.delete(key);
  }

  /** What the latest child of this agent that ended or failed left behind. */
  lastTrouble(agentId: string): Trouble | null {
    return this.#troubles.get(agentId) ?? null;
  }

  async dispose(): Promise<void> {
    this.#ending.abort();
    this.#takeBackSweep?.();
    for (const entry of this.#entries) void entry.connection.stop({ type: "killed", message: "Hearth is closing" });
    while (this.#unsettled.size > 0) await Promise.allSettled(this.#unsettled);
  }

  #settle<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#unsettled.delete(tracked));
    this.#unsettled.add(tracked);
    return tracked;
  }

  async #start(launch: Launch, signal: AbortSignal): Promise<Result<PooledChild, AgentFailure>> {
    const held = await this.#backOff(launch, signal);
    if (held) return fail(held);
    await this.#end(toEvict(this.#housed(), this.#roomFor(launch)));
    const { clock, processes, cwd } = this.#deps;
    const tag = randomBytes(16).toString("hex");
    const env = launch.env();
    const secrets = Object.fromEntries(launch.secretEnv.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
    const opened = await this.#transports.connect(launch.key, launch.transports, {
      label: launch.label,
      command: launch.command,
      cwd,
      env,
      secrets,
      secretForms: secretForms([...Object.values(secrets), ...launch.keys], launch.secretUser),
      secretUser: launch.secretUser,
      offers: launch.offers,
      adapts: launch.adapts,
      session: launch.session,
      signedInBy: launch.signedInBy,
      tag,
      startTimeoutMs: this.#limits.startMs,
      clock,
      signal,
      onStarted: ({ pid, startTicks }) =>
        processes.add({ pid, startTicks: startTicks ?? "", kind: "agent", label: launch.label, tag, startedAt: clock.now() }),
      onGone: ({ pid, startTicks }) => processes.remove(pid, startTicks ?? ""),
    });
    if (opened.ok) return ok(this.#enter(launch, opened.value, tag));
    const stderr = opened.error.diagnostics?.["stderr"];
    if (opened.error.type !== "cancelled")
      this.#recordTrouble(launch, opened.error, Array.isArray(stderr) ? stderr.map(String) : []);
    return opened;
  }

  async #backOff(launch: Launch, signal: AbortSignal): Promise<AgentFailure | null> {
    const { crashWindowMs, crashes, firstBackoffMs } = this.#limits;
    const since = this.#deps.clock.monotonic() - crashWindowMs;
    const count = this.#crashes.get(launch.key)?.at.filter((at) => at > since).length ?? 0;
    if (count >= crashes) {
      const tail = this.#troubles.get(launch.agentId)?.stderr.slice(-5).join("\n") ?? "";
      const message = `${launch.label} crashed ${count} times within a minute, so it isn't started again for now. Look at its diagnostic, then try again.${tail ? ` Its last words: ${tail}` : ""}`;
      return { type: "crash-loop", message, diagnostics: { stderr: tail } };
    }
    if (count > 0) await pause(this.#deps.clock, firstBackoffMs * 2 ** (count - 1), signal);
    return signal.aborted ? { type: "cancelled", message: "No longer wanted" } : null;
  }

  #recordTrouble(launch: Launch, failure: AgentFailure, stderr: string[], unfinishedLine: string | null = null): void {
    this.#troubles.set(launch.agentId, { at: this.#deps.clock.now(), failure, stderr, unfinishedLine });
    this.#deps.log.warn("agent.trouble", { agentId: launch.agentId, type: failure.type });
    if (failure.type !== "crashed" && failure.type !== "protocol" && failure.type !== "handshake-timeout") return;
    const record = this.#crashes.get(launch.key) ?? { agentId: launch.agentId, at: [] };
    record.at = [...record.at.slice(-20), this.#deps.clock.monotonic()];
    this.#crashes.set(launch.key, record);
  }

  #enter(launch: Launch, connected: Connected, tag: string): PooledChild {
    const entry = new PooledChild(launch, connected, tag, this.#deps.clock);
    const connection = connected.child;
    this.#entries.add(entry);
    connection.onEnd((failure) => {
      this.#entries.delete(entry);
      void this.#settle(connection.stop(failure));
      const { stderr, unfinishedLine } = connection.output();
      if (failure.type !== "killed" && failure.type !== "cancelled") this.#recordTrouble(launch, failure, stderr, unfinishedLine);
    });
    this.#scheduleSweep();
    return entry;
  }

  #housed(): Housed<PooledChild>[] {
    return this.children().map((child) => ({
      child,
      idle: !child.isUsed(),
      lastUsedAt: child.lastUsedAt,
      memoryBytes: resources(child.connection.pid)?.memoryBytes ?? 0,
    }));
  }

  /** What those that run may take when this one is started beside all that are coming. */
  #roomFor(launch: Launch): Room {
    const { memoryBytes } = this.#deps.budget();
    const coming = new Set([...this.#coming, launch]);
    return roomBeside([...coming], this.#housed(), { children: this.#limits.maxChildren, memoryBytes });
  }

  async #end(children: readonly PooledChild[]): Promise<void> {
    await Promise.all(children.map(({ connection }) => connection.stop({ type: "killed", message: "Others needed its room" })));
  }

  #scheduleSweep(): void {
    const { idleMs } = this.#deps.budget();
    this.#takeBackSweep ??= this.#deps.clock.after(Math.min(sweepMs, idleMs), () => {
      this.#takeBackSweep = null;
      this.#sweep();
      if (this.#entries.size > 0) this.#scheduleSweep();
    });
  }

  #sweep(): void {
    const { idleMs, memoryBytes } = this.#deps.budget();
    const before = this.#deps.clock.monotonic() - idleMs;
    const idle = this.children().filter((child) => !child.isUsed() && child.lastUsedAt <= before);
    for (const { connection } of idle) void connection.stop({ type: "killed", message: "Stopped because nobody used it" });
    const housed = this.#housed();
    const latest = Math.max(...housed.map(({ lastUsedAt }) => lastUsedAt));
    // The one that was used last stays: the next prompt would most likely start it again.
    const others = housed.map((one) => ({ ...one, idle: one.idle && one.lastUsedAt < latest }));
    void this.#end(toEvict(others, { children: this.#limits.maxChildren, memoryBytes }));
  }
}

const noRoom: AgentFailure = { type: "cancelled", message: "There is no room to start it ahead" };
