import type { PermissionAsk, PermissionRequest, PermissionRule } from "../../shared/contract/permissions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { PermissionAction, PermissionOption } from "../../shared/run-event.ts";
import type { PermissionOutcome } from "../agents/port.ts";
import { readRegular } from "../lib/read-regular.ts";
import { createApprovals } from "./approvals.ts";
import { decide, isAllow, optionFor, soundOptions } from "./decide.ts";
import { inspect, type Inspected } from "./inspect.ts";
import { placeOf } from "./real-path.ts";
import type { PermissionsDeps, Turn } from "./service.ts";
import { createWaiting } from "./waiting.ts";

const maxTitleChars = 300;
/** Above this a file is not compared with what was shown, so its edit is asked about again. */
const maxComparedBytes = 16 * 1024 * 1024;

const appOptions: PermissionOption[] = [
  { optionId: "allow", kind: "allow_once", name: "Allow once" },
  { optionId: "reject", kind: "reject_once", name: "Reject" },
];

export type AnswerFailure = Failure<"PERMISSION_NOT_FOUND" | "PERMISSION_CLOSED" | "PERMISSION_OPTION_UNKNOWN">;
type Asked = {
  turn: Turn;
  seen: Inspected;
  action: PermissionAction;
  options: PermissionOption[];
  toolCallId: string | undefined;
};

/** Owns the open permission requests, and what was approved in each run, until the run is cancelled or over. */
export function createRequests(deps: PermissionsDeps) {
  const { repository, clock } = deps;
  const waiting = createWaiting<PermissionOutcome>();
  const asked = new Map<string, Asked>();
  const approvals = createApprovals();

  function look(turn: Turn, action: PermissionAction) {
    const seen = inspect(action, turn.workingCopyPath);
    const rule = seen.match && repository.findRule(seen.match, turn.sessionId, turn.projectId);
    return { seen, decision: decide(seen, rule, deps.policyOf(turn.sessionId)) };
  }

  function rowOf(turn: Turn, ask: PermissionAsk, seen: Inspected) {
    const { workingCopyPath: _, ...ids } = turn;
    const createdAt = clock.now();
    const title = ask.title.replaceAll(/\s+/g, " ").trim().slice(0, maxTitleChars);
    const base = {
      id: newId("perm", createdAt),
      ...ids,
      title,
      action: ask.action,
      options: ask.options,
      warnings: seen.warnings,
    };
    return { ...base, rememberable: seen.match !== null, actionHash: seen.hash, createdAt };
  }

  function recordDecision(turn: Turn, ask: PermissionAsk, seen: Inspected, by: string, optionId: string | null): void {
    // Reading the working copy is free, and so frequent that a record of it would bury the rest.
    if (by !== "working-copy") repository.addDecidedRequest(rowOf(turn, ask, seen), by, optionId);
  }

  function askPerson(turn: Turn, ask: PermissionAsk, seen: Inspected, signal: AbortSignal): Promise<PermissionOutcome> {
    const row = rowOf(turn, ask, seen);
    repository.addOpenRequest(row, deps.announceInbox);
    asked.set(row.id, { turn, seen, action: ask.action, options: ask.options, toolCallId: ask.toolCallId });
    const outcome = waiting.wait(row.id, turn.runId, signal, () => cancel(row.id));
    deps.append(turn.runId, {
      type: "permission.requested",
      payload: {
        permissionId: row.id,
        title: row.title,
        action: ask.action,
        options: ask.options,
        ...(ask.toolCallId === undefined ? {} : { toolCallId: ask.toolCallId }),
      },
    });
    return outcome;
  }

  function cancel(id: string): void {
    const entry = asked.get(id);
    if (!entry) return;
    asked.delete(id);
    deps.append(entry.turn.runId, {
      type: "permission.resolved",
      payload: { permissionId: id, outcome: "cancelled", by: "cancel" },
    });
    waiting.settle(id, { kind: "cancelled" });
    repository.endRequest({ id, status: "cancelled", optionId: null, by: "cancel", at: clock.now() }, deps.announceInbox);
  }

  function remember(entry: Asked, scope: "session" | "project", option: PermissionOption): void {
    const { turn, seen } = entry;
    if (!seen.match) return;
    const decision: PermissionRule["decision"] = isAllow(option) ? "allow" : "reject";
    const createdAt = clock.now();
    const scopeId = scope === "session" ? turn.sessionId : turn.projectId;
    repository.saveRule({ id: newId("rule", createdAt), scope, scopeId, match: seen.match, decision, createdAt });
  }

  return {
    async request(turn: Turn, ask: PermissionAsk, signal: AbortSignal): Promise<PermissionOutcome> {
      if (signal.aborted) return { kind: "cancelled" };
      const { seen, decision } = look(turn, ask.action);
      const sound = { ...ask, options: soundOptions(ask.options) };
      if (decision.kind !== "ask") {
        const option = optionFor(decision.kind, sound.options);
        if (option || decision.kind === "reject") {
          recordDecision(turn, sound, seen, decision.by, option?.optionId ?? null);
          if (option && decision.kind === "allow") return { kind: "selected", optionId: option.optionId, allowed: true };
          return option
            ? { kind: "selected", optionId: option.optionId, allowed: false, refusedBy: decision.by }
            : { kind: "cancelled", refusedBy: decision.by };
        }
      }
      if (sound.options.length === 0) {
        deps.append(turn.runId, {
          type: "notice",
          payload: {
            kind: "warning",
            message: "The agent asked for permission without an answer that could be given; it was refused.",
          },
        });
        return { kind: "cancelled" };
      }
      return askPerson(turn, sound, seen, signal);
    },

    async authorize(turn: Turn, action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean> {
      if (signal.aborted) return false;
      const { seen, decision } = look(turn, action);
      const answered = (): "allow" | "reject" | null =>
        approvals.take(turn.runId, seen, writtenText(action), () => readText(seen.places[0]?.real));
      const before = answered();
      if (before) return before === "allow";
      const ask: PermissionAsk = { title: "", action, options: appOptions, ...(toolCallId === undefined ? {} : { toolCallId }) };
      if (decision.kind !== "ask") {
        recordDecision(turn, ask, seen, decision.by, optionFor(decision.kind, appOptions)?.optionId ?? null);
        return decision.kind === "allow";
      }
      const outcome = await askPerson(turn, ask, seen, signal);
      if (outcome.kind === "selected" && outcome.allowed) answered();
      return outcome.kind === "selected" && outcome.allowed && !signal.aborted;
    },

    /** `remember` counts only for what may be remembered; otherwise the answer holds once. */
    answer(
      id: string,
      choice: { optionId: string; remember: "once" | "session" | "project"; by: string },
    ): Result<PermissionRequest, AnswerFailure> {
      const known = repository.findRequest(id);
      if (!known) return failure("PERMISSION_NOT_FOUND", "There is no such permission request");
      const entry = asked.get(id);
      if (known.status !== "open" || !entry || !waiting.has(id))
        return failure("PERMISSION_CLOSED", "This permission request is closed already");
      const option = entry.options.find((candidate) => candidate.optionId === choice.optionId);
      if (!option)
        return failure(
          "PERMISSION_OPTION_UNKNOWN",
          `The request has no option ${choice.optionId}. It has: ${entry.options.map((one) => one.optionId).join(", ")}`,
          { field: "optionId" },
        );
      const { optionId } = option;
      if (!repository.closeRequest({ id, status: "resolved", optionId, by: choice.by, at: clock.now() })) {
        return failure("PERMISSION_CLOSED", "This permission request is closed already");
      }
      asked.delete(id);
      if (choice.remember !== "once") remember(entry, choice.remember, option);
      const { turn, seen, action } = entry;
      const allowed = isAllow(option);
      approvals.record(
        turn.runId,
        allowed ? "allow" : "reject",
        seen,
        action.diff ?? [],
        (path) => placeOf(turn.workingCopyPath, path)?.real ?? null,
      );
      deps.append(turn.runId, {
        type: "permission.resolved",
        payload: { permissionId: id, outcome: allowed ? "allowed" : "rejected", optionId, by: choice.by },
      });
      // An agent's own "always" is as wide as it likes; what is remembered is remembered here, exactly.
      const told = optionFor(allowed ? "allow" : "reject", entry.options) ?? option;
      waiting.settle(id, { kind: "selected", optionId: told.optionId, allowed });
      deps.announceInbox();
      return ok({ ...known, status: "resolved" });
    },

    cancelRun(runId: string): void {
      for (const id of waiting.idsOf(runId)) cancel(id);
      approvals.forget(runId);
    },
  };
}

/** The one text that the app is about to write; null for anything else. */
function writtenText(action: PermissionAction): string | null {
  return action.diff?.length === 1 ? (action.diff[0]?.newText ?? null) : null;
}

/** A file's text as agents show it; null where there is none to compare: then only a whole new file can match. */
function readText(real: string | undefined): string | null {
  return real === undefined ? null : (readRegular(real, maxComparedBytes)?.toString("utf8") ?? null);
}
