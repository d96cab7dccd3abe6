import { formProblem, type FormChoice, type FormField } from "../../../shared/form-fields.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { choose } from "./choose.ts";

/** What was typed for a field of a form → its value (undefined: left out), or what would fit. */
export function readField(field: FormField, typed: string): Result<unknown, string> {
  const text = typed.trim();
  if (field.type === "boolean") return readYes(text, field.required);
  if (text === "" && !field.required) return ok(undefined);
  if (field.type === "choice") {
    const chosen = choose(text, field.choices);
    return chosen ? ok(chosen.value) : fail(`Type a number from 1 to ${field.choices.length}, or a choice's text or its start.`);
  }
  const value = field.type === "choices" ? readSome(text, field.choices) : text;
  if (value === null && field.type === "choices")
    return fail(`Type numbers from 1 to ${field.choices.length}, or choices' texts, with commas between.`);
  const problem = formProblem(field, value);
  if (problem !== null) return fail(problem);
  return ok(field.type === "number" ? Number(text) : value);
}

function readYes(text: string, required: boolean): Result<unknown, string> {
  if (text === "" && !required) return ok(undefined);
  if (/^(y|yes|true|1)$/i.test(text)) return ok(true);
  return /^(n|no|false|0)$/i.test(text) ? ok(false) : fail("Type yes or no.");
}

function readSome(text: string, choices: readonly FormChoice[]): string[] | null {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  const chosen = parts.map((part) => choose(part, choices)?.value);
  return chosen.every((value) => value !== undefined) ? [...new Set(chosen)] : null;
}
