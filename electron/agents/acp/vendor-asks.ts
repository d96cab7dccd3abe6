import { isRecord } from "../../../shared/is-record.ts";
import type { QuestionAsk, QuestionOutcome } from "../port.ts";
import { planAsk, planFurther, takesPlan } from "../programs/plan-question.ts";
import { answersOf, questionAsk, questionsIn, type Asked } from "../programs/question-form.ts";

/** What an agent asks by a method of its own: whose session, what the person sees, and the answer in the agent's words. */
export type VendorAsk = {
  sessionId: string;
  ask: QuestionAsk;
  answer(outcome: QuestionOutcome): Record<string, unknown>;
};

type Read = (params: Record<string, unknown>) => Omit<VendorAsk, "sessionId"> | null;

/** Grok's, as it calls them: its questions, and the plan with which it wants to leave its plan mode. */
const grokQuestions: Read = (params) => {
  const questions = questionsIn(params);
  return questions && { ask: questionAsk(questions), answer: (outcome) => answerToQuestions(questions, outcome) };
};
const grokPlan: Read = ({ planContent }) => {
  const plan = typeof planContent === "string" && planContent.trim() !== "" ? planContent : "It shows no text of its plan.";
  return { ask: planAsk(plan), answer: answerToPlan };
};

const readers: Readonly<Record<string, Read>> = {
  "x.ai/ask_user_question": grokQuestions,
  "_x.ai/ask_user_question": grokQuestions,
  "x.ai/exit_plan_mode": grokPlan,
  "_x.ai/exit_plan_mode": grokPlan,
};

export const vendorMethods = Object.keys(readers);

/** What comes by them: the parameters, or a message in which they are wrapped. null where that can't be shown. Pure. */
export function vendorAsk(method: string, params: unknown): VendorAsk | null {
  const inner = isRecord(params) && isRecord(params["params"]) ? params["params"] : params;
  if (!isRecord(inner) || typeof inner["sessionId"] !== "string") return null;
  const read = readers[method]?.(inner);
  return read ? { sessionId: inner["sessionId"], ...read } : null;
}

/** What was chosen or written, by the question's own words. */
function answerToQuestions(questions: readonly Asked[], outcome: QuestionOutcome): Record<string, unknown> {
  if (outcome.kind === "cancelled") return { outcome: "cancelled" };
  const answers = answersOf(questions, outcome);
  if (!answers) return { outcome: "skip_interview" };
  return { outcome: "accepted", answers: Object.fromEntries(questions.map(({ question }, at) => [question, answers[at] ?? []])) };
}

/** It stays in its plan mode but for `approved`; an error would be a client that has gone, and it would ask for ever. */
function answerToPlan(outcome: QuestionOutcome): Record<string, unknown> {
  if (takesPlan(outcome)) return { outcome: "approved" };
  return outcome.kind === "cancelled" ? { outcome: "cancelled" } : { outcome: "cancelled", feedback: planFurther };
}
