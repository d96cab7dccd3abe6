import { describe, expect, it } from "vitest";
import { replaceTrigger, triggerAt } from "./trigger.ts";

const at = (marked: string) => triggerAt(marked.replace("|", ""), marked.indexOf("|"));

describe("trigger", () => {
  it.each([
    ["@|", "mention", ""],
    ["see @src/ca|", "mention", "src/ca"],
    ["(@a|", "mention", "a"],
    ["a\n@b|", "mention", "b"],
    ["/|", "command", ""],
    ["/he|lp", "command", "he"],
  ])("%s", (marked, kind, query) => expect(at(marked)).toMatchObject({ kind, query }));

  it.each(["mail@x|", "@a |", "text /x|", "/a b|", "a @b c|", "|@"])("nothing at %s", (marked) => expect(at(marked)).toBeNull());

  it("puts the choice in its place, with one space behind it", () => {
    const put = (marked: string, chosen: string) => {
      const text = marked.replace("|", "");
      const caret = marked.indexOf("|");
      const made = replaceTrigger(text, caret, triggerAt(text, caret)!, chosen);
      return `${made.text.slice(0, made.caret)}|${made.text.slice(made.caret)}`;
    };
    expect(put("see @ca|", "src/cart.ts")).toBe("see @src/cart.ts |");
    expect(put("see @ca| now", "src/cart.ts")).toBe("see @src/cart.ts |now");
    expect(put("/he|", "help")).toBe("/help |");
  });
});
