import type { Question } from "../../shared/contract/permissions.ts";
import { failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Failure } from "../../shared/errors.ts";
import { isRecord } from "../../shared/is-record.ts";

type AnswerContent = Record<string, unknown>;

/**
 * Checks an answer against the question: a flat JSON Schema form, plain options (answered as `value`), or free text.
 * The failure names the field. `pattern` is left to the agent, which wrote it: run here it could hold up the core.
 */
export function checkAnswer(
  question: Pick<Question, "schema" | "options">,
  content: AnswerContent,
): Result<AnswerContent, Failure<"INPUT_INVALID">> {
  const schema = question.schema ?? formOf(question.options ?? []);
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  for (const name of Object.keys(content)) {
    if (!Object.hasOwn(properties, name)) return invalid(name, "isn't asked for");
  }
  for (const [name, property] of Object.entries(properties)) {
    const value = Object.hasOwn(content, name) ? content[name] : undefined;
    if (value === undefined || value === null) {
      if (required.includes(name)) return invalid(name, "is needed");
      continue;
    }
    const problem = isRecord(property) ? problemOf(property, value) : null;
    if (problem) return invalid(name, problem);
  }
  return ok(content);
}

function formOf(options: readonly { value: string }[]): AnswerContent {
  const value =
    options.length > 0 ? { type: "string", enum: options.map((option) => option.value) } : { type: "string", minLength: 1 };
  return { type: "object", properties: { value }, required: ["value"] };
}

function problemOf(property: AnswerContent, value: unknown): string | null {
  const choices = choicesOf(property);
  if (choices) return choices.includes(value) ? null : "must be one of the choices";
  switch (property.type) {
    case "boolean":
      return typeof value === "boolean" ? null : "must be true or false";
    case "integer":
    case "number":
      return numberProblem(property, value);
    case "array":
      return listProblem(property, value);
    case "object":
      return isRecord(value) ? null : "must be an object";
    default:
      return textProblem(property, value);
  }
}

function textProblem(property: AnswerContent, value: unknown): string | null {
  if (typeof value !== "string") return "must be text";
  const length = Array.from(value).length;
  if (typeof property.minLength === "number" && length < property.minLength)
    return property.minLength === 1 ? "is needed" : `must have at least ${property.minLength} characters`;
  if (typeof property.maxLength === "number" && length > property.maxLength)
    return `must have at most ${property.maxLength} characters`;
  const format = typeof property.format === "string" ? formats[property.format] : undefined;
  return format && !format.test(value) ? format.says : null;
}

const formats: Record<string, { test(value: string): boolean; says: string } | undefined> = {
  email: { test: (value) => /^[^\s@]+@[^\s@]+$/.test(value), says: "must be an e-mail address" },
  uri: { test: (value) => URL.canParse(value), says: "must be an address (URL)" },
  date: {
    test: (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
    says: "must be a date (YYYY-MM-DD)",
  },
  "date-time": {
    test: (value) => /^\d{4}-\d{2}-\d{2}T/i.test(value) && !Number.isNaN(Date.parse(value)),
    says: "must be a date with time (ISO 8601)",
  },
};

function numberProblem(property: AnswerContent, value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
  if (property.type === "integer" && !Number.isInteger(value)) return "must be a whole number";
  if (typeof property.minimum === "number" && value < property.minimum) return `must be at least ${property.minimum}`;
  if (typeof property.maximum === "number" && value > property.maximum) return `must be at most ${property.maximum}`;
  return null;
}

function listProblem(property: AnswerContent, value: unknown): string | null {
  if (!Array.isArray(value)) return "must be a list";
  if (typeof property.minItems === "number" && value.length < property.minItems)
    return `must have at least ${property.minItems} entries`;
  if (typeof property.maxItems === "number" && value.length > property.maxItems)
    return `must have at most ${property.maxItems} entries`;
  const items = isRecord(property.items) ? property.items : null;
  return items && value.some((entry) => problemOf(items, entry) !== null) ? "must only have entries from the choices" : null;
}

/** `enum`, or constants in `oneOf`/`anyOf`; null where the value is free. */
function choicesOf(property: AnswerContent): unknown[] | null {
  const values: unknown = property.enum;
  if (Array.isArray(values)) return values as unknown[];
  const list: unknown = property.oneOf ?? property.anyOf;
  if (!Array.isArray(list)) return null;
  const constants = list.filter(isRecord).filter((choice) => "const" in choice);
  return constants.length > 0 ? constants.map((choice) => choice.const) : null;
}

function invalid(field: string, problem: string): { ok: false; error: Failure<"INPUT_INVALID"> } {
  return failure("INPUT_INVALID", `${field} ${problem}`, { field });
}
