import { newId } from "../../shared/ids.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent, RunEventBody } from "../../shared/run-event.ts";
import { promptText } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { Listeners } from "../lib/listeners.ts";
import type { Log } from "../lib/log.ts";
import type { Store } from "../store/open.ts";
import type { RunPatch, RunRepository } from "../store/runs.ts";
import type { ChatAnnouncement } from "./chat-feed.ts";
import { Execution } from "./execution.ts";
import type { Parts } from "./ports.ts";
import { checkRun, findPlace, type CreateRun, type RunRefusal } from "./run-checks.ts";
import { followRun, type Published } from "./run-feed.ts";
import { createRunLog } from "./run-log.ts";
import { schedule } from "./scheduler.ts";
import type { Leases } from "../working-copies/leases.ts";

/**
 * All runs of the data folder: which exist, which go on, which wait. Owns every `Execution` until it has ended;
 * `dispose` ends those that go on as interrupted.
 */
export type RunsDeps = {
  store: Store;
  runs: RunRepository;
  leases: Leases;
  parts: Parts;
  clock: Clock;
  log: Log;
  announce(run: Run): void;
  failpoint(label: string): void;
  /** Puts a tool's output that is too long for an event into a file; answers its path, or null where it can't. */
  keepOutput(runId: string, toolCallId: string, output: string): string | null;
};

export type RunsService = ReturnType<typeof createRunsService>;

type SaveOptions = { event?: RunEventBody; durable?: boolean };

export function createRunsService(deps: RunsDeps) {
  const { store, runs, leases, parts, clock, log } = deps;
  const published = new Listeners<Published>((error) => log.error("runs.listener", error));
  const announced = new Listeners<ChatAnnouncement>((error) => log.error("runs.listener", error));
  const ended = new Listeners<Run>((error) => log.error("runs.listener", error));
  const active = new Map<string, Execution>();
  let closing = false;
  leases.released.on(() => pump());

  function announce(runId: string): Run {
    const run = runs.find(runId);
    if (!run) throw new Error(`No run ${runId}`);
    deps.announce(run);
    announced.emit({ chatId: run.chatId, update: { type: "run", run } });
    return run;
  }

  function publish(run: { id: string; chatId: string; sessionId: string }, events: RunEvent[]): RunEvent[] {
    published.emit({ runId: run.id, chatId: run.chatId, sessionId: run.sessionId, events });
    return events;
  }

  function labelOf(runId: string): string {
    const chat = parts.chats.find(runs.find(runId)?.chatId ?? "");
    return chat ? `chat ${chat.tabNumber}` : "another run";
  }

  function pump(): void {
    if (closing) return;
    const going = leases.going().map((run) => ({ ...run, label: labelOf(run.runId) }));
    const kept = leases.leased().map((lease) => ({ ...lease, runId: "", label: "work on the session's files" }));
    const { start, reasons } = schedule(leases.waiting(), [...going, ...kept], parts.settings().maxConcurrentRuns, labelOf);
    for (const [runId, reason] of reasons) {
      if (runs.find(runId)?.reason === reason) continue;
      store.quickly(() => runs.update(runId, { reason }));
      announce(runId);
    }
    for (const runId of start) begin(runId);
  }

  function begin(runId: string): void {
    const run = runs.find(runId);
    if (!run) return leases.end(runId);
    const session = parts.sessions.find(run.sessionId);
    // Deleted while the run was on its way here.
    if (!session)
      return endUnbegun(run, "failed", {
        code: "SESSION_NOT_FOUND",
        message: "The session was deleted before this prompt was sent.",
      });
    const execution = createExecution(run, session);
    leases.begin(runId);
    active.set(runId, execution);
    parts.sessions.touch(run.sessionId, {});
    execution.dispatch({ type: "slot-granted" });
  }

  function createExecution(run: Run, session: NonNullable<ReturnType<Parts["sessions"]["find"]>>): Execution {
    const runLog = createRunLog({
      clock,
      commit: (events, durable) => {
        const write = (): RunEvent[] => runs.append(run.id, events);
        const written = publish(run, durable ? store.durably(write) : store.quickly(write));
        if (written.some((event) => event.type === "assistant.delta")) deps.failpoint("mid-text");
        if (written.some((event) => event.type === "tool.started")) deps.failpoint("mid-tool");
        return written;
      },
    });
    return new Execution(
      {
        parts,
        clock,
        log,
        runLog,
        failpoint: deps.failpoint,
        keepOutput: deps.keepOutput,
        save: (patch, how) => save(run, patch, how),
        ended: (status) => finished(run.id, status),
      },
      run,
      session,
    );
  }

  function save(run: Run, patch: RunPatch, { event, durable = event !== undefined }: SaveOptions = {}): void {
    const events = store[durable ? "durably" : "quickly"](() => {
      runs.update(run.id, patch);
      return event ? runs.append(run.id, [{ body: event, at: clock.now() }]) : [];
    });
    if (events.length > 0) publish(run, events);
    announce(run.id);
    if (patch.status) parts.sessions.touch(run.sessionId, {});
  }

  function finished(runId: string, status: Run["status"]): void {
    active.delete(runId);
    leases.end(runId);
    const run = announce(runId);
    parts.sessions.touch(run.sessionId, { unread: status !== "cancelled" });
    ended.emit(run);
    pump();
  }

  /** Writes the run and its first event; `also` happens in the same transaction. */
  function insert(
    input: CreateRun,
    place: { agentId: string; sessionId: string; workingCopyId: string; revisionId: string | null },
    also: () => void,
  ): Run {
    const id = newId("run", clock.now());
    const events = store.durably(() => {
      runs.insert({
        id,
        chatId: input.chatId,
        sessionId: place.sessionId,
        workingCopyId: place.workingCopyId,
        agentId: place.agentId,
        requestedModelId: input.modelId,
        modeId: input.modeId ?? null,
        thinkingLevel: input.thinkingLevel ?? null,
        baseRevisionId: place.revisionId,
        prompt: input.prompt,
        context: input.context ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
        reason: null,
        createdAt: clock.now(),
      });
      also();
      return runs.append(id, [
        { body: { type: "run.accepted", payload: { agentId: place.agentId, modelId: input.modelId } }, at: clock.now() },
      ]);
    });
    publish({ id, chatId: input.chatId, sessionId: place.sessionId }, events);
    return announce(id);
  }

  return {
    published,
    announced,
    ended,

    async create(input: CreateRun, also: () => void = () => {}): Promise<Result<Run, RunRefusal>> {
      const startedAt = clock.monotonic();
      const place = findPlace(parts, input.chatId);
      if (!place.ok) return place;
      const same = (): Run | null => (input.idempotencyKey ? runs.findByKey(input.chatId, input.idempotencyKey) : null);
      const earlier = same();
      if (earlier) return ok(earlier);
      const checked = await checkRun(parts, input);
      if (!checked.ok) return checked;
      // Another call with the same key may have got here while this one was being checked.
      const meanwhile = same();
      if (meanwhile) return ok(meanwhile);
      const { session, agentId } = checked.value;
      const run = insert(
        input,
        { agentId, sessionId: session.id, workingCopyId: session.copy.id, revisionId: session.copy.revisionId },
        also,
      );
      store.quickly(() => runs.update(run.id, { timings: { create: Math.round(clock.monotonic() - startedAt) } }));
      deps.failpoint("prompt-stored");
      parts.chats.setLastAgent(input.chatId, agentId);
      parts.chats.suggestTitle(input.chatId, promptText(input.prompt));
      leases.wait({ runId: run.id, workingCopyId: session.copy.id, folder: session.copy.path });
      pump();
      return ok(runs.find(run.id) ?? run);
    },

    /** Stop. A run that has ended answers as it is. */
    cancel(runId: string): Result<Run, Failure<"RUN_NOT_FOUND">> {
      const run = runs.find(runId);
      if (!run) return failure("RUN_NOT_FOUND", "There is no such run", { field: "id" });
      const going = active.get(runId);
      if (going) going.dispatch({ type: "stop" });
      else if (leases.isWaiting(runId)) endUnbegun(run, "cancelled", null);
      return ok(runs.find(runId) ?? run);
    },

    resume(runId: string): Result<Run, Failure<"RUN_NOT_FOUND" | "RUN_NOT_PAUSED">> {
      const run = runs.find(runId);
      if (!run) return failure("RUN_NOT_FOUND", "There is no such run", { field: "id" });
      return failure("RUN_NOT_PAUSED", `The run is ${run.status}, not paused`);
    },

    get(runId: string): Result<Run, Failure<"RUN_NOT_FOUND">> {
      const run = runs.find(runId);
      return run ? ok(run) : failure("RUN_NOT_FOUND", "There is no such run", { field: "id" });
    },

    list(chatId: string, limit: number): Result<Run[], Failure<"CHAT_NOT_FOUND">> {
      if (!parts.chats.find(chatId)) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "chatId" });
      return ok(runs.listChat(chatId, limit));
    },

    listOpen: (): Run[] => runs.listOpen(),

    follow: (runId: string, afterSeq: number, signal: AbortSignal | undefined) =>
      followRun({ events: runs, published }, runId, afterSeq, signal),

    /** Adds an event of permissions or questions to a run that goes on. */
    append(runId: string, body: RunEventBody): void {
      active.get(runId)?.append(body);
    },

    dispose(): void {
      closing = true;
      for (const { runId } of leases.waiting()) {
        const run = runs.find(runId);
        if (run)
          endUnbegun(run, "interrupted", {
            code: "NOT_SENT",
            message: "Hearth was closed before this prompt was sent. Send it again.",
          });
      }
      for (const execution of [...active.values()]) execution.interrupt("Hearth was closed while this ran");
    },
  };

  /** Ends a run that never had its turn. */
  function endUnbegun(run: Run, status: "cancelled" | "failed" | "interrupted", error: Run["error"]): void {
    const endedAt = clock.now();
    const timings = { ...run.timings, total: Math.max(0, endedAt - Date.parse(run.createdAt)) };
    save(
      run,
      { status, reason: null, error, endedAt, timings },
      { event: { type: `run.${status}`, payload: { ...error, timings, usage: null } } },
    );
    finished(run.id, status);
  }
}
