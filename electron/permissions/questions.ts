import type { Question } from "../../shared/contract/permissions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { QuestionAsk, QuestionOutcome } from "../agents/port.ts";
import { checkAnswer } from "./answer-form.ts";
import { shortWords } from "./short-words.ts";
import type { PermissionsDeps, TurnRef } from "./service.ts";
import { Waiting } from "./waiting.ts";

export type QuestionFailure = Failure<"QUESTION_NOT_FOUND" | "QUESTION_CLOSED" | "INPUT_INVALID">;

/** Owns the open questions of agents until they are answered, declined or cancelled. */
export class Questions {
  readonly #deps: PermissionsDeps;
  readonly #waiting = new Waiting<QuestionOutcome>();

  constructor(deps: PermissionsDeps) {
    this.#deps = deps;
  }

  async ask(turn: TurnRef, { asker, ...question }: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
    const { repository, clock, announceInbox, append } = this.#deps;
    if (signal.aborted) return { kind: "cancelled" };
    const createdAt = clock.now();
    const id = newId("qst", createdAt);
    const { workingCopyPath: _, ...ids } = turn;
    repository.addQuestion({ id, ...ids, asker: shortWords(asker), ...question, createdAt }, announceInbox);
    const outcome = this.#waiting.wait(id, turn.runId, signal, () => this.#cancel(id, turn.runId));
    append(turn.runId, { type: "question.requested", payload: { questionId: id, ...question } });
    return outcome;
  }

  /** `content` null declines. */
  answer(id: string, content: Record<string, unknown> | null, by: string): Result<Question, QuestionFailure> {
    const { repository, clock, announceInbox } = this.#deps;
    const question = repository.findQuestion(id);
    if (!question) return failure("QUESTION_NOT_FOUND", "There is no such question");
    if (question.status !== "open" || !this.#waiting.has(id))
      return failure("QUESTION_CLOSED", "This question is closed already");
    if (content) {
      const checked = checkAnswer(question, content);
      if (!checked.ok) return checked;
    }
    const outcome: QuestionOutcome = content ? { kind: "answered", content } : { kind: "declined" };
    if (!repository.closeQuestion({ id, status: outcome.kind, content, by, at: clock.now() }))
      return failure("QUESTION_CLOSED", "This question is closed already");
    this.#settle(id, question.runId, outcome, by);
    announceInbox();
    return ok({ ...question, status: outcome.kind });
  }

  cancelRun(runId: string): void {
    for (const id of this.#waiting.idsOf(runId)) this.#cancel(id, runId);
  }

  #settle(id: string, runId: string, outcome: QuestionOutcome, by: string): void {
    const content = outcome.kind === "answered" ? outcome.content : null;
    this.#deps.append(runId, {
      type: "question.answered",
      payload: { questionId: id, outcome: outcome.kind, ...(content ? { content } : {}), by },
    });
    this.#waiting.settle(id, outcome);
  }

  #cancel(id: string, runId: string): void {
    const { repository, clock, announceInbox } = this.#deps;
    if (!this.#waiting.has(id)) return;
    this.#settle(id, runId, { kind: "cancelled" }, "cancel");
    repository.endQuestion({ id, status: "cancelled", content: null, by: "cancel", at: clock.now() }, announceInbox);
  }
}
