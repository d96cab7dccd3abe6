import { expect, it } from "vitest";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import { byDay, countLines, files, nameOf } from "./format.ts";

function checkpoint(createdAt: Date, more: Partial<Checkpoint> = {}): Checkpoint {
  return {
    id: createdAt.toISOString(),
    sessionId: "s",
    runId: null,
    kind: "manual",
    label: null,
    revisionId: "t",
    skipped: [],
    createdAt: createdAt.toISOString(),
    ...more,
  };
}

it("groups by day, with the near ones named", () => {
  const now = new Date(2026, 2, 10, 12);
  const at = (day: number, hour: number) => checkpoint(new Date(2026, 2, day, hour));
  const days = byDay([at(10, 11), at(10, 0), at(9, 23), at(3, 5)], now);
  expect(days.map((day) => day.checkpoints.length)).toEqual([2, 1, 1]);
  expect(days.slice(0, 2).map((day) => day.day)).toEqual(["Today", "Yesterday"]);
  expect(days[2]?.day).toContain("3");
  expect(byDay([], now)).toEqual([]);
});

it("calls a checkpoint by its label, else by when it was taken", () => {
  expect(nameOf(checkpoint(new Date(), { label: "works" }))).toBe("works");
  expect(nameOf(checkpoint(new Date(), { kind: "before-apply" }))).toBe("Your checkout, before applying");
});

it("tells a checkpoint around a run by what was asked", () => {
  const runs = { r1: { agentId: "a", asked: "Round totals" }, r2: { agentId: "a", asked: "" } };
  const name = (more: Partial<Checkpoint>) => nameOf(checkpoint(new Date(), more), runs);
  expect(name({ kind: "before-run", runId: "r1" })).toBe("Before “Round totals”");
  expect(name({ kind: "after-run", runId: "r1" })).toBe("After “Round totals”");
  expect(name({ kind: "after-run", runId: "r1", label: "works" })).toBe("works");
  expect(name({ kind: "before-reject", runId: "r1" })).toBe("Before rejecting");
  expect(name({ kind: "before-run", runId: "r2" })).toBe("Before a run");
  expect(name({ kind: "before-run", runId: "unknown" })).toBe("Before a run");
});

it("writes counts for people", () => {
  expect([files(0), files(1), files(2)]).toEqual(["0 files", "1 file", "2 files"]);
});

it("counts the lines of hunks and not of headers", () => {
  expect(countLines("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n+c\n x\n")).toEqual({
    additions: 2,
    deletions: 1,
  });
  expect(countLines("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n")).toEqual({ additions: 0, deletions: 0 });
  expect(countLines(null)).toEqual({ additions: 0, deletions: 0 });
});
