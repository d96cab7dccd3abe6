import { describe, expect, it } from "vitest";
import type { FormField } from "../../../shared/form-fields.ts";
import { choose } from "./choose.ts";
import { readField } from "./read-field.ts";

const letters = ["A", "B"].map((value) => ({ value, label: value }));
const verbs = [
  { value: "once", label: "Allow once" },
  { value: "always", label: "Allow always" },
  { value: "no", label: "Reject" },
];

describe("choosing from a list", () => {
  it.each([
    ["a", letters, "A"],
    [" B ", letters, "B"],
    ["2", letters, "B"],
    ["c", letters, null],
    ["3", letters, null],
    ["0", letters, null],
    ["", letters, null],
    ["rej", verbs, "no"],
    ["allow", verbs, null],
    ["ALLOW A", verbs, "always"],
    ["once", verbs, "once"],
    [
      "2",
      [
        { value: "2", label: "2" },
        { value: "1", label: "1" },
      ],
      "2",
    ],
    [
      "a",
      [
        { value: "a", label: "a" },
        { value: "A", label: "A" },
      ],
      "a",
    ],
  ])("takes %j", (typed, choices, value) => {
    expect(choose(typed, choices)?.value ?? null).toBe(value);
  });
});

describe("reading a field of a form", () => {
  const base = { name: "it", label: "It", hint: null, required: true, initial: undefined };
  const fields: Record<string, FormField> = {
    text: { ...base, type: "text", maxLength: 5, multiline: false },
    whole: { ...base, type: "number", integer: true, min: 1, max: 9 },
    yes: { ...base, type: "boolean" },
    one: { ...base, type: "choice", choices: letters },
    some: { ...base, type: "choices", choices: letters, minItems: 1, maxItems: null },
    maybe: { ...base, required: false, type: "choice", choices: letters },
  };

  it.each([
    ["text", "hello", "hello"],
    ["whole", " 7 ", 7],
    ["yes", "Y", true],
    ["yes", "no", false],
    ["one", "b", "B"],
    ["some", "2, a", ["B", "A"]],
    ["maybe", "", undefined],
  ])("takes a %s of %j", (name, typed, value) => {
    expect(readField(fields[name]!, typed)).toEqual({ ok: true, value });
  });

  it.each([
    ["text", "too long", "At most 5 characters."],
    ["text", " ", "This is needed."],
    ["whole", "seven", "This must be a number."],
    ["whole", "1.5", "This must be a whole number."],
    ["whole", "10", "At most 9."],
    ["yes", "perhaps", "Type yes or no."],
    ["one", "x", "Type a number from 1 to 2, or a choice's text or its start."],
    ["some", "a, x", "Type numbers from 1 to 2, or choices' texts, with commas between."],
  ])("refuses a %s of %j and says what fits", (name, typed, problem) => {
    expect(readField(fields[name]!, typed)).toEqual({ ok: false, error: problem });
  });
});
