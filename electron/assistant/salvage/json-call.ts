import { parse, type ParseError } from "jsonc-parser";
import { isRecord } from "../../../shared/is-record.ts";
import { leakedCall, type LeakedCall } from "./leaked-call.ts";

/** Where the JSON object or list that starts at `from` ends; null where it doesn't. */
export function jsonEnd(text: string, from: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** Reads JSON as models write it: line ends and tabs inside strings, commas before a closing bracket. Undefined if it is none. */
export function lenientJson(text: string): unknown {
  const escaped = text.replace(/"(?:[^"\\]|\\[^])*"/g, (string) =>
    string.replaceAll("\r", "\\r").replaceAll("\n", "\\n").replaceAll("\t", "\\t"),
  );
  const errors: ParseError[] = [];
  const value: unknown = parse(escaped, errors, { allowTrailingComma: true, disallowComments: true });
  return errors.length > 0 ? undefined : value;
}

/** The calls that a JSON value stands for; null where one of them is no call. */
export function callsOf(value: unknown): LeakedCall[] | null {
  const calls = (Array.isArray(value) ? value : [value]).map(callOf);
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null;
}

function callOf(value: unknown): LeakedCall | null {
  if (!isRecord(value)) return null;
  const inner = isRecord(value["function"]) ? value["function"] : value;
  const name = inner["name"] ?? inner["tool"] ?? inner["tool_name"] ?? inner["function"];
  const input = inputOf(inner["arguments"] ?? inner["parameters"] ?? inner["input"] ?? inner["args"]);
  return typeof name === "string" && name !== "" && input ? leakedCall(name, input) : null;
}

/** A call's arguments: an object, or one written as a JSON string; null where it is neither. */
function inputOf(value: unknown): Record<string, unknown> | null {
  if (isRecord(value)) return value;
  const read = typeof value === "string" ? lenientJson(value) : undefined;
  return isRecord(read) ? read : null;
}
