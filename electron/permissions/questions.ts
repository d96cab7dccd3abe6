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

  function close(id: string, runId: string, outcome: QuestionOutcome, by: string): boolean {
    const content = outcome.kind === "answered" ? outcome.content : null;
    if (!repository.closeQuestion({ id, status: outcome.kind, content, by, at: clock.now() })) return false;
    deps.append(runId, {
      type: "question.answered",
      payload: { questionId: id, outcome: outcome.kind, ...(content ? { content } : {}), by },
    });
    waiting.settle(id, outcome);
    deps.announceInbox();
    return true;
  }

  return {
    async ask(turn: Turn, question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
      if (signal.aborted) return { kind: "cancelled" };
      const createdAt = clock.now();
      const id = newId("qst", createdAt);
      const { workingCopyPath: _, ...ids } = turn;
      repository.addQuestion({ id, ...ids, ...question, createdAt });
      const outcome = waiting.wait(id, turn.runId, signal, () => close(id, turn.runId, { kind: "cancelled" }, "cancel"));
      deps.append(turn.runId, { type: "question.requested", payload: { questionId: id, ...question } });
      deps.announceInbox();
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
      if (!close(id, question.runId, outcome, by)) return failure("QUESTION_CLOSED", "This question is closed already");
      return ok({ ...question, status: outcome.kind });
    },

    cancelRun(runId: string): void {
      for (const id of waiting.idsOf(runId)) close(id, runId, { kind: "cancelled" }, "cancel");
    },
  };
}
