import { isRecord } from "../../shared/is-record.ts";
import type { GrammarSchema } from "./engine.ts";

// Tools describe their input by JSON schemas; the engine makes grammars of a part of that language, in which every
// property of an object is there. One that may be left out may be null here, and is left out again afterwards.

type Schema = Readonly<Record<string, unknown>>;

/** Longer or more than this isn't counted by the grammar: it would have a rule for each. */
const mostCounted = 32;
/** A schema can be made without an end. */
const deepest = 16;

/** What a call's input may be, as the engine takes it. What it can't say is left to whoever gets the call. */
export function grammarSchema(schema: unknown): GrammarSchema {
  return convert(schema, definitionsOf(schema), 0);
}

/** A call's input without what was null because it may be left out. */
export function withoutNulls(input: unknown, schema: unknown): unknown {
  return strip(input, schema, definitionsOf(schema), 0);
}

/** The engine takes a schema that says nothing for null. */
const anything: GrammarSchema = {
  oneOf: [{ type: ["string", "number", "boolean", "null"] }, { type: "object", additionalProperties: true }, { type: "array" }],
};

function convert(given: unknown, definitions: Schema, depth: number): GrammarSchema {
  const schema = resolve(given, definitions);
  if (depth > deepest) return anything;
  const next = (one: unknown): GrammarSchema => convert(one, definitions, depth + 1);
  const described = typeof schema["description"] === "string" ? { description: schema["description"] } : {};
  const choices = choicesOf(schema);
  if (choices) return { oneOf: choices.map(next), ...described };
  if (isLiteral(schema["const"])) return { const: schema["const"], ...described };
  if (Array.isArray(schema["enum"]) && schema["enum"].every(isLiteral)) return { enum: schema["enum"], ...described };
  switch (schema["type"]) {
    case "object":
      return { type: "object", ...objectParts(schema, next), ...described };
    case "array":
      return { type: "array", ...("items" in schema ? { items: next(schema["items"]) } : {}), ...counts(schema), ...described };
    case "string":
      return {
        type: "string",
        ...(count(schema["minLength"]) > 0 ? { minLength: count(schema["minLength"]) } : {}),
        ...described,
      };
    default:
      return isBasic(schema["type"]) ? { type: schema["type"], ...described } : anything;
  }
}

function objectParts(schema: Schema, next: (one: unknown) => GrammarSchema): Schema {
  const required = requiredOf(schema);
  const properties = Object.entries(propertiesOf(schema)).map(([name, property]) => {
    const converted = next(property);
    return [name, required.has(name) ? converted : orNull(converted)] as const;
  });
  const more = schema["additionalProperties"];
  return {
    properties: Object.fromEntries(properties),
    ...(more === undefined && properties.length > 0
      ? {}
      : { additionalProperties: isRecord(more) ? next(more) : more !== false }),
  };
}

function orNull(schema: GrammarSchema): GrammarSchema {
  const { description, ...rest } = schema;
  return { oneOf: [rest, { type: "null" }], ...(description === undefined ? {} : { description }) };
}

function counts(schema: Schema): Schema {
  const [least, most] = [count(schema["minItems"]), schema["maxItems"]];
  return {
    ...(least > 0 ? { minItems: least } : {}),
    ...(typeof most === "number" && most <= mostCounted ? { maxItems: most } : {}),
  };
}

function count(value: unknown): number {
  return typeof value === "number" && value <= mostCounted ? value : 0;
}

function strip(input: unknown, given: unknown, definitions: Schema, depth: number): unknown {
  const schema = resolve(given, definitions);
  if (depth > deepest) return input;
  if (Array.isArray(input)) return input.map((one) => strip(one, schema["items"], definitions, depth + 1));
  if (!isRecord(input)) return input;
  const object =
    choicesOf(schema)
      ?.map((one) => resolve(one, definitions))
      .find(({ type }) => type === "object") ?? schema;
  const [properties, required] = [propertiesOf(object), requiredOf(object)];
  const kept = Object.entries(input).filter(([name, value]) => value !== null || !(name in properties) || required.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, strip(value, properties[name], definitions, depth + 1)]));
}

function choicesOf(schema: Schema): readonly unknown[] | null {
  const choices: unknown = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return choices as readonly unknown[];
  const types = schema["type"];
  if (Array.isArray(types)) return types.map((type: unknown) => ({ ...schema, type }));
  return null;
}

function resolve(schema: unknown, definitions: Schema): Schema {
  if (!isRecord(schema)) return {};
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const named = definitions[reference.slice(reference.lastIndexOf("/") + 1)];
  return isRecord(named) && !("$ref" in named) ? named : {};
}

function definitionsOf(schema: unknown): Schema {
  const definitions = isRecord(schema) ? (schema["$defs"] ?? schema["definitions"]) : null;
  return isRecord(definitions) ? definitions : {};
}

function propertiesOf({ properties }: Schema): Schema {
  return isRecord(properties) ? properties : {};
}

function requiredOf({ required }: Schema): ReadonlySet<unknown> {
  return new Set(Array.isArray(required) ? required : []);
}

function isLiteral(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isBasic(type: unknown): type is string {
  return typeof type === "string" && ["number", "integer", "boolean", "null"].includes(type);
}
