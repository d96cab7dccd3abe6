import type { Run } from "../../shared/contract/runs.ts";
import type { RunEventBody, ToolSnapshot, Usage } from "../../shared/run-event.ts";
import { initialRunState, statusOf, stepRun, type RunEffect, type RunInput, type RunState } from "../../shared/run-state.ts";
import { assertNever } from "../../shared/result.ts";
import type { AgentSessionHandle } from "../agents/port.ts";
import { codeOf, openings, stopReasons } from "./agent-words.ts";
import { turnOf, type ExecutionDeps } from "./execution-deps.ts";
import type { SessionFacts } from "./ports.ts";
import { RunCheckpoints } from "./run-checkpoints.ts";
import { checkBegin } from "./run-checks.ts";
import type { RunEnding } from "./run-ending.ts";
import { RunHost } from "./run-host.ts";
import { RunTimers } from "./run-timers.ts";
import { contextOf, RunTimings } from "./run-timings.ts";
import { ToolCalls } from "./tool-calls.ts";
import { ToolProgress } from "./tool-progress.ts";

const maxStragglerRounds = 20;

/**
 * One run from its slot to its terminal event: carries out what `stepRun` decides. Owns the turn's signal, its
 * timers and its tool calls; all end with the run, whose agent session lives on.
 */
export class Execution {
  readonly #deps: ExecutionDeps;
  readonly #run: Run;
  readonly #session: SessionFacts;
  readonly #tools: ToolCalls;
  readonly #progress: ToolProgress;
  readonly #checkpoints: RunCheckpoints;
  readonly #turn = new AbortController();
  readonly #opening = new AbortController();
  readonly #timers: RunTimers;
  #state: RunState = initialRunState();
  #status: Run["status"] = "queued";
  #handle: AgentSessionHandle | null = null;
  readonly #timings: RunTimings;
  #usage: Usage | null = null;
  readonly #over = Promise.withResolvers<void>();
  #heardStraggler = false;

  constructor(deps: ExecutionDeps, run: Run, session: SessionFacts) {
    this.#deps = deps;
    this.#run = run;
    this.#timers = new RunTimers(deps.clock, (timer) => this.dispatch({ type: "timer", timer }));
    this.#progress = new ToolProgress({
      clock: deps.clock,
      show: (id) => this.#showTool(id),
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
    this.#timings = new RunTimings(deps.clock, run.timings);
  }

  get runId(): string {
    return this.#run.id;
  }

  /** Tool calls that go on, as they are by now. */
  openCalls(): ToolSnapshot[] {
    return this.#tools.open();
  }

  /** Feeds one input to the state machine and does what it says. */
  dispatch(input: RunInput): void {
    const { state, effects } = stepRun(this.#state, input);
    this.#state = state;
    const status = statusOf(state);
    if (status !== this.#status && state.phase !== "ended") {
      this.#status = status;
      this.#deps.save({ status, reason: null });
    }
    if (input.type === "stop" && effects.length > 0 && state.phase !== "settling") this.#deps.save({ reason: "Stopping" });
    for (const effect of effects) this.#perform(effect);
  }

  /** An event that another part of the core adds to this run (permissions, questions). */
  append(body: RunEventBody): void {
    this.#deps.runLog.append(body);
    if (body.type === "permission.requested") this.#deps.failpoint("permission-open");
    if (body.type === "permission.requested" || body.type === "question.requested") this.dispatch({ type: "ask-opened" });
    if (body.type === "permission.resolved" || body.type === "question.answered") this.dispatch({ type: "ask-closed" });
  }

  /** The host is closing: the run ends now, as interrupted, and its agent is told to stop. */
  interrupt(message: string): void {
    if (this.#state.phase === "ended") return;
    this.#timers.disarm();
    this.#turn.abort();
    this.#opening.abort();
    this.#checkpoints.skipBefore();
    this.#cancelAsks();
    void this.#letGo();
    for (const body of this.#tools.endOpen("CANCELLED", "Interrupted: Hearth was closed")) this.#deps.runLog.append(body);
    this.#state = { ...this.#state, phase: "ended" };
    this.#finish("interrupted", { code: "HOST_CLOSED", message });
  }

  #perform(effect: RunEffect): void {
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
        return void this.#cancel();
      case "kill-agent":
        return this.#background(this.#kill());
      case "arm":
        return this.#timers.arm(effect.timer, effect.ms);
      case "disarm":
        return this.#timers.disarm();
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
    if (this.#state.phase === "running") void this.#letGo();
    this.dispatch({ type: "turn-failed", code: "INTERNAL", message });
  }

  /** A surprise in an effect must not leave the run hanging: it ends as failed, and the log has the reason. */
  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#deps.log.error("run.effect", error, { runId: this.#run.id });
      this.fail(error instanceof Error ? error.message : String(error));
      if (this.#state.phase === "settling") this.dispatch({ type: "settled" });
    });
  }

  /** Asks that can't be ended in the store are logged; what waits for them ends with the turn's signal. */
  #cancelAsks(): void {
    this.#attempt("run.cancel-approvals", () => this.#deps.services.permissions.cancelRun(this.#run.id));
  }

  #attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.log.error(what, error, { runId: this.#run.id });
    }
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
    const { projectId, copy } = this.#session;
    // Git's processes would take a warm agent the processor; where it starts first, they lie beside its start.
    if (services.agents.backend.outlook(chatId, agentId) !== "warm") void this.#checkpoints.before();
    const opened = await services.agents.backend.open(
      { chatId, agentId, projectId, workingCopyPath: copy.path, folder: copy.folder, host: this.#createHost() },
      this.#opening.signal,
    );
    if (!opened.ok) return this.dispatch({ type: "agent-not-opened", ...codeOf(opened.error) });
    this.#handle = opened.value;
    this.#timings.mark("agentReady");
    this.dispatch({ type: "agent-opened" });
  }

  #createHost() {
    const { services } = this.#deps;
    const { chatId, agentId } = this.#run;
    const { id: sessionId } = this.#session;
    return new RunHost({
      turn: turnOf(this.#run, this.#session),
      tools: this.#tools,
      permissions: services.permissions,
      terminals: services.terminals.forAgent(sessionId, agentId),
      signal: this.#turn.signal,
      checkpointTaken: () => this.#checkpoints.before(),
      stage: () => this.#stage(),
      over: this.#over.promise,
      stream: (body) => this.#deps.runLog.stream(body),
      onActivity: (kind) => this.#heard(kind),
      onUsage: (usage) => (this.#usage = usage),
      onModel: (modelId) => this.#deps.save({ resolvedModelId: modelId }),
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

  #heard(kind: "text" | "other"): void {
    this.#heardStraggler = true;
    if (this.#state.phase !== "running") return;
    this.#timings.mark("firstEvent");
    if (kind === "text") this.#timings.mark("firstToken");
    this.dispatch({ type: "output" });
  }

  async #send(): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    const modelId = handle.currentModelId();
    // No crash of ours can lose it; the disk has it right behind the prompt, which doesn't wait for that.
    const promptSentAt = this.#checkpoints.promptGoesOut(this.#deps.clock.now());
    this.#deps.save(
      { promptSentAt, ...(modelId ? { resolvedModelId: modelId } : {}) },
      { event: { type: "run.started", payload: { how: openings[handle.how] } }, durable: false },
    );
    if (handle.how === "memory-lost")
      this.#deps.runLog.append({
        type: "notice",
        payload: {
          kind: "memory-lost",
          message: "The agent could not go on with its earlier session and starts without memory of this chat.",
        },
      });
    // A prompt that a restart took for unsent would be sent twice.
    const saved = this.#deps.whenSaved();
    if (saved) {
      await saved;
      if (this.#state.phase !== "running") return;
      if (this.#state.stop) return this.dispatch({ type: "turn-ended", stopReason: "cancelled" });
    }
    this.#deps.failpoint("prompt-sent");
    const { prompt, requestedModelId, modeId, thinkingLevel } = this.#run;
    const { policy } = this.#deps.services.sessions.find(this.#session.id) ?? this.#session;
    const turn = handle.prompt({ blocks: prompt, policy, modelId: requestedModelId, modeId, thinkingLevel });
    // Right behind the prompt: git's time lies beside the model's, which is longer, and no edit can come before its answer.
    setImmediate(() => this.#background(this.#sent()));
    const ended = await turn;
    if (!ended.ok) return this.dispatch({ type: "turn-failed", ...codeOf(ended.error) });
    if (ended.value.usage) this.#usage = { ...ended.value.usage, ...contextOf(this.#usage) };
    this.dispatch({ type: "turn-ended", stopReason: stopReasons[ended.value.reason] });
  }

  async #sent(): Promise<void> {
    if (this.#state.phase === "ended") return;
    this.#deps.save({ timings: this.#timings.value }, { durable: true });
    await this.#checkpoints.before();
  }

  /** A cancel that can't be sent is as good as one that isn't answered. */
  async #cancel(): Promise<void> {
    try {
      await this.#handle?.cancel();
    } catch (error) {
      this.#deps.log.error("run.cancel", error, { runId: this.#run.id });
      this.dispatch({ type: "timer", timer: "stop-answer" });
    }
  }

  /** The run ends without its agent's answer: the agent is told to stop, or ended where it can't be told. */
  async #letGo(): Promise<void> {
    try {
      await this.#handle?.cancel().catch(() => this.#handle?.kill());
    } catch (error) {
      this.#deps.log.error("run.let-go", error, { runId: this.#run.id });
    }
  }

  async #kill(): Promise<void> {
    await this.#handle?.kill();
    this.dispatch({ type: "killed" });
  }

  /** Until the last event, what still comes of the turn is part of it: only then is what is open ended. */
  async #settle(): Promise<void> {
    this.#turn.abort();
    this.#deps.runLog.flush();
    // The checkpoint is a write of others, who don't wait.
    await this.#deps.whenUnlocked();
    if (this.#handle) await Promise.all([this.#checkpoints.after(), this.#stragglersIn(this.#handle.stragglesMs)]);
    else {
      this.#checkpoints.skipBefore();
      await this.#checkpoints.before();
    }
    if (this.#state.phase !== "settling") return;
    const bodies =
      this.#state.end?.kind === "cancelled"
        ? this.#tools.endOpen("CANCELLED", "Stopped")
        : this.#tools.endOpen("EXECUTION_FAILED", "The agent's turn ended before this did");
    for (const body of bodies) this.#deps.runLog.stream(body);
    this.#deps.runLog.flush();
    this.dispatch({ type: "settled" });
  }

  /** Agents say the last of a turn a moment after its end: waits until they are quiet, for a while. */
  async #stragglersIn(quietMs: number): Promise<void> {
    if (quietMs === 0 || this.#stage() !== "settling") return;
    let rounds = maxStragglerRounds;
    do {
      this.#heardStraggler = false;
      await new Promise<void>((resolve) => this.#deps.clock.after(quietMs, resolve));
      rounds -= 1;
    } while (this.#heardStraggler && rounds > 0 && this.#state.phase === "settling");
  }

  #finish(status: RunEnding["status"], end: { stopReason?: string; code?: string; message?: string }): void {
    this.#timings.mark("total");
    this.#progress.dispose();
    const { stopReason = null, code, message = "" } = end;
    this.#deps.runLog.flush();
    this.#over.resolve();
    const error = code === undefined ? null : { code, message };
    this.#deps.end({ status, stopReason, error, timings: this.#timings.value, usage: this.#usage });
  }

  #showTool(id: string): void {
    const call = this.#tools.get(id);
    if (call) this.#deps.showTool(call);
  }
}
