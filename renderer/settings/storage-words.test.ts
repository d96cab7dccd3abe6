import { expect, it } from "vitest";
import { ageText, freedText, sessionFacts } from "./storage-words.ts";

it("tells ages by days", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  expect(["2026-03-10T01:00:00Z", "2026-03-09T10:00:00Z", "2026-02-08T00:00:00Z"].map((at) => ageText(at, now))).toEqual([
    "today",
    "yesterday",
    "30 days ago",
  ]);
});

it("says what goes, what went, and that nothing does", () => {
  const none = { sessions: 0, checkpoints: 0, eventsBytes: 0, outputsBytes: 0, snapshotsBytes: 0 };
  expect(freedText(none, false)).toBe("Nothing has to go now; unused snapshots are packed.");
  expect(freedText({ ...none, snapshotsBytes: 2048 }, true)).toBe("Gone: 2.00 KB of snapshots.");
  expect(freedText({ ...none, sessions: 1, checkpoints: 1200 }, false)).toBe(
    "Goes now: what is left of 1 deleted session, 1,200 checkpoints.",
  );
});

it("says of a session what it takes beside its worktree", () => {
  const live = {
    sessionId: "s",
    title: "Work",
    createdAt: "2026-03-01T00:00:00Z",
    removedAt: null,
    whyLost: null,
    worktreeBytes: null,
    eventsBytes: 2048,
    outputsBytes: 0,
    checkpoints: 1,
    oldestCheckpointAt: null,
  };
  const now = Date.parse("2026-03-10T12:00:00Z");
  expect(sessionFacts(live, now)).toEqual(["made 9 days ago", "1 checkpoint", "2.00 KB of events"]);
  expect(sessionFacts({ ...live, removedAt: "2026-03-09T00:00:00Z", outputsBytes: 10 }, now)).toEqual([
    "deleted yesterday",
    "1 checkpoint",
    "2.00 KB of events",
    "10 bytes of outputs",
  ]);
});
