import type { Question } from "../../shared/contract/permissions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { QuestionAsk, QuestionOutcome } from "../agents/port.ts";
import { checkAnswer } from "./answer-form.ts";
import type { PermissionsDeps, Turn } from "./service.ts";
import { createWaiting } from "./waiting.ts";

export type QuestionFailure = Failure<"QUESTION_NOT_FOUND" | "QUESTION_CLOSED" | "INPUT_INVALID">;

/** Owns the open questions of agents until they are answered, declined or cancelled. */
export function createQuestions(deps: PermissionsDeps) {
  const { repository, clock } = deps;
  const waiting = createWaiting<QuestionOutcome>();

  function settle(id: string, runId: string, outcome: QuestionOutcome, by: string): void {
    const content = outcome.kind === "answered" ? outcome.content : null;
    deps.append(runId, {
      type: "question.answered",
      payload: { questionId: id, outcome: outcome.kind, ...(content ? { content } : {}), by },
    });
    waiting.settle(id, outcome);
  }

  function cancel(id: string, runId: string): void {
    if (!waiting.has(id)) return;
    settle(id, runId, { kind: "cancelled" }, "cancel");
    repository.endQuestion({ id, status: "cancelled", content: null, by: "cancel", at: clock.now() }, deps.announceInbox);
  }

  return {
    async ask(turn: Turn, question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
      if (signal.aborted) return { kind: "cancelled" };
      const createdAt = clock.now();
      const id = newId("qst", createdAt);
      const { workingCopyPath: _, ...ids } = turn;
      repository.addQuestion({ id, ...ids, ...question, createdAt }, deps.announceInbox);
      const outcome = waiting.wait(id, turn.runId, signal, () => cancel(id, turn.runId));
      deps.append(turn.runId, { type: "question.requested", payload: { questionId: id, ...question } });
      return outcome;
    },

    /** `content` null declines. */
    answerQuestion(id: string, content: Record<string, unknown> | null, by: string): Result<Question, QuestionFailure> {
      const question = repository.findQuestion(id);
      if (!question) return failure("QUESTION_NOT_FOUND", "There is no such question");
      if (question.status !== "open" || !waiting.has(id)) return failure("QUESTION_CLOSED", "This question is closed already");
      if (content) {
        const checked = checkAnswer(question, content);
        if (!checked.ok) return checked;
      }
      const outcome: QuestionOutcome = content ? { kind: "answered", content } : { kind: "declined" };
      if (!repository.closeQuestion({ id, status: outcome.kind, content, by, at: clock.now() }))
        return failure("QUESTION_CLOSED", "This question is closed already");
      settle(id, question.runId, outcome, by);
      deps.announceInbox();
      return ok({ ...question, status: outcome.kind });
    },

    cancelRun(runId: string): void {
      for (const id of waiting.idsOf(runId)) cancel(id, runId);
    },
  };
}
