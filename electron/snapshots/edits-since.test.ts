import { expect, it } from "vitest";
import type { CheckpointRecord } from "../store/checkpoints.ts";
import { editsSince } from "./edits-since.ts";

/** Rows from `kind run tree [result]`, oldest first; the n-th has the id `n`. */
function rows(...lines: string[]): CheckpointRecord[] {
  return lines.map((line, at) => {
    const [kind = "", runId = "", revisionId = "", resultTree] = line.split(" ");
    const restoredId = resultTree === undefined ? null : "0";
    return {
      id: `${at}`,
      sessionId: "ses",
      runId: runId === "-" ? null : runId,
      kind: kind as CheckpointRecord["kind"],
      label: null,
      revisionId,
      skipped: [],
      createdAt: "",
      place: kind === "before-apply" ? "checkout" : "working-copy",
      folder: null,
      restoredId,
      resultTree: resultTree ?? null,
      restoreMode: null,
      baselineTree: null,
    };
  });
}

function since(id: string, ...lines: string[]): string[] {
  const all = rows(...lines);
  const target = all.find((row) => row.id === id);
  if (!target) throw new Error("No such row");
  return editsSince(all.toReversed(), target, "now").map(({ before, after }) => `${before}→${after}`);
}

it("has an edit for each run since", () => {
  const lines = ["before-run r1 A", "after-run r1 B", "manual - C", "before-run r2 D", "after-run r2 E"];
  expect(since("0", ...lines)).toEqual(["A→B", "D→E"]);
  expect(since("1", ...lines)).toEqual(["D→E"]);
  expect(since("2", ...lines)).toEqual(["D→E"]);
  expect(since("4", ...lines)).toEqual([]);
});

it("takes runs that overlapped as one", () => {
  expect(
    since("0", "before-run r1 A", "before-run r2 B", "after-run r1 C", "after-run r2 D", "before-run r3 E", "after-run r3 F"),
  ).toEqual(["A→D", "E→F"]);
});

it("begins with the checkpoint where a run was going on then", () => {
  const lines = ["before-run r1 A", "manual - B", "before-run r2 C", "after-run r2 D", "after-run r1 E"];
  expect(since("1", ...lines)).toEqual(["B→E"]);
  expect(since("0", ...lines)).toEqual(["A→E"]);
});

it("counts a run whose end was never kept by the last beside it, or by what is there now", () => {
  expect(since("0", "before-run r1 A", "before-run r2 B", "after-run r2 C")).toEqual(["A→C"]);
  expect(since("0", "before-run r1 A")).toEqual(["A→now"]);
});

it("has an edit for each restore, and the one to undo it", () => {
  const lines = ["before-run r1 A", "after-run r1 B", "before-restore - C D", "before-restore - E F"];
  expect(since("0", ...lines)).toEqual(["A→B", "C→D", "E→F"]);
  expect(since("3", ...lines)).toEqual(["E→F"]);
});

it("keeps the checkout apart", () => {
  expect(since("0", "before-apply - X", "before-run r1 A", "after-run r1 B")).toEqual([]);
});
