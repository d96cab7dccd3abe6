import { failure, type Failure } from "../../shared/errors.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent, ToolSnapshot } from "../../shared/run-event.ts";
import { promptText } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { AgentUpdate } from "../agents/port.ts";
import type { Clock } from "../lib/clock.ts";
import { Listeners } from "../lib/listeners.ts";
import type { Log } from "../lib/log.ts";
import type { ChatAnnouncement } from "./chat-feed.ts";
import type { Execution } from "./execution.ts";
import { executionOf } from "./execution-of.ts";
import type { Handovers } from "./handovers.ts";
import { LateReports } from "./late-reports.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { RunServices, SessionFacts } from "./ports.ts";
import { checkRun, findPlace, sameRequest, type CreateRun, type RunRefusal } from "./run-checks.ts";
import type { RunInsertion } from "./run-insertion.ts";
import { followRun, followSession, type Published } from "./run-feed.ts";
import { endOf, type RunEnding } from "./run-ending.ts";
import type { RunFiles } from "./run-files.ts";
import type { RunRecords, Saving } from "./run-records.ts";
import { schedule } from "./scheduler.ts";
import type { Leases } from "../working-copies/leases.ts";

export type RunsDeps = {
  records: RunRecords;
  insertion: RunInsertion;
  handovers: Handovers;
  live: LiveRuns;
  leases: Leases;
  services: RunServices;
  clock: Clock;
  log: Log;
  announce: (run: Run) => void;
  failpoint: (label: string) => void;
  files: RunFiles;
};

/**
 * All runs of the data folder: which exist, which go on, which wait. Owns every `Execution` until it has ended;
 * `dispose` ends those that go on as interrupted. No fault of the store keeps a run from ending.
 */
export class RunsService {
  readonly announced: Listeners<ChatAnnouncement>;
  readonly ended: Listeners<Run>;
  readonly #deps: RunsDeps;
  readonly #lateReports: LateReports;
  /** Runs whose last event waits for a store that another process holds. */
  readonly #ending = new Map<string, RunEnding>();
  /** Runs that are to begin in place of the turn that goes on in their chat, until they do. */
  readonly #instead = new Set<string>();
  #closing = false;

  constructor(deps: RunsDeps) {
    this.#deps = deps;
    this.announced = new Listeners((error) => deps.log.error("runs.listener", error));
    this.ended = new Listeners((error) => deps.log.error("runs.listener", error));
    this.#lateReports = new LateReports({
      clock: deps.clock,
      find: (runId) => deps.records.find(runId),
      save: (run, lateReport) => {
        deps.records.write(run, { patch: { lateReport }, events: [], durable: true });
        this.#announce(run.id);
        this.#touch(run, { unread: true });
      },
    });
    deps.records.saving.on(this.#onSaving);
    deps.leases.released.on(() => this.#pump());
  }

  get published(): Listeners<Published> {
    return this.#deps.records.published;
  }

  async create(input: CreateRun, also: () => void = () => {}): Promise<Result<Run, RunRefusal>> {
    const { insertion, services, clock, failpoint } = this.#deps;
    const startedAt = clock.monotonic();
    const found = findPlace(services, input.chatId);
    if (!found.ok) return found;
    const earlier = insertion.earlier(input);
    if (earlier) return sameRequest(earlier, input);
    const checked = await checkRun(services, input, found.value);
    if (!checked.ok) return checked;
    const inserted = await insertion.insert(input, checked.value, also);
    if (!inserted.ok) return inserted;
    const { run, events } = inserted.value;
    // Another call with the same key may have got here while this one was being checked.
    if (events.length === 0) return sameRequest(run, input);
    // Whoever hears of the event knows the run by then.
    this.#announce(run.id);
    this.published.emit({ runId: run.id, chatId: run.chatId, sessionId: run.sessionId, events });
    this.#update(run, { timings: { create: Math.round(clock.monotonic() - startedAt) } });
    failpoint("prompt-stored");
    this.#attempt("run.chat", run.id, () => {
      services.chats.setLastAgent(input.chatId, run.agentId);
      services.chats.suggestTitle(input.chatId, promptText(input.prompt));
    });
    const place = { runId: run.id, workingCopyId: run.workingCopyId, folder: checked.value.session.copy.path };
    this.#deps.leases.wait(place, input.now);
    if (input.now) {
      this.#instead.add(run.id);
      this.#stopForNext(run);
    }
    this.#pump();
    return ok(this.#deps.records.find(run.id) ?? run);
  }

  /** Stop. A run that has ended stays as it is; nothing goes out in place of one that goes on. */
  cancel(runId: string): Result<Run, Failure<"RUN_NOT_FOUND">> {
    const run = this.#deps.records.find(runId);
    if (!run) return notFound();
    const going = this.#deps.live.find(runId);
    if (going) {
      going.dispatch({ type: "stop" });
      for (const next of this.#deps.records.listOpen())
        if (next.chatId === run.chatId && this.#instead.has(next.id)) this.#endUnbegun(next, "cancelled", null);
    } else if (this.#deps.leases.isWaiting(runId)) this.#endUnbegun(run, "cancelled", null);
    return ok(this.#deps.records.find(runId) ?? run);
  }

  resume(runId: string): Result<Run, Failure<"RUN_NOT_FOUND" | "RUN_NOT_PAUSED">> {
    const { records, live } = this.#deps;
    const run = records.find(runId);
    if (!run) return notFound();
    if (run.status !== "paused") return failure("RUN_NOT_PAUSED", `The run is ${run.status}, not paused`);
    live.find(runId)?.dispatch({ type: "resume" });
    return ok(records.find(runId) ?? run);
  }

  /** At start, before anything else begins: runs that an earlier core left paused keep their place. */
  takeUpPaused(): void {
    const { records, services, leases, live } = this.#deps;
    for (const run of records.listOpen()) {
      const session = services.sessions.find(run.sessionId);
      if (run.status !== "paused" || !session) continue;
      leases.wait({ runId: run.id, workingCopyId: run.workingCopyId, folder: session.copy.path });
      leases.begin(run.id);
      live.add(this.#createExecution(run, session));
    }
  }

  get(runId: string): Result<Run, Failure<"RUN_NOT_FOUND">> {
    const run = this.#deps.records.find(runId);
    return run ? ok(run) : notFound();
  }

  findByKey(chatId: string, key: string): Run | null {
    return this.#deps.insertion.earlier({ chatId, idempotencyKey: key });
  }

  list(chatId: string, limit: number): Result<Run[], Failure<"CHAT_NOT_FOUND">> {
    if (!this.#deps.services.chats.find(chatId)) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "chatId" });
    return ok(this.#deps.records.listChat(chatId, limit));
  }

  listOpen(): Run[] {
    return this.#deps.records.listOpen();
  }

  follow(runId: string, afterSeq: number, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
    return followRun({ events: this.#deps.records, published: this.published }, runId, afterSeq, signal);
  }

  followSession(sessionId: string, afterCursor: number, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
    return followSession({ events: this.#deps.records, published: this.published }, sessionId, afterCursor, signal);
  }

  /** What the calls that a run has going are by now. */
  openCalls(runId: string): ToolSnapshot[] {
    return this.#deps.live.find(runId)?.openCalls() ?? [];
  }

  dispose(): void {
    this.#closing = true;
    for (const { runId } of this.#deps.leases.waiting()) {
      const run = this.#deps.records.find(runId);
      if (run)
        this.#endUnbegun(run, "interrupted", {
          code: "NOT_SENT",
          message: "Hearth was closed before this prompt was sent. Send it again.",
        });
    }
    for (const execution of this.#deps.live.list()) execution.interrupt("Hearth was closed while this ran");
    this.#lateReports.dispose();
    this.#deps.records.dispose();
  }

  /** The chat's turn that goes on ends for this run. A prompt that its agent hasn't had yet isn't given up for another. */
  #stopForNext({ id, chatId }: Run): void {
    for (const open of this.#deps.records.listOpen())
      if (open.chatId === chatId && open.id !== id && hasHadPrompt.has(open.status))
        this.#deps.live.find(open.id)?.dispatch({ type: "stop", forNext: true });
  }

  #announce(runId: string): void {
    const run = this.#deps.records.find(runId);
    if (!run) return;
    this.#deps.announce(run);
    this.announced.emit({ chatId: run.chatId, update: { type: "run", run } });
  }

  #labelOf(runId: string): string {
    const { services, records } = this.#deps;
    const chat = services.chats.find(records.find(runId)?.chatId ?? "");
    return chat ? `chat ${chat.tabNumber}` : "another run";
  }

  #pump(): void {
    if (this.#closing) return;
    const { records, services, leases } = this.#deps;
    const going = leases.going().map((run) => {
      return { ...run, label: this.#labelOf(run.runId), paused: records.find(run.runId)?.status === "paused" };
    });
    const kept = leases.leased().map((lease) => ({ ...lease, runId: "", label: "work on the session's files" }));
    const limit = services.settings().maxConcurrentRuns;
    const { start, reasons } = schedule(leases.waiting(), [...going, ...kept], limit, (runId) => this.#labelOf(runId));
    for (const [runId, reason] of reasons) {
      const run = records.find(runId);
      if (!run || run.reason === reason) continue;
      this.#update(run, { reason });
      this.#announce(runId);
    }
    for (const runId of start) this.#begin(runId);
  }

  #begin(runId: string): void {
    const { records, services, leases } = this.#deps;
    const run = records.find(runId);
    if (!run) return leases.end(runId);
    const session = services.sessions.find(run.sessionId);
    // Deleted while the run was on its way here.
    if (!session)
      return this.#endUnbegun(run, "failed", {
        code: "SESSION_NOT_FOUND",
        message: "The session was deleted before this prompt was sent.",
      });
    const execution = this.#createExecution(run, session);
    this.#instead.delete(runId);
    leases.begin(runId);
    this.#deps.live.add(execution);
    execution.dispatch({ type: "slot-granted" });
  }

  #createExecution(run: Run, session: SessionFacts): Execution {
    return executionOf(this.#deps, run, session, {
      onSaved: ({ hasNewStatus }) => {
        this.#announce(run.id);
        if (!hasNewStatus) return;
        this.#touch(run, {});
        // Its place is free for others.
        if (this.#deps.records.find(run.id)?.status === "paused") this.#pump();
      },
      onTool: (tool) => this.announced.emit({ chatId: run.chatId, update: { type: "tool", runId: run.id, tool } }),
      onReading: (reading) => this.announced.emit({ chatId: run.chatId, update: { type: "reading", runId: run.id, reading } }),
      onLate: (update) => this.#late(run, update),
      onEnd: (ending) => this.#end(run, ending),
    });
  }

  /** What an agent says of a run that is over: it stands beside the log, and its session's figures stay true. */
  #late({ id, chatId, agentId }: Run, update: AgentUpdate): void {
    if (update.type !== "usage") return this.#lateReports.add(id, update);
    const { contextUsed, contextSize } = update.usage;
    const nothing = { input: null, cached: null, output: null, reasoning: null };
    this.#deps.services.agents.addUsage(chatId, agentId, { ...nothing, contextUsed, contextSize });
  }

  #update(run: Run, patch: { reason?: string | null; timings?: Run["timings"] }): void {
    this.#deps.records.write(run, { patch, events: [], durable: false });
  }

  #touch(run: Run, what: { unread?: boolean }): void {
    this.#attempt("run.touch", run.id, () => this.#deps.services.sessions.touch(run.sessionId, what));
  }

  /** What follows from a run but isn't of it: a fault there is logged, and the run goes its way. */
  #attempt(what: string, runId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.log.error(what, error, { runId });
    }
  }

  /**
   * The last event of a run. A store that another process holds is waited for; where it can't be written for another
   * reason, the run ends here and now as failed, and the store is told when it takes writes again.
   */
  #end(run: Run, ending: RunEnding): void {
    if (this.#deps.records.write(run, endOf(ending, this.#deps.clock.now()))) return this.#finished(run.id, ending.status);
    const problem = this.#deps.records.fault(run.id);
    if (problem?.fault === "busy" && !problem.gaveUp && !this.#closing) this.#ending.set(run.id, ending);
    else this.#endUnsaved(run, ending);
  }

  #endUnsaved(run: Pick<Run, "id">, ending: RunEnding): void {
    this.#ending.delete(run.id);
    const { records, clock } = this.#deps;
    // A host that closes has no failed run: the next start finds it and settles it.
    if (this.#closing) return this.#finished(run.id, ending.status);
    const message = `The end of this run couldn't be saved: ${records.fault(run.id)?.message ?? "unknown"}`;
    const failed: RunEnding = { ...ending, status: "failed", error: { code: "INTERNAL", message } };
    records.replaceEnd(run.id, endOf(failed, clock.now(), "by-now"));
    this.#finished(run.id, "failed");
  }

  readonly #onSaving = ({ run, state, message }: Saving): void => {
    this.#announce(run.id);
    const ending = this.#ending.get(run.id);
    if (ending && state === "saved") {
      this.#ending.delete(run.id);
      this.#finished(run.id, ending.status);
    } else if (ending && state === "given-up") this.#endUnsaved(run, ending);
    else if (state === "given-up") this.#deps.live.find(run.id)?.fail(message);
  };

  #finished(runId: string, status: Run["status"]): void {
    this.#deps.live.delete(runId);
    this.#deps.leases.end(runId);
    this.#announce(runId);
    const run = this.#deps.records.find(runId);
    if (run) {
      this.#attempt("run.usage", runId, () => this.#deps.services.agents.addUsage(run.chatId, run.agentId, run.usage));
      this.#touch(run, { unread: status !== "cancelled" });
      this.ended.emit(run);
    }
    this.#attempt("run.next", runId, () => this.#pump());
  }

  /** Ends a run that never had its turn. */
  #endUnbegun(run: Run, status: RunEnding["status"], error: Run["error"]): void {
    this.#instead.delete(run.id);
    this.#deps.leases.end(run.id);
    const total = Math.max(0, this.#deps.clock.now() - Date.parse(run.createdAt));
    this.#end(run, { status, stopReason: null, error, timings: { ...run.timings, total }, usage: null });
  }
}

const hasHadPrompt: ReadonlySet<Run["status"]> = new Set(["running", "waiting", "paused"]);

function notFound(): { ok: false; error: Failure<"RUN_NOT_FOUND"> } {
  return failure("RUN_NOT_FOUND", "There is no such run", { field: "id" });
}
