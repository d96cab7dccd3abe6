import { expect, it } from "vitest";
import { commitJob, helperLines, helperMessage, summaryJob, tagsIn, titleJob } from "./helper-words.ts";

it.each([
  ["Round totals to cents", "Round totals to cents"],
  ["\n\n**Title:** Round totals\nBecause…", "Round totals"],
  ['"Round totals."', "Round totals."],
  ["<think>What is it?\nA title</think>\n# Round totals", "Round totals"],
  ["<think>never ends", null],
  ["", null],
  ["Round\u202e slatot\u0007 \u200bto\u0000 cents", "Round slatot to cents"],
  ['{"name":"read_file"}', null],
  ["<tool_call>x</tool_call>", null],
  ["What is it?\nA title, I think.\n</think>\n\nRound totals", "Round totals"],
  ["<think>a</think>\n<think>never ends", null],
  ["Sure! Here's the title:\n\n**Round totals**", "Round totals"],
  ['Here is the title: "Round totals"', "Round totals"],
  ["Of course!\n**Title: Round totals**", "Round totals"],
  ["## Title\nRound totals", "Round totals"],
  ["Let me look.\n<function=read_file>\n<parameter=path>\na.ts", null],
  ['[TOOL_CALLS][{"name":"read_file"}]', null],
  ["<|channel|>analysis<|message|>A title", null],
  [
    "<|channel|>analysis<|message|>A title<|end|><|start|>assistant<|channel|>final<|message|>Round totals<|return|>",
    "Round totals",
  ],
  [`Commit message: fix ${"very ".repeat(40)}long`, null],
])("makes one plain line of %j", (answer, line) => {
  const made = helperLines(answer, titleJob);
  if (answer.startsWith("Commit")) expect(made).toMatch(/^fix very.*very$/);
  else expect(made).toBe(line);
  expect(made?.length ?? 0).toBeLessThanOrEqual(titleJob.maxChars);
});

it.each(['"', "*", "'", "`", "<think>", "Title: ", " ", "#", "[", ".", "\n"])("reads a flood of %j at once", (mark) => {
  // Backtracking took minutes for it, and the test's time limit ended it.
  expect(helperLines(mark.repeat(100_000) + "x", titleJob)?.length ?? 0).toBeLessThanOrEqual(titleJob.maxChars);
  expect(helperLines(`${mark.repeat(3_900)}x`, titleJob)?.length ?? 0).toBeLessThanOrEqual(titleJob.maxChars);
});

it("leaves no half of a character at its end", () => {
  const line = helperLines("😀".repeat(80), commitJob) ?? "";
  expect(line.isWellFormed()).toBe(true);
});

it("keeps a few lines of an answer that may have them, each plain", () => {
  const answer = "Here's the summary:\n\n- Totals were **wrong**\u202e.\n* They are rounded now.\n\nTests pass.\n4\n5\n6\n7";
  expect(helperLines(answer, summaryJob)).toBe("Totals were wrong.\nThey are rounded now.\nTests pass.\n4\n5\n6");
  expect(helperLines("<think>hm</think>", summaryJob)).toBeNull();
});

it("sends as much of a text as there is room for", () => {
  expect(helperMessage(commitJob, "x".repeat(50_000), null).length).toBeLessThan(12_200);
  expect(helperMessage(commitJob, "x".repeat(50_000), 2_048).length).toBeLessThan(2_800);
});

it.each([
  ["bug, carts", ["bug", "carts"]],
  ["Bug, Code Review, a, b", ["bug", "code-review", "a"]],
  ["The tags for this conversation are bug and tests", []],
  ["bug, tests.", []],
  ["", []],
])("takes the tags of %j", (line, tags) => expect(tagsIn(line)).toEqual(tags));
