import { expect, it } from "vitest";
import { parseHandWritten } from "./hand-written-json.ts";

it("knows the line of a field, of what is in it, and of the entry where something is missing", () => {
  const read = parseHandWritten('{\n  "label": "notify",\n  "notify": {\n    "done": 7\n  }\n}');
  expect(read.problem).toBeNull();
  const lines = [["notify"], ["notify", "done"], ["notify", "failed"], ["nowhere"]].map((path) => read.lineOf(path));
  expect(lines).toEqual([3, 4, 3, null]);
});

it("names the line where a file stops being JSON, and reads what stands around it", () => {
  const read = parseHandWritten('{\n  "theme": "dark",\n  oops\n  "fontSize": 15\n}');
  expect(read.problem).toEqual({ line: 3, message: `It isn't valid JSON, at "oops"` });
  expect(read.fields["theme"]).toBe("dark");
  expect(parseHandWritten('{\n  "theme":').problem?.line).toBe(2);
  expect(parseHandWritten('{\n  // why\n  "a": 1\n}').problem).toEqual({ line: 2, message: "It must be JSON without comments" });
  expect(parseHandWritten("[1]").problem).toEqual({ line: 1, message: "The file must hold one JSON object" });
});

it("an empty file says nothing, and a field's name is never more than a name", () => {
  expect(parseHandWritten(" \n")).toMatchObject({ fields: {}, problem: null });
  const { fields } = parseHandWritten('\uFEFF{ "__proto__": { "x": 1 }, "toString": 1 }');
  expect(Object.keys(fields)).toEqual(["__proto__", "toString"]);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});
