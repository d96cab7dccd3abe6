import type { Random } from "./random.ts";
import { edited, type Op, type Region, type ViewLine } from "./region.ts";

/** A file as it is on disk: its lines, each with its line end. */
export type DiskLine = { text: string; end: string };

/** What a kind of drift makes of a chosen edit; null where it can't be done to this one. */
export type Drift = (given: Given) => Drifted | null;
export type Given = { lines: readonly string[]; region: Region; random: Random; language: string };
export type Form = "edit" | "unified" | "begin-patch";

/**
 * `disk`: the file as it is. `view`: what the model sends as old lines. `moved`: by line of the view, where it stands on
 * disk now. `shape`: what the model does to its text at last (escapes it, cuts lines).
 */
export type Drifted = {
  disk: DiskLine[];
  view: ViewLine[];
  ops: readonly Op[];
  forms: readonly Form[];
  bom?: boolean;
  lineShift?: number;
  wrongCounts?: boolean;
  shape?: (text: string) => string;
};

export function onDisk(lines: readonly string[], end = "\n"): DiskLine[] {
  return lines.map((text, index) => ({ text, end: index === lines.length - 1 ? "" : end }));
}

export function viewOf(lines: readonly string[], { from, to }: Region): ViewLine[] {
  return lines.slice(from, to).map((text, index) => ({ text, line: from + index }));
}

export function diskText({ disk, bom }: Drifted): string {
  return (bom ? "\ufeff" : "") + disk.map(({ text, end }) => text + end).join("");
}

/** What the file may read after the edit: in a file of mixed line ends, a new line may have its neighbour's above or below. */
export function expectedTexts(drifted: Drifted): string[] {
  const lines = edited(
    drifted.disk.map(({ text }, line) => ({ text, line })),
    drifted.ops,
  );
  const endOf = (at: number): string => drifted.disk[lines[at]?.line ?? -1]?.end ?? "";
  const near = (at: number, step: 1 | -1): string => {
    for (let next = at; next >= 0 && next < lines.length; next += step) if (endOf(next) !== "") return endOf(next);
    return "\n";
  };
  const written = (step: 1 | -1): string =>
    lines.map(({ text, line }, at) => text + (line === null ? near(at, step) : endOf(at))).join("");
  const bom = drifted.bom ? "\ufeff" : "";
  return [...new Set([bom + written(-1), bom + written(1)])];
}

/** Ops and view after lines were put in or taken out of the file at `at`. */
export function shifted<T extends { line: number | null }>(items: readonly T[], at: number, by: number): T[] {
  return items.map((item) => (item.line !== null && item.line >= at ? { ...item, line: item.line + by } : item));
}
