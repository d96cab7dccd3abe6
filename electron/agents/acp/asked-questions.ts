import { isRecord } from "../../../shared/is-record.ts";
import type { AskOption, QuestionOutcome } from "../port.ts";
import { answersOf, questionsIn, type Asked } from "../programs/question-form.ts";
import { permissionAction } from "./permission-action.ts";

/** What the tool that asks has in its input; one word more, and the input is another tool's. */
const questionWords: ReadonlySet<string> = new Set(["questions", "metadata"]);

/**
 * The questions in a request that is no permission but for its form: some agents put there what they want to know. The
 * input is the model's own word, so a call is one only if its agent says that it does nothing (`think`) and there is
 * nothing in it but questions. Pure.
 */
export function questionsInPermission(toolCall: unknown, cwd: string): Asked[] | null {
  if (!isRecord(toolCall) || toolCall["kind"] !== "think") return null;
  const input = toolCall["rawInput"];
  if (!isRecord(input) || Object.keys(input).some((word) => !questionWords.has(word))) return null;
  return permissionAction({ ...toolCall, title: null }, cwd).kind === "undecodable" ? questionsIn(input) : null;
}

type Answered = {
  outcome: { outcome: "selected"; optionId: string } | { outcome: "cancelled" };
  answers?: Record<string, string>;
};

/** The answer to such a request: by its options, with what the person said by the questions' numbers. */
export function permissionAnswer(questions: readonly Asked[], outcome: QuestionOutcome, options: readonly AskOption[]): Answered {
  const answers = answersOf(questions, outcome);
  const option = (effect: AskOption["effect"]): AskOption | undefined =>
    options.find((one) => one.effect === effect && one.lasts === "once");
  const chosen = outcome.kind === "cancelled" ? undefined : option(answers ? "allow" : "reject");
  if (!chosen) return { outcome: { outcome: "cancelled" } };
  const said = answers && Object.fromEntries(answers.map((each, index) => [String(index), each.join(", ")]));
  return { outcome: { outcome: "selected", optionId: chosen.id }, ...(said ? { answers: said } : {}) };
}
