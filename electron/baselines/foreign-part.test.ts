import { describe, expect, it } from "vitest";
import type { HeadMove } from "../git/history.ts";
import { arrivals, History, madeHere } from "./foreign-part.ts";

/** "m: o x" is a commit m with two parents; each before its parents. */
function history(commits: readonly string[], own: readonly string[]): History {
  const parsed = commits.map((text) => {
    const [id = "", parents = ""] = text.split(":");
    return { id, parents: parents.split(" ").filter(Boolean) };
  });
  return new History(parsed, new Set(own));
}

describe("History.partOf", () => {
  it("is a commit of others as a whole, with nothing of the session's below it", () => {
    expect(history(["x:base"], []).partOf("x")).toEqual({ kind: "whole" });
    expect(history([], []).partOf("base")).toEqual({ kind: "whole" });
  });

  it("is what its parent has, of the session's own commit, and nothing of a first one", () => {
    expect(history(["o:base"], ["o"]).partOf("o")).toEqual({ kind: "as", parent: "base" });
    expect(history(["o:"], ["o"]).partOf("o")).toEqual({ kind: "nothing" });
  });

  it("is both sides together, of the session's own merge", () => {
    expect(history(["m:o x", "o:base", "x:base"], ["m", "o"]).partOf("m")).toEqual({ kind: "joined", parents: ["o", "x"] });
  });

  it("is what others went on with, on top of the session's commits", () => {
    const pulled = history(["c2:c1", "c1:o", "o:base"], ["o"]);
    expect(pulled.partOf("c2")).toEqual({ kind: "upon", below: "o" });
    const updated = history(["c:o x", "o:base", "x:base"], ["o"]);
    expect(updated.partOf("c")).toEqual({ kind: "upon", below: "o" });
  });

  it("is all, where others took the session's commits into a line of theirs", () => {
    expect(history(["pr:x o", "x:base", "o:base"], ["o"]).partOf("pr")).toEqual({ kind: "whole" });
  });
});

describe("History.frontier", () => {
  it("has the newest commits that aren't the session's", () => {
    const merged = history(["m:o x", "o:base", "x:base"], ["m", "o"]);
    expect(merged.frontier(["m"]).toSorted()).toEqual(["base", "x"]);
    expect(merged.frontier(["x"])).toEqual(["x"]);
  });
});

describe("HEAD's log", () => {
  const move = (to: string, why: string, at = 100): HeadMove => ({ to, why, at });

  it("tells commits that were made here from such that were there", () => {
    const made = ["commit: a", "commit (amend): a", "commit (merge): a", "cherry-pick: a", "revert: a", "rebase (pick): a", ""];
    const were = [
      "checkout: moving from a to b",
      "reset: moving to HEAD~1",
      "merge x: Fast-forward",
      "pull origin main: Fast-forward",
      "cherry-pick: fast-forward",
      "rebase (start): checkout main",
      "rebase (finish): returning to refs/heads/x",
      "pull --rebase (finish): returning to refs/heads/x",
      "clone: from x",
    ];
    const moves = [...made, ...were].map((why, at) => move(`c${at}`, why));
    expect(madeHere(moves, 100_000)).toEqual(new Set(made.map((_, at) => `c${at}`)));
  });

  it("begins with the session, whatever date a commit was given since", () => {
    const moves = [move("dated back", "commit: c", 1), move("new", "commit: b", 100), move("old", "commit: a", 99)];
    expect(madeHere(moves, 100_500)).toEqual(new Set(["new", "dated back"]));
  });

  it("knows where a branch stood when it was checked out", () => {
    const moves = [move("b", "checkout: moving from main to fix/b"), move("a", "checkout: moving from b to main")];
    expect(arrivals(moves, "fix/b")).toEqual(["b"]);
    expect(arrivals(moves, "b")).toEqual([]);
  });
});
