import type { Run } from "../../shared/contract/runs.ts";
import type { RunEventBody, Timings, Usage } from "../../shared/run-event.ts";
import { initialRunState, statusOf, stepRun, type RunEffect, type RunInput, type RunState, type RunTimer } from "../../shared/run-state.ts";
import { assertNever } from "../../shared/result.ts";
import type { AgentFailure, AgentSessionHandle } from "../agents/agent.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { RunPatch } from "../store/runs.ts";
import type { Parts, SessionFacts } from "./ports.ts";
import { createRunHost } from "./run-host.ts";
import type { RunLog } from "./run-log.ts";
import { ToolCalls } from "./tool-calls.ts";

/**
 * One run from its slot to its terminal event: carries out what `stepRun` decides. Owns the turn's signal, its
 * timers and its tool calls; all end with the run, whose agent session lives on.
 */
export type ExecutionDeps = {
  parts: Parts;
  clock: Clock;
  log: Log;
  runLog: RunLog;
  failpoint(label: string): void;
  keepOutput(runId: string, toolCallId: string, output: string): string | null;
  /** Writes the run's row. `durable`: on the disk when it returns, with the event, in one transaction. */
  save(patch: RunPatch, event?: RunEventBody): void;
  ended(end: Run["status"]): void;
};

/** How long a warm agent has the machine to itself, unless it says something before: no model answers sooner. */
const beforeDelayMs = 150;

export class Execution {
  readonly #deps: ExecutionDeps;
  readonly #run: Run;
  readonly #session: SessionFacts;
  readonly #createdAt: number;
  readonly #tools: ToolCalls;
  readonly #turn = new AbortController();
  readonly #opening = new AbortController();
  readonly #timers = new Map<RunTimer, () => void>();
  #state: RunState = initialRunState();
  #status: Run["status"] = "queued";
  #handle: AgentSessionHandle | null = null;
  readonly #before = Promise.withResolvers<string | null>();
  #beforeBegun = false;
  #cancelBefore: () => void = () => {};
  #timings: Timings;
  #usage: Usage | null = null;
  #late = 0;

  constructor(deps: ExecutionDeps, run: Run, session: SessionFacts) {
    this.#deps = deps;
    this.#run = run;
    this.#tools = new ToolCalls((toolCallId, output) => deps.keepOutput(run.id, toolCallId, output));
    this.#session = session;
    this.#createdAt = deps.clock.monotonic();
    this.#timings = run.timings;
  }

  get runId(): string {
    return this.#run.id;
  }

  get sent(): boolean {
    return this.#handle !== null;
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
    this.#disarm();
    this.#turn.abort();
    this.#opening.abort();
    this.#skipBefore();
    this.#deps.parts.permissions.cancelRun(this.#run.id);
    void this.#handle?.cancel();
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
        return this.#deps.parts.permissions.cancelRun(this.#run.id);
      case "send-cancel":
        return this.#background(this.#handle?.cancel() ?? Promise.resolve());
      case "kill-agent":
        return this.#background(this.#kill());
      case "arm":
        this.#timers.get(effect.timer)?.();
        this.#timers.set(effect.timer, this.#deps.clock.after(effect.ms, () => this.dispatch({ type: "timer", timer: effect.timer })));
        return;
      case "disarm":
        return this.#disarm();
      case "settle":
        return this.#background(this.#settle());
      case "append-end":
        return this.#finish(effect.end.kind, effect.end);
      default:
        assertNever(effect);
    }
  }

  /** A surprise in an effect must not leave the run hanging: it ends as failed, and the log has the reason. */
  #background(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#deps.log.error("run.effect", error, { runId: this.#run.id });
      const message = error instanceof Error ? error.message : String(error);
      this.dispatch({ type: "turn-failed", code: "INTERNAL", message });
      if (this.#state.phase === "settling") this.dispatch({ type: "settled" });
    });
  }

  async #open(): Promise<void> {
    const { parts } = this.#deps;
    const state = await parts.sessions.whenReady(this.#session.id, this.#opening.signal);
    if (state !== "ready") {
      this.dispatch({ type: "agent-not-opened", code: "WORKING_COPY_MISSING", message: "The session's working copy is not there" });
      return;
    }
    this.#mark("workingCopyReady");
    const { agentId, chatId } = this.#run;
    // Git's processes would take a warm agent the processor; where it starts first, they lie beside its start.
    if (parts.agents.backend.outlook(chatId, agentId) !== "warm") void this.#takeBefore();
    const opened = await parts.agents.backend.open(
      { chatId, agentId, projectId: this.#session.projectId, workingCopyPath: this.#session.copy.path, host: this.#createHost() },
      this.#opening.signal,
    );
    if (!opened.ok) return this.dispatch({ type: "agent-not-opened", ...codeOf(opened.error) });
    this.#handle = opened.value;
    this.#mark("agentReady");
    this.dispatch({ type: "agent-opened" });
  }

  #createHost() {
    const { parts } = this.#deps;
    const { id: runId, chatId, agentId } = this.#run;
    const { id: sessionId, projectId, copy } = this.#session;
    return createRunHost({
      turn: { runId, chatId, sessionId, projectId, agentId, workingCopyPath: copy.path },
      tools: this.#tools,
      permissions: parts.permissions,
      terminals: parts.terminals.forAgent(sessionId, agentId),
      signal: this.#turn.signal,
      checkpointTaken: () => this.#takeBefore(),
      accepts: () => this.#accepts(),
      stream: (body) => {
        this.#deps.runLog.stream(body);
        // It has begun to work; its words are on their way by the time this runs.
        if (!this.#beforeBegun && /^(assistant|reasoning|tool|plan)\./.test(body.type)) setImmediate(() => void this.#takeBefore());
      },
      onActivity: (kind) => {
        this.#mark("firstEvent");
        if (kind === "text") this.#mark("firstToken");
        this.dispatch({ type: "output" });
      },
      onUsage: (usage) => (this.#usage = usage),
      onModel: (modelId) => this.#deps.save({ resolvedModelId: modelId }),
      onTitle: (title) => parts.chats.suggestTitle(chatId, title),
    });
  }

  #accepts(): boolean {
    if (this.#state.phase === "running" && this.#state.stop !== "killing") return true;
    this.#late += 1;
    return false;
  }

  async #send(): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    const modelId = handle.currentModelId();
    this.#deps.save(
      { promptSentAt: this.#deps.clock.now(), timings: this.#timings, ...(modelId ? { resolvedModelId: modelId } : {}) },
      { type: "run.started", payload: { how: handle.how } },
    );
    if (handle.how === "memory-lost")
      this.#deps.runLog.append({
        type: "notice",
        payload: { kind: "memory-lost", message: "The agent could not go on with its earlier session and starts without memory of this chat." },
      });
    this.#deps.failpoint("prompt-sent");
    const { prompt, requestedModelId, modeId, thinkingLevel } = this.#run;
    const turn = handle.prompt({ blocks: prompt, modelId: requestedModelId, modeId, thinkingLevel });
    if (!this.#beforeBegun) this.#cancelBefore = this.#deps.clock.after(beforeDelayMs, () => void this.#takeBefore());
    const ended = await turn;
    if (!ended.ok) return this.dispatch({ type: "turn-failed", ...codeOf(ended.error) });
    if (ended.value.usage) this.#usage = { ...ended.value.usage, ...context(this.#usage) };
    this.dispatch({ type: "turn-ended", stopReason: ended.value.stopReason });
  }

  async #kill(): Promise<void> {
    await this.#handle?.kill();
    this.dispatch({ type: "killed" });
  }

  /** Begins it unless it was begun; what the app does on the agent's behalf waits for the answer. */
  #takeBefore(): Promise<string | null> {
    if (!this.#beforeBegun) {
      this.#beforeBegun = true;
      this.#cancelBefore();
      this.#checkpoint("before-run").then(this.#before.resolve, this.#before.reject);
      this.#background(this.#before.promise.then(() => {}));
    }
    return this.#before.promise;
  }

  /** A run that ends without having sent its prompt needs none any more. */
  #skipBefore(): void {
    if (this.#beforeBegun) return;
    this.#beforeBegun = true;
    this.#cancelBefore();
    this.#before.resolve(null);
  }

  /** Takes a checkpoint; a failure is told in the run and doesn't stop it. */
  async #checkpoint(kind: "before-run" | "after-run"): Promise<string | null> {
    const taken = await this.#deps.parts.checkpoints.take(this.#session.id, kind, { runId: this.#run.id });
    if (!taken.ok) {
      this.#deps.runLog.stream({ type: "notice", payload: { kind: "warning", message: `No checkpoint could be taken: ${taken.error.message}` } });
      return null;
    }
    const { id, revisionId, skipped } = taken.value;
    if (kind === "after-run") this.#deps.runLog.append({ type: "revision.created", payload: { revisionId } });
    this.#deps.runLog.append({ type: "checkpoint.created", payload: { checkpointId: id, kind } });
    if (skipped.length > 0 && kind === "after-run")
      this.#deps.runLog.append({
        type: "notice",
        payload: { kind: "skipped-files", message: `${skipped.length} large untracked files are not part of checkpoints: ${skipped.slice(0, 3).map((file) => file.path).join(", ")}` },
      });
    return revisionId;
  }

  async #settle(): Promise<void> {
    this.#turn.abort();
    const kind = this.#state.end?.kind;
    const bodies =
      kind === "cancelled"
        ? this.#tools.endOpen("CANCELLED", "Stopped")
        : this.#tools.endOpen("EXECUTION_FAILED", "The agent's turn ended before this did");
    for (const body of bodies) this.#deps.runLog.stream(body);
    this.#deps.runLog.flush();
    if (!this.#handle) this.#skipBefore();
    const beforeTree = await this.#takeBefore();
    if (this.#handle) await this.#recordWork(beforeTree);
    if (this.#state.phase === "settling") this.dispatch({ type: "settled" });
  }

  async #recordWork(beforeTree: string | null): Promise<void> {
    const { parts } = this.#deps;
    const afterTree = await this.#checkpoint("after-run");
    if (afterTree === null) return;
    parts.sessions.setRevision(this.#session.id, afterTree);
    if (beforeTree !== null)
      await parts.changes.recordRun(this.#session.id, { agentId: this.#run.agentId, runId: this.#run.id, beforeTree, afterTree });
  }

  #finish(kind: "completed" | "failed" | "cancelled" | "interrupted", end: { stopReason?: string; code?: string; message?: string }): void {
    this.#mark("total");
    const { stopReason, code, message } = end;
    const timings = this.#timings;
    this.#deps.runLog.flush();
    this.#deps.save(
      {
        status: kind,
        reason: null,
        stopReason: stopReason ?? null,
        error: code ? { code, message: message ?? "" } : null,
        timings,
        usage: this.#usage,
        endedAt: this.#deps.clock.now(),
      },
      {
        type: `run.${kind}`,
        payload: {
          timings,
          usage: this.#usage,
          ...(stopReason === undefined ? {} : { stopReason }),
          ...(code === undefined ? {} : { code }),
          ...(message === undefined ? {} : { message }),
        },
      },
    );
    if (this.#late > 0) this.#deps.log.info("run.late-updates", { runId: this.#run.id, count: this.#late });
    this.#deps.parts.agents.addUsage(this.#run.chatId, this.#run.agentId, this.#usage);
    this.#deps.ended(kind);
  }

  #mark(name: keyof Timings): void {
    if (this.#timings[name] !== undefined) return;
    const ms = Math.round(this.#deps.clock.monotonic() - this.#createdAt);
    this.#timings = { ...this.#timings, [name]: Math.max(0, ms) };
  }

  #disarm(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}

function context(usage: Usage | null): Partial<Usage> {
  return usage ? { contextUsed: usage.contextUsed ?? null, contextSize: usage.contextSize ?? null, ...(usage.cost == null ? {} : { cost: usage.cost }) } : {};
}

const failureCodes: Record<AgentFailure["type"], string> = {
  unavailable: "CODING_AGENT_ENGINE_UNAVAILABLE",
  "signed-out": "CODING_AGENT_ENGINE_UNAVAILABLE",
  unsupported: "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME",
  "model-unavailable": "CODING_AGENT_MODEL_UNAVAILABLE",
  "start-failed": "AGENT_START_FAILED",
  "handshake-timeout": "AGENT_HANDSHAKE_TIMEOUT",
  "crash-loop": "AGENT_CRASH_LOOP",
  crashed: "AGENT_CRASHED",
  killed: "AGENT_KILLED",
  protocol: "AGENT_PROTOCOL_ERROR",
  failed: "AGENT_FAILED",
  cancelled: "CANCELLED",
};

function codeOf(failure: AgentFailure): { code: string; message: string } {
  return { code: failureCodes[failure.type], message: failure.message };
}
