import { expect, it } from "vitest";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./lib/run.mjs";
import { functionsOf, problemsOf } from "./structure.mjs";

const found = (text, file = "electron/runs/a.ts") => problemsOf(file, text).map((line) => line.replace(/^[^ ]+ /, ""));

it.each([
  ["const a = b as any;\n", "any"],
  ["const a = b as unknown as C;\n", "as unknown as"],
  ["try {\n  a();\n} catch {}\n", "an empty catch without a reason"],
  ["a().catch(() => {});\n", "an empty catch without a reason"],
  ["// eslint-disable-next-line\n", "a check switched off"],
  ['export { a } from "./b.ts";\n', "a re-export"],
  ["export enum A {\n  B,\n}\n", "non-erasable syntax"],
  ["// TODO later\n", "unfinished work"],
  ['if (agentId === "opencode") a();\n', "a case for one agent (what an agent is stands in the catalogue, as data)"],
])("finds %j", (text, name) => {
  expect(found(text)).toEqual([name]);
});

it("lets sentences and reasons be", () => {
  expect(found('// as any would do\nconst a = "x as any";\ntry {\n  b();\n} catch {\n  // Gone already.\n}\n')).toEqual([]);
});

it("keeps sleeps and module mocks out of tests", () => {
  expect(found('vi.mock("./a.ts");\nawait new Promise((resolve) => setTimeout(resolve, 50));\n', "electron/a.test.ts")).toEqual([
    "a module mock",
    "a sleep in a test",
  ]);
});

it("measures files and functions", () => {
  expect(found("\n".repeat(351))).toEqual(["351 lines, over 350"]);
  expect(found(`function long() {\n${"  a();\n".repeat(90)}}\n`)).toEqual(["long has 92 lines, over 70"]);
  expect(found("const a = 1;\n", "electron/BadName.ts")).toEqual(["its name isn't kebab-case"]);
});

it("counts a closure with everything in it", () => {
  const text = `function outer() {\n  function inner() {\n${"    a();\n".repeat(60)}  }\n${"  b();\n".repeat(40)}}\n`;
  expect(functionsOf("a.ts", text).map(({ name, length }) => [name, length])).toEqual([
    ["inner", 62],
    ["outer", 104],
  ]);
});

it("counts the methods of a class, not the class", () => {
  const text = `class A {\n  #b = 1;\n  c() {\n    return this.#b;\n  }\n${"  d = () => 1;\n".repeat(90)}}\n`;
  expect(functionsOf("a.ts", text).map(({ name, length }) => [name, length])).toEqual([
    ["c", 3],
    ...Array.from({ length: 90 }, () => ["d", 1]),
  ]);
});

it("counts whatever has a body: arrows in constants, properties and assignments, accessors, callbacks outside of functions", () => {
  const text = "const a = () => 1;\nconst b = { c: () => 1, get d() { return 1; } };\nb.e = () => 1;\nstart(() => a(() => 1));\n";
  expect(functionsOf("a.ts", text).map(({ name }) => name)).toEqual(["a", "c", "d", "b.e", "a callback"]);
  expect(found(`start(async () => {\n${"  a();\n".repeat(90)}});\n`)).toEqual(["a callback has 92 lines, over 70"]);
  expect(found(`const long = async () => {\n${"  a();\n".repeat(90)}};\n`)).toEqual(["long has 92 lines, over 70"]);
});

it("finds a factory that holds a module in its closure", () => {
  const factory = (lines) =>
    `export function createA() {\n  let n = 0;\n${"  n++;\n".repeat(lines)}  function add() {}\n  return { add, get: () => n };\n}\n`;
  expect(found(factory(30))).toEqual(["createA holds its state in closures over 35 lines: make it a class"]);
  expect(found(factory(3))).toEqual([]);
  const body = "  n++;\n".repeat(30);
  const problem = (lines) => [`createA holds its state in closures over ${lines} lines: make it a class`];
  expect(found(`const createA = (n) => {\n${body}  const add = () => n++;\n  return { add, get: () => n };\n};\n`)).toEqual(
    problem(34),
  );
  expect(found(`class A {\n  createA(n) {\n${body}    return { add() {}, get: () => n } as B;\n  }\n}\n`)).toEqual(problem(33));
  expect(found(`const createA = (n) => ({\n${"  // more\n".repeat(30)}  add() {},\n  get: () => n,\n});\n`)).toEqual(problem(34));
  expect(found(`function useA(n) {\n${body}  return { add() {}, get: () => n };\n}\n`)).toEqual([]);
  expect(found(`function plain() {\n${"  a();\n".repeat(30)}  return { a, b: c() };\n}\n`)).toEqual([]);
});

it("explains every number in a test's title in docs/faults-and-threats.md", () => {
  const names = execFileSync("git", ["ls-files", "-z", "*.test.ts", "*.test.tsx"], { cwd: root, encoding: "utf8" }).split("\0");
  const files = names.filter((name) => name !== "" && existsSync(path.join(root, name)));
  const titles = files.flatMap((name) => readFileSync(path.join(root, name), "utf8").match(/\b(?:it|test|describe)\b.*/g) ?? []);
  const used = new Set(titles.flatMap((title) => title.match(/(?<=["`][^"`]*)\b[RS]\d{1,3}\b/g) ?? []));
  const table = readFileSync(path.join(root, "docs/faults-and-threats.md"), "utf8");
  const rows = [...table.matchAll(/^\| ([RS]\d+) \| [^|]+ \| `([^`]+)`: /gm)];
  const explained = new Set(rows.map(([, number]) => number));
  expect([...used].filter((number) => !explained.has(number))).toEqual([]);
  const gone = rows.filter(
    ([, number, file]) => !files.includes(file) || !readFileSync(path.join(root, file), "utf8").includes(number),
  );
  expect(gone.map(([, number]) => number)).toEqual([]);
});

it("names for every sentence of docs/guarantees.md a test that is there", () => {
  const sentences = readFileSync(path.join(root, "docs/guarantees.md"), "utf8").match(/^- .*$/gm) ?? [];
  const named = sentences.map((sentence) => /`([^`]+\.test\.ts)`: (.+)$/.exec(sentence)?.slice(1) ?? [sentence, ""]);
  const gone = named.filter(([file, title]) => !existsSync(path.join(root, file)) || !titled(file, title));
  expect(sentences.length).toBeGreaterThan(0);
  expect(gone).toEqual([]);
});

function titled(file, title) {
  return title !== "" && readFileSync(path.join(root, file), "utf8").includes(`"${title}"`);
}
