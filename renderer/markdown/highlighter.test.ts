import { beforeEach, describe, expect, it } from "vitest";
import { ManualTimers } from "../testing/manual-timers.ts";
import type { HighlightAnswer, HighlightRequest } from "./highlight-protocol.ts";
import { Highlighter } from "./highlighter.ts";

const lines = [[{ text: "x", kind: null }]];

describe("Highlighter", () => {
  let timers: ManualTimers;
  let asked: HighlightRequest[];
  let answer: (answer: HighlightAnswer) => void;
  let workers: { ended: boolean }[];
  let highlighter: Highlighter;

  beforeEach(() => {
    timers = new ManualTimers();
    asked = [];
    workers = [];
    highlighter = new Highlighter({
      start(on) {
        answer = on.answer;
        const worker = { ended: false };
        workers.push(worker);
        return { post: (request) => void asked.push(request), end: () => void (worker.ended = true) };
      },
      after: (ms, run) => timers.after(ms, run),
    });
  });
  const answerLast = (): void => answer({ id: asked.at(-1)!.id, failed: false, lines });

  it("asks for one text at a time, the latest first, and remembers what it heard", async () => {
    const all = ["a", "b", "c"].map((code) => highlighter.highlight(code, "ts"));
    expect(asked.map(({ code }) => code)).toEqual(["a"]);
    for (let one = 0; one < 3; one += 1) answerLast();
    expect(asked.map(({ code }) => code)).toEqual(["a", "c", "b"]);
    expect(await Promise.all(all)).toEqual([lines, lines, lines]);
    expect(highlighter.known("b", "ts")).toBe(lines);
  });

  it("remembers no time-out of a busy machine: the text is asked for again, behind the others, with more patience", async () => {
    const slow = highlighter.highlight("slow", "ts");
    const other = highlighter.highlight("other", "ts");
    timers.advance(3_000);
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
    expect(asked.at(-1)?.code).toBe("other");
    answerLast();
    expect(await other).toBe(lines);
    expect(asked.at(-1)?.code).toBe("slow");
    timers.advance(10_000);
    answerLast();
    expect(await slow).toBe(lines);
  });

  it("gives up a text that holds the worker up twice, and that one alone", async () => {
    const slow = highlighter.highlight("slow", "ts");
    timers.advance(3_000);
    timers.advance(12_000);
    expect(await slow).toBeNull();
    expect(highlighter.known("slow", "ts")).toBeNull();
    const next = highlighter.highlight("next", "ts");
    answerLast();
    expect(await next).toBe(lines);
  });

  it("asks again for what couldn't be found out", async () => {
    const first = highlighter.highlight("a", "ts");
    answer({ id: asked.at(-1)!.id, failed: true });
    expect(await first).toBeNull();
    expect(highlighter.known("a", "ts")).toBeUndefined();
  });

  it("forgets the oldest where it would hold too much", async () => {
    for (let one = 0; one < 12; one += 1) {
      const found = highlighter.highlight(`${one}${"x".repeat(50_000)}`, "ts");
      answerLast();
      await found;
    }
    expect(highlighter.known(`0${"x".repeat(50_000)}`, "ts")).toBeUndefined();
    expect(highlighter.known(`11${"x".repeat(50_000)}`, "ts")).toBe(lines);
  });
});
