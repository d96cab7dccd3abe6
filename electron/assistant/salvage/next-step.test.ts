import { expect, it } from "vitest";
import { leakedCall } from "./leaked-call.ts";
import { nextStep, type Reply } from "./next-step.ts";

const reply: Reply = { nativeCalls: 0, leaked: [], unreadable: false, text: "", retried: false };
const call = leakedCall("read_file", { path: "a.ts" });
const unfilled = leakedCall("read_file", { path: "<path>" });

it.each<[string, Partial<Reply>, string]>([
  ["a native call before one in the text", { nativeCalls: 1, leaked: [call] }, "run-native"],
  ["a call in the text", { leaked: [call], text: "I'll look." }, "run-leaked"],
  ["a call that could be read before one that couldn't", { leaked: [call], unreadable: true }, "run-leaked"],
  ["a call that can't be read", { unreadable: true }, "ask-again"],
  ["a placeholder", { leaked: [unfilled] }, "ask-again"],
  ["one that can't be read again", { unreadable: true, retried: true }, "give-up"],
  ["a placeholder again", { leaked: [unfilled], retried: true }, "give-up"],
  ["nothing at all", {}, "ask-for-answer"],
  ["an answer", { text: "Done." }, "done"],
])("after %s: %j → %s", (_, part, kind) => {
  expect(nextStep({ ...reply, ...part }).kind).toBe(kind);
});

it("tells the model what was wrong, and the person what was not done", () => {
  expect(nextStep({ ...reply, leaked: [unfilled] })).toMatchObject({ message: expect.stringContaining('"path" of read_file') });
  expect(nextStep({ ...reply, unreadable: true, retried: true })).toMatchObject({
    message: expect.stringContaining("nothing was run"),
  });
});
