import { afterAll, beforeAll, expect, it } from "vitest";
import { ownPrograms } from "../../testing/own-programs.ts";
import { Outliner } from "./outliner.ts";

let outliner: Outliner;
beforeAll(() => void (outliner = new Outliner(ownPrograms.outliner)));
afterAll(() => outliner.dispose());

async function told(file: string, text: string): Promise<string[]> {
  const outline = await outliner.outlineOf(file, text);
  if (outline === null || typeof outline === "string") throw new Error(outline ?? "no outline");
  return outline.symbols.map(({ kind, name, from, to, depth }) => `${"  ".repeat(depth)}${kind} ${name} ${from}-${to}`);
}

it.each([
  [
    "a.ts",
    "export class Box<T> {\n  get(): T {\n    function inner() {}\n    const local = 1;\n  }\n}\ninterface Shape {}\ntype Size = 1 | 2;\nenum Side { A }\nexport const area = (x: number) => x;\nconst list = [class {}];",
    [
      "class Box 1-6",
      "  method get 2-5",
      "interface Shape 7-7",
      "type Size 8-8",
      "enum Side 9-9",
      "const area 10-10",
      "const list 11-11",
    ],
  ],
  ["a.tsx", "export function App() {\n  return <div />;\n}", ["function App 1-3"]],
  ["a.mjs", "function* f() {}\nclass A { b() {} }", ["function f 1-1", "class A 2-2", "  method b 2-2"]],
  [
    "a.py",
    "class A:\n    def f(self):\n        pass\n\ndef g():\n    pass",
    ["class A 1-3", "  function f 2-3", "function g 5-6"],
  ],
  ["a.go", "package a\ntype T struct{}\nfunc (t T) M() {}\nfunc F() {}", ["type T 2-2", "method M 3-3", "function F 4-4"]],
  [
    "a.rs",
    "struct S;\nimpl Show for S {\n    fn show(&self) {}\n}\nmod m { pub fn f() {} }",
    ["struct S 1-1", "impl Show for S 2-4", "  function show 3-3", "module m 5-5", "  function f 5-5"],
  ],
  ["A.java", "class A {\n  A() {}\n  void f() {}\n}", ["class A 1-4", "  constructor A 2-2", "  method f 3-3"]],
  ["a.cs", "namespace N {\n  class A { void F() {} }\n}", ["namespace N 1-3", "  class A 2-2", "    method F 2-2"]],
  [
    "a.cpp",
    "struct P { int x; };\nstruct P *make(int n) { return 0; }\nnamespace n { class C {}; }",
    ["struct P 1-1", "function make 2-2", "namespace n 3-3", "  class C 3-3"],
  ],
  [
    "a.rb",
    "module M\n  class A\n    def f; end\n    def self.g; end\n  end\nend",
    ["module M 1-6", "  class A 2-5", "    method f 3-3", "    method g 4-4"],
  ],
  ["a.php", "<?php\nfunction f() {}\nclass A { function g() {} }", ["function f 2-2", "class A 3-3", "  method g 3-3"]],
  ["a.sh", "f() {\n  echo\n}", ["function f 1-3"]],
  ["a.ps1", "function Get-It {\n}\nclass A { [int] F() { return 1 } }", ["function Get-It 1-2", "class A 3-3", "  method F 3-3"]],
])("reads what %s declares", async (file, text, expected) => {
  expect(await told(file, text)).toEqual(expected);
});

it("reads a file that is broken as far as it goes", async () => {
  expect(await told("a.ts", "function ok() {}\nclass { ]]] (\nfunction also() {}")).toContain("function ok 1-1");
});

it("has no outline where nobody knows the language, or the file is too large", async () => {
  expect(await outliner.outlineOf("a.xyz", "function f() {}")).toBeNull();
  expect(await outliner.outlineOf("a.ts", "x".repeat(1_000_001))).toBeNull();
});

it("comes to an end on files that are made to have none", async () => {
  const deep = await outliner.outlineOf("a.ts", `const a = ${"[".repeat(200_000)}`);
  const wide = await outliner.outlineOf("b.ts", "function f() {}\n".repeat(10_000));
  expect(deep).not.toBeNull();
  expect(wide).toMatchObject({ isCut: true });
  expect(await told("c.ts", "function f() {}")).toEqual(["function f 1-1"]);
});
