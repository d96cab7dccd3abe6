import type {
  InboxItem,
  PermissionAsk,
  PermissionDecision,
  PermissionRequest,
  Question,
} from "../../shared/contract/permissions.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { Result } from "../../shared/result.ts";
import type { PermissionAction, RunEventBody } from "../../shared/run-event.ts";
import type { PermissionOutcome, QuestionAsk, QuestionOutcome } from "../agents/port.ts";
import type { Clock } from "../lib/clock.ts";
import type { DecisionQuery, DecisionRecord } from "../store/decisions.ts";
import { readInbox, type Waiting } from "./inbox.ts";
import { type QuestionFailure, Questions } from "./questions.ts";
import { type AnswerFailure, type PermissionChoice, PermissionRequests } from "./requests.ts";
import type { Rules } from "./rules.ts";
import { unaskedChanges } from "./unasked.ts";

/** The turn in which an agent asks. `workingCopyPath` is absolute. */
export type TurnRef = {
  runId: string;
  chatId: string;
  sessionId: string;
  projectId: string;
  agentId: string;
  workingCopyPath: string;
};

export type PermissionsDeps = Waiting & {
  record: DecisionRecord;
  rules: Rules;
  clock: Clock;
  policyOf: (sessionId: string) => Policy;
  /** Puts an event into the log of a run that has not ended. */
  append: (runId: string, body: RunEventBody) => void;
  /** Called after the inbox changed. */
  announceInbox: () => void;
};

/** What agents may do and what they ask: decided by policy and rule where that is allowed, by a person otherwise. */
export class PermissionsService {
  readonly #deps: PermissionsDeps;
  readonly #requests: PermissionRequests;
  readonly #questions: Questions;

  constructor(deps: PermissionsDeps) {
    this.#deps = deps;
    this.#requests = new PermissionRequests(deps);
    this.#questions = new Questions(deps);
  }

  /** An agent asks whether it may do something. */
  request(turn: TurnRef, ask: PermissionAsk, signal: AbortSignal): Promise<PermissionOutcome> {
    return this.#requests.request(turn, ask, signal);
  }

  /** Whether the app itself may do this for the agent now. */
  authorize(turn: TurnRef, action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean> {
    return this.#requests.authorize(turn, action, toolCallId, signal);
  }

  answer(id: string, choice: PermissionChoice): Result<PermissionRequest, AnswerFailure> {
    return this.#requests.answer(id, choice);
  }

  ask(turn: TurnRef, question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
    return this.#questions.ask(turn, question, signal);
  }

  /** `content` null declines. */
  answerQuestion(id: string, content: Record<string, unknown> | null, by: string): Result<Question, QuestionFailure> {
    return this.#questions.answer(id, content, by);
  }

  inbox(): InboxItem[] {
    return readInbox(this.#deps);
  }

  /** The files that changed in a turn though nothing that was allowed in it covers them. */
  unasked({ runId, sessionId, workingCopyPath, agentId }: TurnRef, changed: readonly string[]): string[] {
    const { repository, policyOf } = this.#deps;
    const asked = repository.listAsked(runId);
    return unaskedChanges({ changed, asked, policy: policyOf(sessionId), workingCopyPath, agentId });
  }

  /** Who decided what, the newest first. */
  history(query: DecisionQuery): PermissionDecision[] {
    return this.#deps.record.list(query);
  }

  /** Ends what is open in a run as cancelled, and forgets what was approved in it. Call it before the run's last event. */
  cancelRun(runId: string): void {
    this.#requests.cancelRun(runId);
    this.#questions.cancelRun(runId);
  }

  /**
   * At start, before anything else: what an earlier host left open can't be answered any more. Returns the events
   * that each run's log still lacks, in order, for whoever ends those runs. Rules that have expired go, too.
   */
  expireAllOpen(): Map<string, RunEventBody[]> {
    const { repository, clock, rules } = this.#deps;
    rules.removeExpired();
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
  }
}
