import { isRecord } from "../../shared/is-record.ts";
import type { GrammarSchema } from "./engine.ts";

// Tools describe their input by JSON schemas; the engine makes grammars of a part of that language, in which every
// property of an object is there. One that may be left out may be null here, and is left out again afterwards.

type Schema = Readonly<Record<string, unknown>>;

/** Longer or more than this isn't counted by the grammar: it would have a rule for each. */
const mostCounted = 32;
/** A schema can be made without an end, */
const deepest = 16;
/** or, by definitions that name each other, so large that a grammar of it takes the machine. */
const mostParts = 400;
/** What is left to convert, and the definitions that the way to here has gone into. */
type Going = { definitions: Schema; parts: { left: number }; open: ReadonlySet<string> };

/** What a call's input may be, as the engine takes it. What it can't say is left to whoever gets the call. */
export function grammarSchema(schema: unknown): GrammarSchema {
  return convert(schema, { definitions: definitionsOf(schema), parts: { left: mostParts }, open: new Set() }, 0);
}

/** A call's input without what was null because it may be left out. */
export function withoutNulls(input: unknown, schema: unknown): unknown {
  return strip(input, schema, definitionsOf(schema), 0);
}

/** The engine takes a schema that says nothing for null. */
const anything: GrammarSchema = {
  oneOf: [{ type: ["string", "number", "boolean", "null"] }, { type: "object", additionalProperties: true }, { type: "array" }],
};

function convert(given: unknown, { definitions, parts, open }: Going, depth: number): GrammarSchema {
  parts.left -= 1;
  const name = definitionIn(given);
  if (depth > deepest || parts.left < 0 || (name !== null && open.has(name))) return anything;
  const schema = resolve(given, definitions);
  const inside = { definitions, parts, open: name === null ? open : new Set([...open, name]) };
  const next = (one: unknown): GrammarSchema => convert(one, inside, depth + 1);
  const described = typeof schema["description"] === "string" ? { description: schema["description"] } : {};
  const choices = choicesOf(schema);
  if (choices) return { oneOf: choices.map(next), ...described };
  if (isLiteral(schema["const"])) return { const: schema["const"], ...described };
  if (Array.isArray(schema["enum"]) && schema["enum"].every(isLiteral)) return { enum: schema["enum"], ...described };
  switch (schema["type"] ?? (isRecord(schema["properties"]) ? "object" : undefined)) {
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
  const isChoice = Array.isArray(choices) && !(isRecord(schema["properties"]) && choices.every(onlyRequires));
  if (isChoice) return choices as readonly unknown[];
  const types = schema["type"];
  if (Array.isArray(types)) return types.map((type: unknown) => ({ ...schema, type }));
  return null;
}

/** Which of an object's properties must be there together is left to whoever gets the call. */
function onlyRequires(choice: unknown): boolean {
  return isRecord(choice) && Object.keys(choice).every((key) => key === "required" || key === "type");
}

function definitionIn(schema: unknown): string | null {
  const reference = isRecord(schema) ? schema["$ref"] : null;
  return typeof reference === "string" ? reference.slice(reference.lastIndexOf("/") + 1) : null;
}

function resolve(schema: unknown, definitions: Schema): Schema {
  if (!isRecord(schema)) return {};
  const name = definitionIn(schema);
  if (name === null) return schema;
  const named = definitions[name];
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
