import { expect, it } from "vitest";
import { agoText, baseWords } from "./base-words.ts";

const now = Date.parse("2026-03-04T12:00:00Z");
const before = (ms: number): string => new Date(now - ms).toISOString();
const state = { ref: "main", commit: "c0ffee00", upstream: "origin/main", behind: 0, fetchedAt: before(3 * 3_600_000) };

it("says how a base stands to its remote, and how old that knowledge is", () => {
  expect(baseWords({ ...state, behind: 3 }, now)).toBe("Behind origin/main by 3 commits, fetched 3 hours ago.");
  expect(baseWords({ ...state, behind: 1 }, now)).toBe("Behind origin/main by 1 commit, fetched 3 hours ago.");
  expect(baseWords(state, now)).toBe("Has all of origin/main, fetched 3 hours ago.");
  expect(baseWords({ ...state, behind: null }, now)).toBe("Follows origin/main, fetched 3 hours ago.");
  expect(baseWords({ ...state, ref: "origin/main" }, now)).toBe("Fetched 3 hours ago.");
  expect(baseWords({ ...state, behind: 2, fetchedAt: null }, now)).toBe("Behind origin/main by 2 commits.");
  expect(baseWords({ ...state, upstream: null, behind: null, fetchedAt: null }, now)).toBe("");
});

it("tells an age by its largest unit", () => {
  expect([-5000, 59_000, 60_000, 7_200_000, 90_000_000].map((ms) => agoText(before(ms), now))).toEqual([
    "just now",
    "just now",
    "1 minute ago",
    "2 hours ago",
    "1 day ago",
  ]);
});
