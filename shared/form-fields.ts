import type { Question } from "./contract/permissions.ts";
import { isRecord } from "./is-record.ts";

/** The flat form of a question: a JSON Schema object whose properties are simple values, as agents send it. */
export type FormField = {
  name: string;
  label: string;
  hint: string | null;
  required: boolean;
  /** What is there before the person writes; in the field's own type. */
  initial: unknown;
} & (
  | { type: "text"; maxLength: number | null; multiline: boolean }
  | { type: "number"; integer: boolean; min: number | null; max: number | null }
  | { type: "boolean" }
  | { type: "choice"; choices: FormChoice[] }
  | { type: "choices"; choices: FormChoice[]; minItems: number; maxItems: number | null }
);
export type FormChoice = { value: string; label: string };

/** A question with plain options is a form with one choice, answered under `value`; with nothing at all, one line of text. */
export function questionFields({ schema, options }: Pick<Question, "schema" | "options">): FormField[] {
  if (schema) return formFields(schema);
  const base = { name: "value", label: "Answer", hint: null, required: true, initial: undefined };
  return options && options.length > 0
    ? [{ ...base, type: "choice", choices: options }]
    : [{ ...base, type: "text", maxLength: null, multiline: true }];
}

/** The fields in the schema's order. A property of a kind that isn't known becomes a text field; never throws. */
export function formFields(schema: Record<string, unknown>): FormField[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, value]) =>
    readField(name, isRecord(value) ? value : {}, required.includes(name)),
  );
}

function readField(name: string, property: Record<string, unknown>, required: boolean): FormField {
  const base = {
    name,
    label: textOr(property.title, name),
    hint: textOr(property.description, null),
    required,
    initial: property.default,
  };
  const choices = readChoices(property);
  if (choices) return { ...base, type: "choice", choices };
  const items = isRecord(property.items) ? readChoices(property.items) : null;
  if (property.type === "array" && items) {
    return {
      ...base,
      type: "choices",
      choices: items,
      minItems: numberOr(property.minItems, required ? 1 : 0) ?? 0,
      maxItems: numberOr(property.maxItems, null),
    };
  }
  if (property.type === "boolean") return { ...base, type: "boolean" };
  if (property.type === "number" || property.type === "integer") {
    return {
      ...base,
      type: "number",
      integer: property.type === "integer",
      min: numberOr(property.minimum, null),
      max: numberOr(property.maximum, null),
    };
  }
  const maxLength = numberOr(property.maxLength, null);
  return { ...base, type: "text", maxLength, multiline: maxLength === null || maxLength > 200 };
}

/** `enum` (with `enumNames`), or `oneOf`/`anyOf` of constants with titles. */
function readChoices(property: Record<string, unknown>): FormChoice[] | null {
  if (Array.isArray(property.enum)) {
    const names: unknown[] = Array.isArray(property.enumNames) ? property.enumNames : [];
    return property.enum.map((value, index) => ({ value: String(value), label: textOr(names[index], String(value)) }));
  }
  const list = Array.isArray(property.oneOf) ? property.oneOf : Array.isArray(property.anyOf) ? property.anyOf : null;
  const constants = list?.filter(isRecord).filter((choice) => choice.const !== undefined);
  return constants && constants.length > 0
    ? constants.map((choice) => ({ value: String(choice.const), label: textOr(choice.title, String(choice.const)) }))
    : null;
}

export type FormValues = Record<string, unknown>;

export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, initialOf(field)]));
}

function initialOf(field: FormField): unknown {
  if (field.type === "boolean") return field.initial === true;
  if (field.type === "choices") return Array.isArray(field.initial) ? field.initial.map(String) : [];
  return field.initial === undefined || field.initial === null ? "" : String(field.initial);
}

/** What is wrong with each field, by name; empty when the form can be sent. */
export function formProblems(fields: readonly FormField[], values: FormValues): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const problem = formProblem(field, values[field.name]);
    if (problem) problems[field.name] = problem;
  }
  return problems;
}

/** What is wrong with one field's value, as it was typed or chosen. */
export function formProblem(field: FormField, value: unknown): string | null {
  if (field.type === "boolean") return null;
  if (field.type === "choices") {
    const count = Array.isArray(value) ? value.length : 0;
    if (count < field.minItems) return field.minItems === 1 ? "Choose at least one." : `Choose at least ${field.minItems}.`;
    return field.maxItems !== null && count > field.maxItems ? `Choose at most ${field.maxItems}.` : null;
  }
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") return field.required ? (field.type === "choice" ? "Choose one." : "This is needed.") : null;
  if (field.type === "text")
    return field.maxLength !== null && text.length > field.maxLength ? `At most ${field.maxLength} characters.` : null;
  if (field.type === "choice") return field.choices.some((choice) => choice.value === text) ? null : "Choose one of the list.";
  return numberProblem(field, Number(text));
}

function numberProblem(field: FormField & { type: "number" }, number: number): string | null {
  if (!Number.isFinite(number)) return "This must be a number.";
  if (field.integer && !Number.isInteger(number)) return "This must be a whole number.";
  if (field.min !== null && number < field.min) return `At least ${field.min}.`;
  return field.max !== null && number > field.max ? `At most ${field.max}.` : null;
}

/** The values in the schema's types; empty optional ones are left out. */
export function formContent(fields: readonly FormField[], values: FormValues): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (field.type === "boolean" || field.type === "choices") content[field.name] = value;
    else if (typeof value === "string" && value.trim() !== "")
      content[field.name] = field.type === "number" ? Number(value) : value;
  }
  return content;
}

function textOr<F>(value: unknown, otherwise: F): string | F {
  return typeof value === "string" && value.trim() !== "" ? value : otherwise;
}

function numberOr<F>(value: unknown, otherwise: F): number | F {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}
