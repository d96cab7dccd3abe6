import type { NotFound } from "./edited-text.ts";
import { windowsAround, type Window } from "./windows.ts";

export type EditReason =
  | "not-found"
  | "ambiguous"
  | "inside-word"
  | "differs"
  | "elided"
  | "no-change"
  | "empty"
  | "no-file"
  | "file-exists"
  | "path"
  | "overlap";

/** Why an edit can't be made, with what helps to send it right: the lines (from 1) in question and the file's text there. */
export type EditFailure = { reason: EditReason; message: string; lines: number[]; windows: Window[] };

/** A failure that is told without looking at the file's text. */
export function plainFailure(reason: EditReason, message: string): EditFailure {
  return { reason, message, lines: [], windows: [] };
}

/** Says to a model where its old text wasn't found, and what stands there instead. */
export function failureOf(text: string, missed: NotFound, wanted: number): EditFailure {
  const from1 = (lines: readonly number[]): number[] => lines.map((line) => line + 1);
  switch (missed.kind) {
    case "several":
      return {
        reason: "ambiguous",
        message: `It stands in ${missed.lines.length} places, at lines ${from1(missed.lines).join(", ")}. Send more of the lines around the one you mean.`,
        lines: from1(missed.lines),
        windows: windowsAround(text, stretches(missed.lines.slice(0, 5), wanted)),
      };
    case "inside-word":
      return {
        reason: "inside-word",
        message: `It stands only inside longer words, at lines ${from1(missed.lines).join(", ")}. Send whole words, as they stand in the file.`,
        lines: from1(missed.lines),
        windows: windowsAround(text, stretches(missed.lines.slice(0, 5), wanted)),
      };
    case "differs":
      return {
        reason: "differs",
        message: `Lines ${missed.region.from + 1}–${missed.region.to} are like it, but the lines that you change are not as you sent them. Send them as they stand in the file.`,
        lines: [missed.region.from + 1],
        windows: windowsAround(text, [missed.region]),
      };
    case "none":
      if (!missed.nearest) return plainFailure("not-found", "Nothing in the file is like it. Read the file again.");
      return {
        reason: "not-found",
        message: `It is not in the file. The nearest text is at lines ${missed.nearest.from + 1}–${missed.nearest.to}.`,
        lines: [missed.nearest.from + 1],
        windows: windowsAround(text, [missed.nearest]),
      };
  }
}

function stretches(lines: readonly number[], length: number): { from: number; to: number }[] {
  return lines.map((from) => ({ from, to: from + length }));
}
