import { implement, withEventMeta } from "@orpc/server";
import { contract } from "../../shared/contract/contract.ts";
import type { ApplyResult } from "../../shared/contract/changes.ts";
import type { AppState } from "../../shared/contract/system.ts";
import { isTerminal, type RunEvent, type RunEventBody } from "../../shared/run-event.ts";
import { toError } from "../rpc/answer.ts";

const at = "2026-01-01T00:00:00.000Z";
const usageNull = { timings: {}, usage: null };

/** A core of one project and one session whose run does what the script says; what was asked of it is in `calls`. */
export function scriptedCore(script: {
  events: RunEventBody[];
  trusted?: boolean;
  conflicts?: ApplyResult["conflicts"];
  inPlace?: boolean;
  /** What the core says of answers to the question, one after the other; then it takes them. */
  refusals?: string[];
}) {
  const calls: [string, unknown][] = [];
  const state = { trusted: script.trusted ?? true, answered: false, cancelled: false };
  let changed = (): void => {};
  let waiting = new Promise<void>((resolve) => (changed = resolve));
  const note = (name: string, input: unknown): void => {
    calls.push([name, input]);
    changed();
    waiting = new Promise<void>((resolve) => (changed = resolve));
  };
  const project = () => ({
    id: "prj_1",
    name: "demo",
    path: "/tmp",
    kind: "folder" as const,
    folder: "",
    repository: null,
    trusted: state.trusted,
    trust: state.trusted ? ("trusted" as const) : ("untrusted" as const),
    missing: false,
    addedAt: at,
  });
  const session = {
    id: "ses_1abc",
    projectId: "prj_1",
    title: "A \u001b[31mtitle",
    status: "open" as const,
    policy: "ask" as const,
    unaskedAgents: [] as string[],
    tags: [],
    activity: "idle" as const,
    changes: { files: 1, additions: 2, deletions: 1 },
    unread: false,
    agentIds: ["practice"],
    createdAt: at,
    updatedAt: at,
    workingCopy: {
      id: "wcp_1",
      kind: script.inPlace ? ("in-place" as const) : ("worktree" as const),
      path: "/tmp/copy",
      branch: null,
      detachedAt: null,
      baseCommit: null,
      baseRef: null,
      revisionId: null,
      broughtIn: null,
      state: "ready" as const,
      detail: null,
    },
  };
  const run = (status: "running" | "cancelled") => ({
    id: "run_1",
    chatId: "chat_1",
    sessionId: session.id,
    agentId: "practice",
    requestedModelId: null,
    resolvedModelId: null,
    modeId: null,
    thinkingLevel: null,
    workingCopyId: "wcp_1",
    baseRevisionId: null,
    status,
    reason: null,
    prompt: [{ type: "text" as const, text: "hello" }],
    pause: null,
    stopReason: null,
    error: null,
    timings: {},
    usage: null,
    createdAt: at,
    endedAt: null,
    lastSeq: 0,
  });
  const change = {
    path: "a.txt",
    operation: "edit" as const,
    agent: "practice",
    runId: "run_1",
    agents: ["practice"],
    additions: 2,
    deletions: 1,
    binary: false,
    type: "file" as const,
    oldMode: "100644",
    newMode: "100644",
    review: "pending" as const,
    protected: false,
    fingerprint: "f",
  };
  const permission = {
    id: "perm_1",
    runId: "run_1",
    chatId: "chat_1",
    sessionId: session.id,
    projectId: "prj_1",
    agentId: "practice",
    asker: null,
    title: "trust me",
    action: { kind: "execute" as const, command: "rm -rf build" },
    warnings: [],
    rememberable: false,
    status: "open" as const,
    createdAt: at,
    options: [
      { optionId: "always", kind: "allow_always" as const, name: "Always" },
      { optionId: "once", kind: "allow_once" as const, name: "Once" },
      { optionId: "no", kind: "reject_once" as const, name: "No" },
    ],
  };
  const question = {
    id: "qst_1",
    runId: "run_1",
    chatId: "chat_1",
    sessionId: session.id,
    projectId: "prj_1",
    agentId: "practice",
    asker: null,
    kind: "elicitation" as const,
    message: "Which one?",
    schema: { type: "object", properties: { answer: { type: "string", enum: ["A", "B"] } }, required: ["answer"] },
    status: "open" as const,
    createdAt: at,
  };
  const refusals = [...(script.refusals ?? [])];
  const alarm = {
    ...{ id: "alarm_1", runId: "run_1", chatId: "chat_1", sessionId: session.id, projectId: "prj_1", agentId: "practice" },
    ...{ message: "A file changed: a.ts", paths: ["a.ts"], checkpointId: "chk_1", status: "open" as const, createdAt: at },
  };
  const alarmed = script.events.some((event) => event.type === "notice" && event.payload.kind === "unasked");
  const asked = script.events.some((event) => event.type === "question.requested") ? "question" : "permission";
  // What it says is enough for the commands, and not whole.
  const os = implement(contract).$config({ initialOutputValidationIndex: Number.NaN });
  const router = {
    projects: {
      list: os.projects.list.handler(() => [project()]),
      get: os.projects.get.handler(() => project()),
      trustReport: os.projects.trustReport.handler(() => ({
        items: [{ kind: "hook", path: ".hooks/x", detail: "runs \u001b]0;evil\u0007" }],
        contentHash: "hash",
        changed: [],
      })),
      trust: os.projects.trust.handler(({ input }) => {
        note("projects.trust", input);
        state.trusted = true;
        return project();
      }),
    },
    sessions: {
      list: os.sessions.list.handler(() => [session]),
      get: os.sessions.get.handler(() => session),
      create: os.sessions.create.handler(({ input }) => {
        note("sessions.create", input);
        return session;
      }),
      update: os.sessions.update.handler(({ input }) => {
        note("sessions.update", input);
        session.unaskedAgents.push(...(input.unaskedAgents ?? []));
        return session;
      }),
      remove: os.sessions.remove.handler(({ input }) => {
        note("sessions.remove", input);
        return { removed: true as const, checkpointId: null, left: null };
      }),
    },
    chats: {
      list: os.chats.list.handler(() => []),
      create: os.chats.create.handler(() => ({
        id: "chat_1",
        sessionId: session.id,
        tabNumber: 1,
        title: "",
        lastAgentId: null,
        archived: false,
        handover: true,
        forkedAt: null,
        createdAt: at,
      })),
    },
    permissions: {
      inbox: os.permissions.inbox.handler(() =>
        state.answered
          ? []
          : alarmed
            ? [{ kind: "alarm" as const, id: alarm.id, at, alarm }]
            : asked === "question"
              ? [{ kind: "question" as const, id: question.id, at, question }]
              : [{ kind: "permission" as const, id: permission.id, at, permission }],
      ),
      dismissAlarm: os.permissions.dismissAlarm.handler(({ input }) => {
        note("permissions.dismissAlarm", input);
        return { ...alarm, status: "dismissed" as const };
      }),
      answerQuestion: os.permissions.answerQuestion.handler(({ input }) => {
        note("permissions.answerQuestion", input);
        const refusal = refusals.shift();
        if (refusal !== undefined) throw toError({ code: "INPUT_INVALID", message: refusal, field: "answer" });
        state.answered = true;
        changed();
        return { ...question, status: "answered" as const };
      }),
      answer: os.permissions.answer.handler(({ input }) => {
        state.answered = true;
        note("permissions.answer", input);
        return { ...permission, status: "resolved" as const };
      }),
    },
    runs: {
      create: os.runs.create.handler(({ input }) => {
        note("runs.create", input);
        if (input.agentId === "nobody")
          throw toError({ code: "CODING_AGENT_ENGINE_UNAVAILABLE", message: "nobody isn't installed", field: "agentId" });
        if (input.agentId === "mute" && !session.unaskedAgents.includes("mute"))
          throw toError({
            code: "CODING_AGENT_DOES_NOT_ASK",
            message: "mute never asks",
            field: "agentId",
            data: { agentId: "mute" },
          });
        return run("running");
      }),
      cancel: os.runs.cancel.handler(({ input }) => {
        state.cancelled = true;
        note("runs.cancel", input);
        return run("cancelled");
      }),
      stream: os.runs.stream.handler(async function* () {
        let seq = 0;
        for (const body of script.events) {
          if (state.cancelled) break;
          const event = { ...body, seq: ++seq, cursor: seq, runId: "run_1", at } as RunEvent;
          yield withEventMeta(event, { id: String(seq) });
          if (isTerminal(body)) return;
          const asks = body.type === "permission.requested" || body.type === "question.requested";
          while (asks && !state.answered && !state.cancelled) await waiting;
        }
        while (!state.cancelled) await waiting;
        const last: RunEvent = { type: "run.cancelled", payload: usageNull, seq: ++seq, cursor: seq, runId: "run_1", at };
        yield withEventMeta(last, { id: String(seq) });
      }),
    },
    changes: {
      list: os.changes.list.handler(() => [change]),
      approve: os.changes.approve.handler(({ input }) => {
        note("changes.approve", input);
        return [change];
      }),
      apply: os.changes.apply.handler(({ input }) => {
        note("changes.apply", input);
        const conflicts = input.paths ? [] : (script.conflicts ?? []);
        const applied = conflicts.length > 0 && !input.dryRun ? [] : ["a.txt"];
        return { applyId: null, applied, conflicts, checkpointId: null, place: null, commit: null, notCovered: [] };
      }),
    },
    system: {
      watch: os.system.watch.handler(async function* () {
        yield { type: "snapshot" as const, state: { activeRuns: [] } as unknown as AppState };
      }),
    },
    checkpoints: {
      restore: os.checkpoints.restore.handler(({ input }) => {
        note("checkpoints.restore", input);
        return {
          ...{ mode: "exact" as const, changed: ["a.txt"], conflicts: [], kept: [], notCovered: [] },
          changes: [{ path: "a.txt", operation: "edit" as const, additions: 1, deletions: 2, binary: false }],
          checkpointBeforeId: input.dryRun ? null : "chk_2",
        };
      }),
    },
  };
  // A part of the contract is enough for the commands; what is missing fails when it is called.
  return { router: router as never, calls, names: () => calls.map(([name]) => name) };
}
