import { expect, it } from "vitest";
import { answerLines, boundAnswer } from "./bound-answer.ts";

it("leaves what fits", () => {
  expect(boundAnswer("a\nb")).toBeNull();
});

it("keeps head and tail of many lines, and names what is between", () => {
  const text = Array.from({ length: 5_000 }, (_, line) => `line ${line + 1}`).join("\n");
  const cut = boundAnswer(text);
  expect(cut?.head.startsWith("line 1\n")).toBe(true);
  expect(cut?.tail.endsWith("line 5000")).toBe(true);
  expect(cut?.head.endsWith(`line ${(cut?.skipped.from ?? 0) - 1}`)).toBe(true);
  expect(cut?.tail.startsWith(`line ${(cut?.skipped.to ?? 0) + 1}`)).toBe(true);
  expect((cut?.head.split("\n").length ?? 0) + (cut?.tail.split("\n").length ?? 0)).toBeLessThanOrEqual(2_000);
});

it("stays within its bytes, by characters of several bytes and by one endless line", () => {
  for (const text of ["ä€😀\n".repeat(20_000), "x".repeat(300_000)]) {
    const cut = boundAnswer(text, 10_000);
    expect(Buffer.byteLength((cut?.head ?? "") + (cut?.tail ?? ""))).toBeLessThanOrEqual(10_000);
    expect(cut?.head).not.toBe("");
    expect(cut?.tail).not.toBe("");
    expect(answerLines(text)).toHaveLength(cut?.lines ?? 0);
  }
});
