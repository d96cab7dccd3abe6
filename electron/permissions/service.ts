import type { InboxItem, PermissionRule } from "../../shared/contract/permissions.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { RunEventBody } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import type { PermissionRepository } from "../store/permissions.ts";
import { readInbox } from "./inbox.ts";
import { createQuestions } from "./questions.ts";
import { createRequests } from "./requests.ts";
import { unaskedChanges } from "./unasked.ts";

/** The turn that asks. `workingCopyPath` is absolute. */
export type Turn = {
  runId: string;
  chatId: string;
  sessionId: string;
  projectId: string;
  agentId: string;
  workingCopyPath: string;
};

export type PermissionsDeps = {
  repository: PermissionRepository;
  clock: Clock;
  policyOf(sessionId: string): Policy;
  /** Puts an event into the log of a run that has not ended. */
  append(runId: string, body: RunEventBody): void;
  /** Called after the inbox changed. */
  announceInbox(): void;
};

export type PermissionsService = ReturnType<typeof createPermissionsService>;

/** What agents may do and what they ask: decided by policy and rule where that is allowed, by a person otherwise. */
export function createPermissionsService(deps: PermissionsDeps) {
  const { repository, clock } = deps;
  const { cancelRun: cancelRequests, ...requests } = createRequests(deps);
  const { cancelRun: cancelQuestions, ...questions } = createQuestions(deps);
  return {
    ...requests,
    ...questions,

    inbox: (): InboxItem[] => readInbox(repository),

    /** The files that changed in a turn though nothing that was allowed in it covers them. */
    unasked(turn: Turn, changed: readonly string[]): string[] {
      const { runId, sessionId, workingCopyPath } = turn;
      return unaskedChanges({
        changed,
        asked: repository.listAsked(runId),
        policy: deps.policyOf(sessionId),
        workingCopyPath,
      });
    },

    rules: (projectId?: string): PermissionRule[] => repository.listRules(projectId ?? null),

    removeRule(id: string): Result<null, Failure<"RULE_NOT_FOUND">> {
      return repository.removeRule(id) ? ok(null) : failure("RULE_NOT_FOUND", "There is no such rule");
    },

    /** Ends what is open in a run as cancelled, and forgets what was approved in it. Call it before the run's last event. */
    cancelRun(runId: string): void {
      cancelRequests(runId);
      cancelQuestions(runId);
    },

    /**
     * At start, before anything else: what an earlier host left open can't be answered any more. Returns the events
     * that each run's log still lacks, in order, for whoever ends those runs.
     */
    expireAllOpen(): Map<string, RunEventBody[]> {
      const events = new Map<string, RunEventBody[]>();
      const add = (runId: string, body: RunEventBody): void => void events.set(runId, [...(events.get(runId) ?? []), body]);
      const how = { status: "expired", by: "restart", at: clock.now() } as const;
      for (const { id, runId } of repository.listOpenRequests()) {
        repository.closeRequest({ id, optionId: null, ...how });
        add(runId, { type: "permission.resolved", payload: { permissionId: id, outcome: "expired", by: how.by } });
      }
      for (const { id, runId } of repository.listOpenQuestions()) {
        repository.closeQuestion({ id, content: null, ...how });
        add(runId, { type: "question.answered", payload: { questionId: id, outcome: "expired", by: how.by } });
      }
      return events;
    },
  };
}
