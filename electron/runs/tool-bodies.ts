import type { ToolDiff, ToolSnapshot } from "../../shared/run-event.ts";

export const maxBodyChars = 64 * 1024;
const maxStringChars = 2_000;

/** What can be long in a tool call. */
export type Body = "output" | "input" | "diff";

/** The name of the file that has all of it, behind the call's own. */
export const fileOf: Record<Body, { end: string; field: "outputFile" | "inputFile" | "diffFile" }> = {
  output: { end: ".txt", field: "outputFile" },
  input: { end: ".input.json", field: "inputFile" },
  diff: { end: ".diff.json", field: "diffFile" },
};

/** A body as text; null where there is none. */
export function bodyText(call: Partial<ToolSnapshot>, body: Body): string | null {
  if (body === "output") return call.output ?? null;
  if (body === "input") return call.input === undefined ? null : JSON.stringify(call.input, null, 2);
  return call.diff === undefined || call.diff.length === 0 ? null : JSON.stringify(call.diff, null, 2);
}

/** The same call with a body that fits into an event: an output's end, an input's beginnings, the small ones of diffs. */
export function cutBody(call: ToolSnapshot, body: Body, text: string): ToolSnapshot {
  if (body === "output") return { ...call, output: `…${text.slice(-maxBodyChars)}` };
  if (body === "diff") return { ...call, diff: cutDiffs(call.diff) };
  const shorter = shortened(call.input);
  return { ...call, input: JSON.stringify(shorter).length <= maxBodyChars ? shorter : `${text.slice(0, maxBodyChars)}…` };
}

function cutDiffs(diffs: ToolDiff[]): ToolDiff[] {
  let left = maxBodyChars;
  return diffs.map((diff) => {
    left -= (diff.oldText?.length ?? 0) + diff.newText.length;
    // What is cut keeps the one thing that a reader tells from the texts: whether the file is new.
    return left >= 0 ? diff : { path: diff.path, oldText: diff.oldText === null ? null : "", newText: "", cut: true };
  });
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") return value.length > maxStringChars ? `${value.slice(0, maxStringChars)}…` : value;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
}
