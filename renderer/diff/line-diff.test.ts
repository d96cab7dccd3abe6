import { describe, expect, it } from "vitest";
import type { ToolDiff } from "../../shared/run-event.ts";
import { ManualTimers } from "../testing/manual-timers.ts";
import { lineDiff, type LineDiff } from "./line-diff.ts";
import type { LineDiffAnswer, LineDiffRequest } from "./line-diff-worker.ts";
import { LineDiffer } from "./line-differ.ts";

const bounds = { maxChars: 400_000, maxEdits: 2_000 };
const text = (lines: number, indent: string): string => Array.from({ length: lines }, (_, n) => `${indent}line ${n};\n`).join("");

describe("line diff", () => {
  it("numbers the lines of both sides and counts what changed", () => {
    const diff = { path: "a", oldText: "1\n2\n3\n", newText: "1\nzwei\n3\n4\n" };
    const { lines, additions, deletions } = lineDiff(diff, bounds);
    expect([additions, deletions]).toEqual([2, 1]);
    expect(
      lines?.map((one) => (one.kind === "gap" ? "@" : `${one.oldNumber ?? ""},${one.newNumber ?? ""} ${one.kind} ${one.text}`)),
    ).toEqual(["1,1 context 1", "2, removed 2", ",2 added zwei", "3,3 context 3", ",4 added 4"]);
  });

  it("takes a new file as all added, and leaves what is huge or altogether different alone", () => {
    expect(lineDiff({ path: "a", oldText: null, newText: "a\nb\n" }, bounds)).toMatchObject({ additions: 2, deletions: 0 });
    expect(lineDiff({ path: "a", oldText: null, newText: "" }, bounds).lines).toEqual([]);
    expect(lineDiff({ path: "a", oldText: "x".repeat(500_000), newText: "y" }, bounds).lines).toBeNull();
    expect(lineDiff({ path: "a", oldText: text(3_000, ""), newText: text(3_000, "  ") }, bounds).lines).toBeNull();
  });
});

describe("LineDiffer", () => {
  const timers = new ManualTimers();
  const large = (name: string): ToolDiff => ({ path: name, oldText: text(3_000, ""), newText: text(3_000, "\t") });
  const found: LineDiff = { additions: 1, deletions: 0, lines: [] };
  const asked: LineDiffRequest[] = [];
  let answer: (answer: LineDiffAnswer) => void = () => {};
  let ended = 0;
  const differ = new LineDiffer({
    start(on) {
      answer = on.answer;
      return { post: (request) => void asked.push(request), end: () => void (ended += 1) };
    },
    after: (ms, run) => timers.after(ms, run),
  });

  it("finds little while the page draws, and has much of it compared elsewhere, one after the other", () => {
    expect(differ.known({ path: "a", oldText: "1\n", newText: "2\n" })?.lines).toHaveLength(2);
    const [one, two] = [large("one"), large("two")];
    const heard: string[] = [];
    expect(differ.known(one)).toBeNull();
    differ.want(one, () => heard.push("one"));
    differ.want(two, () => heard.push("two"));
    expect(asked.map(({ diff }) => diff.path)).toEqual(["one"]);
    answer({ id: asked[0]!.id, found });
    expect(heard).toEqual(["one"]);
    expect(differ.known(one)).toBe(found);
    expect(asked.map(({ diff }) => diff.path)).toEqual(["one", "two"]);
    answer({ id: asked[1]!.id, found });
    expect(heard).toEqual(["one", "two"]);
  });

  it("takes what takes too long for too large, and goes on with the next", () => {
    const [slow, next] = [large("slow"), large("next")];
    differ.want(slow, () => {});
    differ.want(next, () => {});
    timers.advance(8_000);
    expect(ended).toBe(1);
    expect(differ.known(slow)?.lines).toBeNull();
    answer({ id: asked.at(-1)!.id, found });
    expect(differ.known(next)).toBe(found);
  });
});
