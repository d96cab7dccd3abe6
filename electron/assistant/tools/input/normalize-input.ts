import { quoteWords } from "../../../../shared/shell-words.ts";
import { foldKey, keyFor } from "./aliases.ts";

/** The part of a JSON Schema that tells what a tool takes. */
export type InputShape = {
  properties: Readonly<Record<string, FieldShape>>;
  required: readonly string[];
  /** It takes fields that aren't named. */
  isOpen?: boolean;
};
export type FieldShape = { type?: string; items?: FieldShape; properties?: Readonly<Record<string, FieldShape>> };

const wrappers = new Set(["input", "args", "arguments", "parameters", "params", "payload", "toolinput", "kwargs", "properties"]);
/** What stands beside a wrapped input when a model sends the whole call again. */
const besides = new Set(["name", "tool", "toolname", "function", "type", "id", "callid"]);
const maxWrappings = 4;

/**
 * Brings a tool's input as a model sent it into the shape that the tool takes: taken out of wrappings and strings, keys
 * by their own names, values in their types where that loses nothing. Decides nothing: what is wrong stays wrong.
 */
export function normalizeInput(sent: unknown, shape: InputShape): unknown {
  const object = unwrapped(sent, shape);
  if (!isObject(object)) return object;
  const named = withOwnNames(object, shape);
  return Object.fromEntries(
    Object.entries(named)
      .filter(([key, value]) => value !== undefined && (value !== null || meansNull(key, shape)))
      .map(([key, value]) => [key, asType(value, shape.properties[key], key, shape.isOpen)]),
  );
}

/** Another program's tool may need a field that can be null; ours have none. */
function meansNull(key: string, { required, isOpen }: InputShape): boolean {
  return isOpen === true && required.includes(key);
}

function unwrapped(sent: unknown, shape: InputShape): unknown {
  let value = parsed(sent);
  for (let depth = 0; depth < maxWrappings; depth += 1) {
    if (Array.isArray(value) && value.length === 1) value = parsed(value[0]);
    if (!isObject(value)) break;
    const inner = innerOf(value, shape);
    if (inner === null) break;
    value = inner;
  }
  if (typeof value !== "string") return value ?? {};
  // A tool that needs one thing was given just that.
  const [only, ...others] = shape.required;
  return only !== undefined && others.length === 0 && value.trim() !== "" ? { [only]: value } : value;
}

/** What stands in the wrapper, where nothing but a wrapper is there. */
function innerOf(object: Record<string, unknown>, { properties, required, isOpen }: InputShape): unknown {
  const keys = Object.keys(object);
  const wrapper = keys.find((key) => wrappers.has(foldKey(key)) && !(key in properties));
  if (wrapper === undefined) return null;
  const others = keys.filter((key) => key !== wrapper);
  const own = isOpen ? Object.keys(properties) : required;
  if (others.some((key) => !besides.has(foldKey(key)) || own.includes(key))) return null;
  const inner = parsed(object[wrapper]);
  return isObject(inner) ? inner : null;
}

function withOwnNames(object: Record<string, unknown>, { properties, required, isOpen }: InputShape): Record<string, unknown> {
  const keys = Object.keys(object);
  const fields = Object.keys(properties);
  const taken = new Set(keys.filter((key) => fields.includes(key)));
  const out: Record<string, unknown> = Object.fromEntries([...taken].map((key) => [key, object[key]]));
  // Those that must be there choose first.
  for (const field of fields.toSorted((a, b) => Number(required.includes(b)) - Number(required.includes(a)))) {
    if (field in out) continue;
    const key = keyFor(field, keys, taken);
    if (key === null) continue;
    taken.add(key);
    out[field] = object[key];
  }
  return isOpen ? { ...Object.fromEntries(keys.filter((key) => !taken.has(key)).map((key) => [key, object[key]])), ...out } : out;
}

/** `isOpen`: what lies deeper is left as it is. */
function asType(value: unknown, shape: FieldShape | undefined, key: string, isOpen = false): unknown {
  switch (shape?.type) {
    case "string":
      return asString(value, key);
    case "integer":
    case "number":
      return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    case "boolean":
      if (typeof value === "string" && /^(true|yes|1)$/i.test(value.trim())) return true;
      if (typeof value === "string" && /^(false|no|0|)$/i.test(value.trim())) return false;
      return value;
    case "array": {
      const list = parsed(value);
      const all = Array.isArray(list) ? list : [list];
      return all.map((item: unknown) => (shape.items && !isOpen ? asType(item, shape.items, key) : item));
    }
    case "object": {
      const object = parsed(value);
      const fields = shape.properties;
      return fields && isObject(object) && !isOpen ? normalizeInput(object, { properties: fields, required: [] }) : object;
    }
    default:
      return value;
  }
}

function asString(value: unknown, key: string): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const isWords = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
  if (isWords && key === "command") return quoteWords(value);
  if (isWords && value.length === 1) return value[0];
  if (isWords && key === "content") return value.join("\n");
  // A JSON file's content that was sent as what it means.
  if (key === "content" && (isObject(value) || Array.isArray(value))) return `${JSON.stringify(value, null, 2)}\n`;
  return value;
}

/** JSON in a string, in a code fence or not; anything else as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim().replace(/^```(?:json)?\s*\n([^]*?)\n?```$/, "$1");
  if (!/^[[{"]/.test(text)) return value;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "string" && /^\s*[[{]/.test(read) ? parsed(read) : read;
  } catch {
    return value; // Not JSON after all: the text itself is meant.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
