import { describe, expect, it } from "vitest";
import { parseHead } from "./head.ts";

describe("parseHead", () => {
  it("tells a branch from a commit", () => {
    expect(parseHead("ref: refs/heads/fix/a b\n")).toEqual({ branch: "fix/a b", detachedAt: null });
    const id = "a".repeat(40);
    expect(parseHead(`${id}\n`)).toEqual({ branch: null, detachedAt: id });
    expect(parseHead("b".repeat(64))).toEqual({ branch: null, detachedAt: "b".repeat(64) });
  });

  it("doesn't take for a branch what is written where refs are kept in a table, or is none", () => {
    for (const text of ["ref: refs/heads/.invalid\n", "ref: refs/remotes/origin/main\n", "rubbish", ""])
      expect(parseHead(text)).toEqual({ branch: null, detachedAt: null });
  });
});
