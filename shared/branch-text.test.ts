import { describe, expect, it } from "vitest";
import { branchText } from "./branch-text.ts";

const commit = "1234567890123456789012345678901234567890";
const copy = { kind: "worktree", branch: null, detachedAt: null, baseRef: "main", baseCommit: commit } as const;

describe("branchText", () => {
  it("is the branch that is checked out", () => {
    expect(branchText({ ...copy, branch: "fix/a" })).toBe("fix/a");
  });

  it("says of a detached worktree where it began, until it stands elsewhere", () => {
    expect(branchText({ ...copy, detachedAt: commit })).toBe("detached, from main");
    expect(branchText({ ...copy, detachedAt: `9${commit.slice(1)}` })).toBe("detached at 92345678");
    expect(branchText({ ...copy, kind: "in-place", detachedAt: commit })).toBe("detached at 12345678");
  });

  it("has nothing to say of a plain folder", () => {
    expect(branchText({ ...copy, kind: "in-place", baseRef: null, baseCommit: null })).toBeNull();
  });
});
