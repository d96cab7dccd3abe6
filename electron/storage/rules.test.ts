import { expect, it } from "vitest";
import type { KeptCheckpoint } from "../store/storage.ts";
import { goneSessions, oldestToDrop } from "./rules.ts";

/** `kind run`, oldest first; the n-th has the id `n`. */
function taken(...lines: string[]): KeptCheckpoint[] {
  return lines.map((line, at) => {
    const [kind = "", runId = null] = line.split(" ");
    const restore = kind.startsWith("before-restore");
    return {
      id: `${at}`,
      sessionId: "ses",
      runId,
      kind: kind.replace("*", "") as KeptCheckpoint["kind"],
      place: "working-copy",
      tree: "t",
      resultTree: restore && !kind.endsWith("*") ? "r" : null,
      restoredId: restore ? "0" : null,
      createdAt: at,
    };
  });
}

const dropped = (lines: string[], open = false): string[] => oldestToDrop(taken(...lines), () => !open, 0.5).map((one) => one.id);

it("drops the oldest automatic ones first, never the latest, those by hand or before a removal", () => {
  const lines = ["before-run a", "after-run a", "before-run b", "after-run b", "before-run c"];
  expect(dropped(lines)).toEqual(["0", "1"]);
  expect(dropped(["before-run a", "before-run b", "after-run b", "before-apply"])).toEqual(["1"]);
  expect(dropped(["manual", "before-removal", "before-run a"])).toEqual([]);
  expect(dropped(lines, true)).toEqual([]);
});

it("leaves one that a restore goes on from", () => {
  expect(dropped(["before-restore*", "before-run a", "after-run a"])).toEqual(["1"]);
});

it("leaves the end of the last dropped run where an older one stays, and restores after it", () => {
  const lines = ["manual", "before-run a", "after-run a", "before-run b", "after-run b", "before-restore", "before-run c"];
  expect(dropped([...lines, ...Array.from({ length: 6 }, () => "before-apply")])).toEqual(["1", "2", "3"]);
});

it("lets a deleted session go after thirty days, and no other", () => {
  const day = 24 * 3_600_000;
  const use = (id: string, removedAt: number | null, openRuns = 0) => ({
    id,
    projectId: "p",
    title: "",
    createdAt: 0,
    removedAt,
    checkpoints: 0,
    oldestCheckpointAt: null,
    openRuns,
  });
  const now = 100 * day;
  const sessions = [use("live", null), use("late", 71 * day), use("gone", 69 * day), use("busy", 1 * day, 1)];
  expect(goneSessions(sessions, now).map((one) => one.id)).toEqual(["gone"]);
});
