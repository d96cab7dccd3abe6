import { expect, it } from "vitest";
import { normalizeInput, type InputShape } from "./normalize-input.ts";

const text = { type: "string" };
const count = { type: "integer" };
const read: InputShape = { properties: { path: text, start: count, end: count }, required: ["path"] };
const move: InputShape = { properties: { from: text, to: text }, required: ["from", "to"] };
const edit: InputShape = {
  properties: { path: text, old_text: text, new_text: text, all: { type: "boolean" } },
  required: ["path", "old_text", "new_text"],
};
const create: InputShape = { properties: { path: text, content: text }, required: ["path", "content"] };
const run: InputShape = { properties: { command: text, cwd: text, timeout: count }, required: ["command"] };
const patch: InputShape = { properties: { patch: text }, required: ["patch"] };
const list: InputShape = {
  properties: { items: { type: "array", items: { type: "object", properties: { content: text, status: text } } } },
  required: ["items"],
};
const ask: InputShape = { properties: { question: text, options: { type: "array", items: text } }, required: ["question"] };

it.each<[string, InputShape, unknown, unknown]>([
  ["its own shape", read, { path: "a.ts", start: 2 }, { path: "a.ts", start: 2 }],
  ["file_path", read, { file_path: "a.ts" }, { path: "a.ts" }],
  ["filePath", read, { filePath: "a.ts" }, { path: "a.ts" }],
  ["File-Path", read, { "File-Path": "a.ts" }, { path: "a.ts" }],
  ["target_file", read, { target_file: "a.ts" }, { path: "a.ts" }],
  ["a list of one path", read, { paths: ["a.ts"] }, { path: "a.ts" }],
  ["startLine and end_line", read, { path: "a", startLine: "3", end_line: 5 }, { path: "a", start: 3, end: 5 }],
  ["a number in a string", read, { path: "a", start: " 12 " }, { path: "a", start: 12 }],
  ["a word for a number, left", read, { path: "a", start: "two" }, { path: "a", start: "two" }],
  ["fromPath and toPath", move, { fromPath: "a", toPath: "b" }, { from: "a", to: "b" }],
  ["source and destination", move, { source: "a", destination: "b" }, { from: "a", to: "b" }],
  ["path and new_path", move, { path: "a", new_path: "b" }, { from: "a", to: "b" }],
  [
    "old_string, new_string, replaceAll",
    edit,
    { file: "a", old_string: "x", new_string: "y", replaceAll: "true" },
    {
      ...{ path: "a", old_text: "x", new_text: "y", all: true },
    },
  ],
  ["search and replace", edit, { path: "a", search: "x", replace: "" }, { path: "a", old_text: "x", new_text: "" }],
  ["an empty new text", edit, { path: "a", old_text: "x", new_text: "" }, { path: "a", old_text: "x", new_text: "" }],
  ["input", read, { input: { path: "a" } }, { path: "a" }],
  ["args", read, { args: { path: "a" } }, { path: "a" }],
  ["parameters", read, { parameters: { file_path: "a" } }, { path: "a" }],
  ["payload", read, { payload: { path: "a" } }, { path: "a" }],
  ["a whole call", read, { name: "read_file", arguments: { path: "a" } }, { path: "a" }],
  ["wrappers in wrappers", read, { input: { args: { path: "a" } } }, { path: "a" }],
  ["JSON in a string", read, '{"path":"a"}', { path: "a" }],
  ["JSON in a string in JSON", read, JSON.stringify('{"path":"a"}'), { path: "a" }],
  ["JSON in a wrapper's string", read, { arguments: '{"filePath":"a"}' }, { path: "a" }],
  ["JSON in a fence", read, '```json\n{"path":"a"}\n```', { path: "a" }],
  ["a list of one input", read, [{ path: "a" }], { path: "a" }],
  ["the one thing it needs", run, "npm test", { command: "npm test" }],
  ["words of a command", run, { cmd: ["git", "commit", "-m", "two words"] }, { command: "git commit -m 'two words'" }],
  ["workdir", run, { command: "ls", workdir: "src" }, { command: "ls", cwd: "src" }],
  ["a patch as input", patch, { input: "*** Begin Patch" }, { patch: "*** Begin Patch" }],
  ["a patch alone", patch, "*** Begin Patch", { patch: "*** Begin Patch" }],
  ["lines of a content", create, { path: "a", content: ["x", "y"] }, { path: "a", content: "x\ny" }],
  ["an object for a content", create, { path: "a", text: { x: 1 } }, { path: "a", content: '{\n  "x": 1\n}\n' }],
  ["a content that is JSON, left", create, { path: "a", content: '{"x":1}' }, { path: "a", content: '{"x":1}' }],
  [
    "a list in a string",
    list,
    { todos: '[{"content":"x","status":"pending"}]' },
    { items: [{ content: "x", status: "pending" }] },
  ],
  ["other names in a list", list, { items: [{ text: "x" }] }, { items: [{ content: "x" }] }],
  ["one choice", ask, { question: "?", choices: "yes" }, { question: "?", options: ["yes"] }],
  ["null for what may be left out", read, { path: "a", start: null }, { path: "a" }],
  ["nothing", read, undefined, {}],
  ["what it doesn't know", read, { path: "a", explanation: "to see it" }, { path: "a" }],
  ["a wrapper beside other things, left", read, { path: "a", input: { path: "b" } }, { path: "a" }],
  ["words that aren't JSON", edit, "{not json", "{not json"],
])("takes %s", (_, shape, sent, expected) => {
  expect(normalizeInput(sent, shape)).toEqual(expected);
});

it("doesn't follow wrappers without an end", () => {
  let deep: unknown = { path: "a" };
  for (let depth = 0; depth < 50; depth += 1) deep = { input: deep };
  expect(normalizeInput(deep, read)).toEqual({});
});
