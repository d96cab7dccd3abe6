import { parseTree, type ParseError } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { insertInto, removeAt } from "./json-text.ts";

const isJson = (text: string): boolean => {
  const errors: ParseError[] = [];
  parseTree(text, errors, { allowTrailingComma: true });
  return errors.length === 0;
};

/** Lists with the person's own comments around the last thing in them; `{}` is the person's. */
const lists = [
  '{\n  "list": [\n    {} // mine\n  ]\n}',
  '{\n  "list": [\n    {}, // mine\n  ]\n}',
  '{\n  "list": [\n    {}\n    // mine, not yet: {}\n  ]\n}',
  '{\n  "list": [\n    {} /* mine */\n  ]\n}',
  '{\n  "list": [\n    {} // mine\n    // and more\n    ,\n  ]\n}',
  '{\r\n  "list": [\r\n    {} // mine\r\n  ]\r\n}',
  '{"list": [{} // mine\n]}',
  '{"list": [{}, /* mine, */ ]}',
  '{\n  "list": [\n    // mine\n  ]\n}',
  '{"list": [ /* mine */ ]}',
  '{"list": [ // mine\n]}',
];

describe("what is put beside comments", () => {
  it.each(lists)("into %j stays JSON, leaves each comment where it was, and goes out to the byte", (text) => {
    const length = /\{\}/.test(text.replaceAll(/\/\/.*|\/\*.*?\*\//g, "")) ? 1 : 0;
    const put = insertInto(text, ["list"], null, { ours: [1, 2] });
    expect(isJson(put), put).toBe(true);
    expect(put).toContain('"ours"');
    // The comment stands on the line that it stood on.
    expect(/\{\},? (?:\/\/|\/\*)/.test(put)).toBe(/\{\},? (?:\/\/|\/\*)/.test(text));
    const removed = removeAt(put, ["list", length]);
    if (length === 1) expect(removed).toBe(text);
    else expect([isJson(removed), removed.includes("mine"), removed.includes("ours")], removed).toEqual([true, true, false]);
  });
});

describe("what is taken out beside comments", () => {
  it.each([
    ['{"list": [{"a": 1}, // mine\n]}', '{"list": [ // mine\n]}'],
    ['{"list": [{"a": 1} /* mine, */ , ]}', '{"list": [ /* mine, */  ]}'],
    ['{"list": [\n  // mine\n  {"a": 1}]}', '{"list": [\n  // mine\n]}'],
    ['{"list": [{"a": 1}, // mine\n  {"b": 2}]}', '{"list": [// mine\n  {"b": 2}]}'],
  ])("of %j leaves %j", (text, left) => {
    expect(removeAt(text, ["list", 0])).toBe(left);
    expect(isJson(left)).toBe(true);
  });

  it.each([
    ['{"list": [0, // mine\n  1]}', '{"list": [0 // mine\n]}'],
    ['{"list": [0, /* mine */ 1, ]}', '{"list": [0, /* mine */ ]}'],
    ['{"list": [0, // mine\n  1, // too\n  2]}', '{"list": [0, // mine\n  // too\n  2]}'],
    ['{"list": [0 // mine\n  , 1 // ours\n]}', '{"list": [0 // mine\n // ours\n]}'],
  ])("in the middle or at the end of %j leaves %j", (text, left) => {
    expect(removeAt(text, ["list", 1])).toBe(left);
    expect(isJson(left)).toBe(true);
  });
});
