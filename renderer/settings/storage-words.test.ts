import { expect, it } from "vitest";
import { ageText, bytesText, freedText, sessionFacts } from "./storage-words.ts";

it("writes sizes with three digits", () => {
  expect([0, 999, 1000, 1536, 15_000_000, 1024 ** 3, 1000 * 1024 ** 4].map(bytesText)).toEqual([
    "0 bytes",
    "999 bytes",
    "0.98 KB",
    "1.50 KB",
    "14.3 MB",
    "1.00 GB",
    "1000 TB",
  ]);
});

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

it("says of a deleted session that is lost why it can't be brought back", () => {
  const deleted = {
    sessionId: "s",
    title: "Work",
    createdAt: "2026-03-01T00:00:00Z",
    removedAt: "2026-03-09T00:00:00Z",
    whyLost: null,
    worktreeBytes: null,
    eventsBytes: 2048,
    outputsBytes: 0,
    checkpoints: 1,
    oldestCheckpointAt: null,
  };
  const now = Date.parse("2026-03-10T12:00:00Z");
  expect(sessionFacts(deleted, now)).toEqual(["deleted yesterday", "1 checkpoint", "2.00 KB of events"]);
  expect(sessionFacts({ ...deleted, whyLost: "its files were kept for 30 days" }, now)[1]).toBe(
    "can’t be brought back: its files were kept for 30 days",
  );
});
