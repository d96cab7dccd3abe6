import type { PermissionAsk, PermissionRequest } from "../../shared/contract/permissions.ts";
import type { PermissionRule } from "../../shared/contract/rules.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { PermissionAction, PermissionOption } from "../../shared/run-event.ts";
import type { PermissionOutcome } from "../agents/port.ts";
import { readRegular } from "../lib/read-regular.ts";
import { Approvals } from "./approvals.ts";
import { decide, type Decision, isAllow, optionFor, soundOptions } from "./decide.ts";
import { inspect, type Inspected } from "./inspect.ts";
import { realPathOf } from "./real-path.ts";
import type { PermissionsDeps, TurnRef } from "./service.ts";
import { rememberedMatch } from "./rules.ts";
import { shortWords } from "./short-words.ts";
import { Waiting } from "./waiting.ts";

/** Above this a file is not compared with what was shown, so its edit is asked about again. */
const maxComparedBytes = 16 * 1024 * 1024;

const appOptions: PermissionOption[] = [
  { optionId: "allow", kind: "allow_once", name: "Allow once" },
  { optionId: "reject", kind: "reject_once", name: "Reject" },
];

export type AnswerFailure = Failure<"PERMISSION_NOT_FOUND" | "PERMISSION_CLOSED" | "PERMISSION_OPTION_UNKNOWN" | "INPUT_INVALID">;
type AskedRequest = {
  turn: TurnRef;
  seen: Inspected;
  action: PermissionAction;
  options: PermissionOption[];
};
/** `remember`: for so many minutes (null: until it is removed). What can't be remembered can't be answered so. */
export type PermissionChoice = {
  optionId: string;
  remember: "once" | PermissionRule["scope"];
  minutes: number | null;
  by: string;
};
type Decided = Exclude<Decision, { kind: "ask" }>;

/** Owns the open permission requests, and what was approved in each run, until the run is cancelled or over. */
export class PermissionRequests {
  readonly #deps: PermissionsDeps;
  readonly #waiting = new Waiting<PermissionOutcome>();
  readonly #open = new Map<string, AskedRequest>();
  readonly #approvals = new Approvals();
  /** Run → actions whose decision is on record, and which the app hasn't done for the agent yet. */
  readonly #onRecord = new Map<string, Set<string>>();

  constructor(deps: PermissionsDeps) {
    this.#deps = deps;
  }

  async request(turn: TurnRef, asked: PermissionAsk, signal: AbortSignal): Promise<PermissionOutcome> {
    if (signal.aborted) return { kind: "cancelled" };
    const { seen, decision } = this.#look(turn, asked.action);
    const ask = { ...asked, options: soundOptions(asked.options) };
    if (decision.kind !== "ask") {
      const option = optionFor(decision.kind, ask.options);
      if (option || decision.kind === "reject") {
        this.#recordDecision(turn, ask, seen, decision, option?.optionId ?? null);
        this.#onRecord.set(turn.runId, (this.#onRecord.get(turn.runId) ?? new Set()).add(seen.hash));
        return decidedOutcome(decision, option);
      }
    }
    if (ask.options.length === 0) {
      const message = "The agent asked for permission without an answer that could be given; it was refused.";
      this.#deps.append(turn.runId, { type: "notice", payload: { kind: "warning", message } });
      return { kind: "cancelled" };
    }
    return this.#askPerson(turn, ask, seen, signal);
  }

  async authorize(
    turn: TurnRef,
    action: PermissionAction,
    toolCallId: string | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (signal.aborted) return false;
    const { seen, decision } = this.#look(turn, action);
    const answered = (): "allow" | "reject" | null =>
      this.#approvals.take(turn.runId, seen, writtenText(action), () => readText(seen.places[0]?.real));
    const before = answered();
    if (before) return before === "allow";
    const ask: PermissionAsk = { title: "", action, options: appOptions, ...(toolCallId === undefined ? {} : { toolCallId }) };
    if (decision.kind !== "ask") {
      const { optionId = null } = optionFor(decision.kind, appOptions) ?? {};
      if (!this.#onRecord.get(turn.runId)?.delete(seen.hash)) this.#recordDecision(turn, ask, seen, decision, optionId);
      return decision.kind === "allow";
    }
    const outcome = await this.#askPerson(turn, ask, seen, signal);
    if (outcome.kind === "selected" && outcome.allowed) answered();
    return outcome.kind === "selected" && outcome.allowed && !signal.aborted;
  }

  answer(id: string, choice: PermissionChoice): Result<PermissionRequest, AnswerFailure> {
    const { repository, clock } = this.#deps;
    const known = repository.findRequest(id);
    if (!known) return failure("PERMISSION_NOT_FOUND", "There is no such permission request");
    const open = this.#open.get(id);
    if (known.status !== "open" || !open || !this.#waiting.has(id))
      return failure("PERMISSION_CLOSED", "This permission request is closed already");
    const option = open.options.find((candidate) => candidate.optionId === choice.optionId);
    if (!option)
      return failure(
        "PERMISSION_OPTION_UNKNOWN",
        `The request has no option ${choice.optionId}. It has: ${open.options.map((one) => one.optionId).join(", ")}`,
        { field: "optionId" },
      );
    const { optionId } = option;
    const { remember: scope, minutes } = choice;
    const match = scope === "once" ? null : rememberedMatch(open.seen, scope);
    if (match?.ok === false) return match;
    if (!repository.closeRequest({ id, status: "resolved", optionId, by: choice.by, at: clock.now() }))
      return failure("PERMISSION_CLOSED", "This permission request is closed already");
    if (scope !== "once" && match)
      this.#deps.rules.remember(match.value, isAllow(option) ? "allow" : "reject", { scope, minutes }, open.turn);
    this.#settle(id, open, option, choice.by);
    return ok({ ...known, status: "resolved" });
  }

  cancelRun(runId: string): void {
    for (const id of this.#waiting.idsOf(runId)) this.#cancel(id);
    this.#approvals.forget(runId);
    this.#onRecord.delete(runId);
  }

  #look(turn: TurnRef, action: PermissionAction) {
    const { rules, policyOf } = this.#deps;
    const seen = inspect(action, turn.workingCopyPath, turn.agentId);
    return { seen, decision: decide(seen, rules.find(seen, turn), policyOf(turn.sessionId)) };
  }

  #rowOf(turn: TurnRef, ask: PermissionAsk, seen: Inspected) {
    const { workingCopyPath: _, ...ids } = turn;
    const createdAt = this.#deps.clock.now();
    const title = shortWords(ask.title) ?? "";
    const base = {
      id: newId("perm", createdAt),
      ...ids,
      asker: shortWords(ask.asker),
      title,
      action: ask.action,
      options: ask.options,
      warnings: seen.warnings,
    };
    return { ...base, rememberable: seen.rememberable, actionHash: seen.hash, createdAt };
  }

  #recordDecision(turn: TurnRef, ask: PermissionAsk, seen: Inspected, { kind, by }: Decided, optionId: string | null): void {
    const outcome = kind === "allow" ? "allowed" : "rejected";
    // Reading the working copy is free, and so frequent that a record of it would bury the rest.
    if (by === "working-copy") return;
    const row = this.#rowOf(turn, ask, seen);
    this.#deps.repository.addDecidedRequest(row, by, optionId);
    const { diff: _, ...action } = ask.action;
    this.#deps.append(turn.runId, {
      type: "permission.decided",
      payload: {
        permissionId: row.id,
        title: row.title,
        action,
        outcome,
        by,
        ...(ask.toolCallId === undefined ? {} : { toolCallId: ask.toolCallId }),
      },
    });
  }

  #askPerson(turn: TurnRef, ask: PermissionAsk, seen: Inspected, signal: AbortSignal): Promise<PermissionOutcome> {
    const { repository, append, announceInbox } = this.#deps;
    const row = this.#rowOf(turn, ask, seen);
    const { action, options, toolCallId } = ask;
    repository.addOpenRequest(row, announceInbox);
    this.#open.set(row.id, { turn, seen, action, options });
    const outcome = this.#waiting.wait(row.id, turn.runId, signal, () => this.#cancel(row.id));
    append(turn.runId, {
      type: "permission.requested",
      payload: {
        permissionId: row.id,
        title: row.title,
        action,
        options,
        ...(toolCallId === undefined ? {} : { toolCallId }),
      },
    });
    return outcome;
  }

  #settle(id: string, { turn, seen, action, options }: AskedRequest, option: PermissionOption, by: string): void {
    const allowed = isAllow(option);
    this.#open.delete(id);
    this.#approvals.record(
      turn.runId,
      allowed ? "allow" : "reject",
      seen,
      action.diff ?? [],
      (path) => realPathOf(turn.workingCopyPath, path)?.real ?? null,
    );
    this.#deps.append(turn.runId, {
      type: "permission.resolved",
      payload: { permissionId: id, outcome: allowed ? "allowed" : "rejected", optionId: option.optionId, by },
    });
    // An agent's own "always" is as wide as it likes; what is remembered is remembered here, exactly.
    const told = optionFor(allowed ? "allow" : "reject", options) ?? option;
    this.#waiting.settle(id, { kind: "selected", optionId: told.optionId, allowed });
    this.#deps.announceInbox();
  }

  #cancel(id: string): void {
    const { repository, clock, append, announceInbox } = this.#deps;
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    append(open.turn.runId, {
      type: "permission.resolved",
      payload: { permissionId: id, outcome: "cancelled", by: "cancel" },
    });
    this.#waiting.settle(id, { kind: "cancelled" });
    repository.endRequest({ id, status: "cancelled", optionId: null, by: "cancel", at: clock.now() }, announceInbox);
  }
}

/** What the agent is told of a decision that no person made. */
function decidedOutcome({ kind, by }: Decided, option: PermissionOption | null): PermissionOutcome {
  if (!option) return { kind: "cancelled", refusedBy: by };
  const { optionId } = option;
  return kind === "allow"
    ? { kind: "selected", optionId, allowed: true }
    : { kind: "selected", optionId, allowed: false, refusedBy: by };
}

/** The one text that the app is about to write; null for anything else. */
function writtenText(action: PermissionAction): string | null {
  return action.diff?.length === 1 ? (action.diff[0]?.newText ?? null) : null;
}

/** A file's text as agents show it; null where there is none to compare: then only a whole new file can match. */
function readText(real: string | undefined): string | null {
  return real === undefined ? null : (readRegular(real, maxComparedBytes)?.toString("utf8") ?? null);
}
