import type { Run } from "../../shared/contract/runs.ts";
import type { RunEventBody, ToolSnapshot, Usage } from "../../shared/run-event.ts";
import * as runState from "../../shared/run-state.ts";
import { assertNever } from "../../shared/result.ts";
import { sumUsage } from "../../shared/sum-usage.ts";
import { limitText, type Pause } from "../../shared/turn-limits.ts";
import { emptyNotice, memoryLostNotice, openings } from "./agent-words.ts";
import { turnOf, type ExecutionDeps } from "./execution-deps.ts";
import type { SessionFacts } from "./ports.ts";
import { RunCheckpoints } from "./run-checkpoints.ts";
import { RunAgent } from "./run-agent.ts";
import { checkBegin, checkEnd } from "./run-checks.ts";
import type { RunEnding } from "./run-ending.ts";
import { RunHost, type Activity } from "./run-host.ts";
import { RunTimers } from "./run-timers.ts";
import { contextOf, RunTimings } from "./run-timings.ts";
import { ToolCalls } from "./tool-calls.ts";
import { ToolProgress } from "./tool-progress.ts";
import { TurnWatch } from "./turn-watch.ts";

/**
 * One run from its slot to its terminal event, or from where an earlier core left it paused: carries out what `stepRun` decides. Owns the turn's signal, its
 * timers and its tool calls; all end with the run, whose agent session lives on.
 */
export class Execution {
  readonly runId: string;
  readonly #deps: ExecutionDeps;
  readonly #run: Run;
  readonly #session: SessionFacts;
  readonly #tools: ToolCalls;
  readonly #progress: ToolProgress;
  readonly #checkpoints: RunCheckpoints;
  readonly #turn = new AbortController();
  readonly #opening = new AbortController();
  readonly #timers: RunTimers;
  #state: runState.RunState;
  #status: Run["status"];
  readonly #agent: RunAgent;
  readonly #watch: TurnWatch;
  readonly #timings: RunTimings;
  #usage: Usage | null;
  #modelId: string | null = null;
  readonly #over = Promise.withResolvers<void>();

  constructor(deps: ExecutionDeps, run: Run, session: SessionFacts) {
    this.#deps = deps;
    this.#run = run;
    this.runId = run.id;
    const wasPaused = run.status === "paused";
    this.#state = wasPaused ? runState.pausedRunState() : runState.initialRunState();
    this.#status = run.status;
    this.#usage = run.usage;
    this.#timers = new RunTimers(deps.clock, (timer) => this.dispatch({ type: "timer", timer }));
    this.#progress = new ToolProgress({
      clock: deps.clock,
      show: (id) => {
        const call = this.#tools.get(id);
        if (call) deps.showTool(call);
      },
      save: (id) => this.#tools.save(id),
    });
    this.#tools = new ToolCalls({
      files: deps.files,
      onProgress: (id, chars) => this.#progress.changed(id, chars),
      onEnd: (id) => this.#progress.end(id),
    });
    this.#checkpoints = new RunCheckpoints({
      ...deps,
      run,
      turn: turnOf(run, session),
      hasEnded: () => this.#state.phase === "ended",
    });
    this.#session = session;
    this.#agent = new RunAgent({ backend: deps.services.agents.backend, log: deps.log, run });
    this.#watch = new TurnWatch({
      clock: deps.clock,
      root: session.copy.path,
      silenceLimitSeconds: deps.services.agents.definitionOf(run.agentId)?.silenceLimitSeconds ?? null,
      isExcused: () => this.#state.openAsks > 0 || this.#tools.open().length > 0,
      onStalled: (seconds) => this.dispatch({ type: "stalled", seconds }),
    });
    const createdAt = Date.parse(run.createdAt);
    this.#timings = new RunTimings(deps.clock, run.timings, wasPaused ? Math.max(0, deps.clock.now() - createdAt) : 0);
    if (!wasPaused) return;
    this.#checkpoints.promptGoesOut(createdAt);
    for (const event of deps.earlierEvents()) this.#watch.told(event, Date.parse(event.at));
  }

  /** Tool calls that go on, as they are by now. */
  openCalls(): ToolSnapshot[] {
    return this.#tools.open();
  }

  /** Feeds one input to the state machine and does what it says. */
  dispatch(input: runState.RunInput): void {
    const { state, effects } = runState.stepRun(this.#state, input);
    this.#state = state;
    const status = runState.statusOf(state);
    if (status !== this.#status && state.phase !== "ended") {
      this.#status = status;
      if (status !== "paused") this.#deps.save({ status, reason: null, pause: null });
    }
    const stops = input.type === "stop" || input.type === "stalled";
    if (stops && effects.length > 0 && state.phase !== "settling") this.#deps.save({ reason: "Stopping" });
    if (state.stop) {
      this.#watch.stopped();
      this.#tools.stop();
    }
    for (const effect of effects) this.#perform(effect);
  }

  /** An event that another part of the core adds to this run (permissions, questions). */
  append(body: RunEventBody): void {
    this.#deps.runLog.append(body);
    if (body.type === "permission.requested") this.#deps.failpoint("permission-open");
    if (body.type === "permission.requested" || body.type === "question.requested") this.dispatch({ type: "ask-opened" });
    if (body.type === "permission.resolved" || body.type === "question.answered") this.dispatch({ type: "ask-closed" });
  }

  /** The host is closing: the run ends now, as interrupted, and its agent is told to stop; one that is paused stays so. */
  interrupt(message: string): void {
    if (this.#state.phase === "ended" || this.#state.phase === "paused") return;
    this.#timers.disarm();
    this.#turn.abort();
    this.#opening.abort();
    this.#checkpoints.skipBefore();
    this.#cancelAsks();
    void this.#agent.letGo();
    for (const body of this.#tools.endOpen("CANCELLED", "Interrupted: Hearth was closed")) this.#deps.runLog.append(body);
    this.#state = { ...this.#state, phase: "ended" };
    this.#finish("interrupted", { code: "HOST_CLOSED", message });
  }

  #perform(effect: runState.RunEffect): void {
    switch (effect.type) {
      case "open-agent":
        return this.#background(this.#open());
      case "abort-opening":
        return this.#opening.abort();
      case "send-prompt":
        return this.#background(this.#send());
      case "cancel-asks":
        return this.#cancelAsks();
      case "send-cancel":
        return this.#background(this.#agent.cancel().then((input) => input && this.dispatch(input)));
      case "kill-agent":
        return this.#background(this.#agent.kill().then((input) => this.dispatch(input)));
      case "arm":
        return this.#timers.arm(effect.timer, effect.ms);
      case "disarm":
        return this.#timers.disarm();
      case "pause":
        return this.#pause(effect.pause);
      case "settle":
        return this.#background(this.#settle());
      case "append-end":
        return this.#finish(effect.end.kind, effect.end);
      default:
        assertNever(effect);
    }
  }

  /** The run can't go on, for a reason of our own: its agent is told to stop, and it ends as failed. */
  fail(message: string): void {
    if (this.#state.phase === "running") void this.#agent.letGo();
    this.dispatch({ type: "turn-failed", code: "INTERNAL", message });
  }

  /** A surprise in an effect must not leave the run hanging: it ends as failed, and the log has the reason. */
  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#deps.log.error("run.effect", error, { runId: this.#run.id });
      this.fail(error instanceof Error ? error.message : String(error));
      if (this.#state.phase === "settling") this.dispatch({ type: "settled" });
    });
  }

  /** Asks that can't be ended in the store are logged; what waits for them ends with the turn's signal. */
  #cancelAsks(): void {
    try {
      this.#deps.services.permissions.cancelRun(this.#run.id);
    } catch (error) {
      this.#deps.log.error("run.cancel-approvals", error, { runId: this.#run.id });
    }
  }

  /** All that is known of it by now is kept, so that it can go on after a restart, too. */
  #pause(pause: Pause): void {
    void this.#checkpoints.before();
    for (const body of this.#tools.endOpen("EXECUTION_FAILED", "The turn paused before this ended"))
      this.#deps.runLog.stream(body);
    this.#deps.runLog.flush();
    const message = `Paused after ${limitText(pause)}`;
    const known = { reason: message, pause, timings: this.#timings.value, usage: this.#usage };
    this.#deps.save({ status: "paused", ...known }, { event: { type: "notice", payload: { kind: "paused", message } } });
  }

  async #open(): Promise<void> {
    const { services } = this.#deps;
    const state = await services.sessions.whenReady(this.#session.id, this.#opening.signal);
    if (state !== "ready") {
      this.dispatch({
        type: "agent-not-opened",
        code: "WORKING_COPY_MISSING",
        message: "The session's working copy is not there",
      });
      return;
    }
    const allowed = await checkBegin(services, this.#run, this.#session);
    if (!allowed.ok) return this.dispatch({ type: "agent-not-opened", code: allowed.error.code, message: allowed.error.message });
    this.#timings.mark("workingCopyReady");
    const { agentId, chatId } = this.#run;
    const { projectId, copy, oneShot: alone } = this.#session;
    // Git's processes would take a warm agent the processor; where it starts first, they lie beside its start.
    const outlook = services.agents.backend.outlook(chatId, agentId);
    if (outlook !== "warm" && outlook !== "ready") void this.#checkpoints.before();
    const opened = await this.#agent.open(
      { chatId, agentId, projectId, workingCopyPath: copy.path, folder: copy.folder, alone, host: this.#createHost() },
      this.#opening.signal,
    );
    if (opened.type === "agent-opened") this.#timings.mark("agentReady");
    this.dispatch(opened);
  }

  #createHost() {
    const { services } = this.#deps;
    const { chatId, agentId, sessionId } = this.#run;
    return new RunHost({
      turn: turnOf(this.#run, this.#session),
      tools: this.#tools,
      permissions: services.permissions,
      terminals: services.terminals.forAgent(sessionId, agentId),
      earlierUsage: this.#usage,
      signal: this.#turn.signal,
      checkpointTaken: () => this.#checkpoints.before(),
      stage: () => this.#stage(),
      over: this.#over.promise,
      stream: (body) => {
        this.#watch.told(body);
        this.#deps.runLog.stream(body);
      },
      onActivity: (kind) => this.#heard(kind),
      onRefused: () => this.dispatch({ type: "refused" }),
      onUsage: (usage) => (this.#usage = usage),
      onModel: (modelId) => modelId !== this.#modelId && this.#deps.save({ resolvedModelId: (this.#modelId = modelId) }),
      onReading: (reading) => this.#deps.showReading(reading),
      onTitle: (title) => services.chats.titleFromAgent(chatId, title),
      // A person who stopped it doesn't want to hear how it goes on.
      onLate: (update) => this.#state.stop === null && this.#deps.late(update),
    });
  }

  #stage(): "going" | "settling" | "deaf" | "over" {
    if (this.#state.phase === "ended") return "over";
    if (this.#state.stop === "killing") return "deaf";
    return this.#state.phase === "settling" ? "settling" : "going";
  }

  #heard(kind: Activity): void {
    this.#watch.heard();
    if (this.#state.phase !== "running") return;
    this.#timings.mark("firstEvent");
    if (kind === "text") {
      this.#timings.mark("firstToken");
      this.#checkpoints.heardWords();
    } else if (kind === "work") this.#checkpoints.heardWork();
    if (kind !== "closing") this.dispatch({ type: "output" });
  }

  async #send(): Promise<void> {
    const { handle } = this.#agent;
    if (!handle) return;
    const { goesOn } = this.#state;
    const earlierUsage = this.#usage;
    const modelId = (this.#modelId = handle.currentModelId());
    // No crash of ours can lose it; the disk has it with the first checkpoint's begin: neither prompt nor first words wait.
    const sent = goesOn ? {} : { promptSentAt: this.#checkpoints.promptGoesOut(this.#deps.clock.now()) };
    this.#deps.save(
      { ...sent, ...(modelId ? { resolvedModelId: modelId } : {}) },
      { event: { type: "run.started", payload: { how: openings[handle.how] } }, durable: false },
    );
    if (handle.how === "memory-lost") this.#deps.runLog.append(memoryLostNotice);
    const handedOver = await this.#deps.handOver(handle, goesOn);
    if (this.#state.phase !== "running") return;
    if (this.#state.stop) return this.dispatch({ type: "turn-ended", stopReason: "cancelled" });
    // A prompt that a restart took for unsent would be sent twice.
    const saved = this.#deps.whenSaved();
    if (saved) {
      await saved;
      if (this.#state.phase !== "running") return;
      if (this.#state.stop) return this.dispatch({ type: "turn-ended", stopReason: "cancelled" });
    }
    this.#deps.failpoint("prompt-sent");
    const { policy } = this.#deps.services.sessions.find(this.#session.id) ?? this.#session;
    this.#watch.promptGoesOut();
    const limits = { ...this.#deps.services.settings().turnLimits, ...this.#run.limits };
    const { input, usage } = await this.#agent.prompt(handle, { policy, limits, goesOn, ...handedOver }, () =>
      setImmediate(() => this.#background(this.#sent())),
    );
    this.#watch.turnEnded();
    if (usage) this.#usage = { ...sumUsage(earlierUsage, usage), ...contextOf(this.#usage) };
    this.dispatch(input);
  }

  async #sent(): Promise<void> {
    await this.#checkpoints.beforeSoon();
    if (this.#stage() !== "over") this.#deps.save({ timings: this.#timings.value }, { durable: true });
  }

  /** Until the last event, what still comes of the turn is part of it: only then is what is open ended. */
  async #settle(): Promise<void> {
    this.#turn.abort();
    this.#deps.runLog.flush();
    // The checkpoint is a write of others, who don't wait.
    await this.#deps.whenUnlocked();
    const { handle } = this.#agent;
    if (handle || this.#run.status === "paused") {
      // A stopped agent says that it has stopped; whether its commands have is looked at.
      const begun = this.#watch.commandsBegun();
      const left = begun && (await this.#agent.endCommands(begun));
      if (left && this.#state.phase === "settling") this.#deps.runLog.append(left);
      const isWanted = (): boolean => this.#stage() === "settling";
      await Promise.all([this.#checkpoints.after(), this.#watch.untilQuiet(handle?.stragglesMs ?? 0, isWanted)]);
    } else {
      this.#checkpoints.skipBefore();
      await this.#checkpoints.before();
    }
    if (this.#state.phase !== "settling") return;
    const bodies = this.#state.stop
      ? this.#tools.endOpen("CANCELLED", "Stopped")
      : this.#tools.endOpen("EXECUTION_FAILED", "The agent's turn ended before this did");
    const isCompleted = this.#state.end?.kind === "completed";
    if (isCompleted && this.#watch.isEmpty()) bodies.push(emptyNotice);
    for (const body of bodies) this.#deps.runLog.stream(body);
    this.#deps.runLog.flush();
    const flaw = isCompleted ? await checkEnd(this.#deps.services, this.#session, this.#watch) : null;
    if (this.#state.phase === "settling") this.dispatch({ type: "settled", ...(flaw ? { flaw } : {}) });
  }

  #finish(status: RunEnding["status"], end: { stopReason?: string; code?: string; message?: string }): void {
    this.#timings.mark("total");
    this.#progress.dispose();
    this.#watch.turnEnded();
    this.#deps.runLog.flush();
    this.#over.resolve();
    const { stopReason = null, code, message = "" } = end;
    const error = code === undefined ? null : { code, message };
    this.#deps.end({ status, stopReason, error, timings: this.#timings.value, usage: this.#usage });
  }
}
