import { expect, it } from "vitest";
import { describeCommand } from "./describe.ts";

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
