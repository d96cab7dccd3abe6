import { expect, it } from "vitest";
import { readTags, tagsText } from "./session-tags.ts";

it.each([
  ["Bug, tests", ["bug", "tests"]],
  ["#bug #Bug  #größe;bug", ["bug", "größe"]],
  ["Tags: \u202efix\u0000-it! -", ["tags", "fix-it"]],
  ["", []],
  ["a b c d e f", ["a", "b", "c", "d", "e"]],
  ["x".repeat(40), ["x".repeat(24)]],
])("reads %j", (text, tags) => expect(readTags(text)).toEqual(tags));

it("reads what it writes", () => expect(readTags(tagsText(["bug", "a-b"]))).toEqual(["bug", "a-b"]));
