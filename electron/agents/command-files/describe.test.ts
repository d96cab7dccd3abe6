import { expect, it } from "vitest";
import { describeCommand, splitMarkdown } from "./describe.ts";

it("reads what a command says of itself, and else its first line", () => {
  const head = "---\ndescription: >-\n  Reads the\n  change\nargument-hint: [branch]\n---\nDo it\n";
  expect(describeCommand(head, "markdown")).toEqual({ description: "Reads the change", hint: '["branch"]' });
  expect(describeCommand("\n## Look at $ARGUMENTS\nand more", "markdown")).toEqual({ description: "Look at $ARGUMENTS" });
  expect(describeCommand('description = "Plan it"\nprompt = """\nx\n"""\n', "toml")).toEqual({ description: "Plan it" });
});

it("bears files that are wrong, hostile or long", () => {
  expect(describeCommand("---\ndescription: [unclosed\n---\nText", "markdown")).toEqual({ description: "Text" });
  expect(describeCommand("---\n- a\n---\n", "markdown")).toEqual({ description: "" });
  expect(describeCommand("description = ", "toml")).toEqual({ description: "" });
  expect(describeCommand("---\na: &x [1]\ndescription: *x\n---\nNo aliases", "markdown").description).toBe("No aliases");
  expect(describeCommand("x".repeat(5000), "markdown").description).toHaveLength(300);
});

it.each([
  [
    "---\ndescription: Reviews: and changes nothing\nmode: ask\n---\nText",
    'in the line "description: Reviews: and changes nothing"',
  ],
  ["---\nmode: ask\nText without an end", "a line of --- alone"],
  ["\n---\nmode: ask\n---\nText", "a line of --- alone"],
  ["---\n- mode\n---\nText", "must have fields"],
  ["---\nmode: ask\nmode: code\n---\n", "unique"],
])("says what is wrong with the head of %j", (text, words) => {
  expect(splitMarkdown(text)).toMatchObject({ head: {}, problem: expect.stringContaining(words) });
});

it.each(["---\nmode: ask\n---\nText", "--- \r\nmode: ask\r\n---\r\nText", "\uFEFF---\nmode: ask\n---\nText"])(
  "reads %j",
  (text) => {
    expect(splitMarkdown(text)).toEqual({ head: { mode: "ask" }, body: "Text", problem: null });
  },
);

it("takes an empty head, and none, for no fields", () => {
  expect(splitMarkdown("---\n---\nText")).toEqual({ head: {}, body: "Text", problem: null });
  expect(splitMarkdown("---\n# nothing\n---\nText")).toEqual({ head: {}, body: "Text", problem: null });
  expect(splitMarkdown("Text\n---\nmore")).toMatchObject({ head: {}, problem: null });
});
