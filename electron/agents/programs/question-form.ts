import * as z from "zod";
import type { QuestionAsk, QuestionOutcome } from "../port.ts";

export type Asked = {
  question: string;
  header: string;
  options: readonly { label: string; description: string }[];
  /** Several of the options may be chosen. */
  multiple?: boolean | undefined;
};

const asked = z.object({
  questions: z
    .array(
      z.object({
        question: z.string(),
        header: z.string().catch(""),
        options: z.array(z.object({ label: z.string(), description: z.string().catch("") })).catch([]),
        multiSelect: z.boolean().catch(false),
      }),
    )
    .min(1),
});

/** What a tool's input asks the person, in the words that Claude's `AskUserQuestion` has, and others after it; null where it asks nothing. */
export function questionsIn(input: unknown): Asked[] | null {
  const read = asked.safeParse(input);
  return read.success
    ? read.data.questions.map(({ multiSelect, ...question }) => ({ ...question, multiple: multiSelect }))
    : null;
}

/** What an agent wants to know, as a form with one field for each of its questions; one choice alone as buttons. */
export function questionAsk(questions: readonly Asked[]): QuestionAsk {
  const [only] = questions;
  if (questions.length === 1 && only && !only.multiple && only.options.length > 0) {
    const options = only.options.map(({ label, description }) => ({
      value: label,
      label: description === "" ? label : `${label}: ${description}`,
    }));
    return { kind: "question", message: only.question || only.header, options };
  }
  const properties = Object.fromEntries(questions.map((asked, index) => [fieldName(index), fieldOf(asked)]));
  const message = questions.length === 1 ? (only?.question ?? "") : `${questions.length} questions`;
  const required = questions.flatMap(({ multiple }, index) => (multiple ? [] : [fieldName(index)]));
  return { kind: "question", message, schema: { type: "object", properties, required } };
}

/** The answers by question, each a list; null where there are none. */
export function answersOf(questions: readonly Asked[], outcome: QuestionOutcome): string[][] | null {
  if (outcome.kind !== "answered") return null;
  return questions.map((_, index) => {
    const value = outcome.content[fieldName(index)] ?? (questions.length === 1 ? outcome.content["value"] : undefined);
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  });
}

function fieldName(index: number): string {
  return `answer${index + 1}`;
}

function fieldOf({ question, header, options, multiple }: Asked): Record<string, unknown> {
  const named = { title: header || question, description: question };
  const labels = options.map(({ label }) => label);
  if (labels.length === 0) return { type: "string", minLength: 1, ...named };
  if (!multiple) return { type: "string", enum: labels, ...named };
  return { type: "array", items: { type: "string", enum: labels }, ...named };
}
