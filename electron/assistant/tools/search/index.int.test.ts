import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ownPrograms } from "../../../testing/own-programs.ts";
import { ToolBench } from "../../../testing/tool-bench.ts";
import { Outliner } from "../../outlines/outliner.ts";
import { hashOf } from "../files-seen.ts";
import { collectContext } from "./collect-context.ts";
import { workspaceIndex } from "./workspace-index.ts";

const otherWords = async (): Promise<string> => "";
let outlines: Outliner;
let bench: ToolBench;
beforeAll(() => void (outlines = new Outliner(ownPrograms.outliner)));
afterAll(() => outlines.dispose());
beforeEach(() => void (bench = new ToolBench()));

function write(file: string, text: string | Buffer): void {
  const at = path.join(bench.root, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}

const cart =
  "import { rate } from './rate';\n\nexport function total(items: Item[]): number {\n  return items.length * rate;\n}\n";

it("lists files with size, hash, language and what they declare", async () => {
  write("src/cart.ts", cart);
  write("logo.png", Buffer.from([1, 0, 2]));
  write("notes.txt", "total\n");
  write(".gitignore", "left-out/\n");
  mkdirSync(path.join(bench.root, ".git"));
  write("left-out/a.ts", "class No {}");
  symlinkSync("/etc/passwd", path.join(bench.root, "link.ts"));
  const { text, fault } = await bench.run(workspaceIndex({ outlines }), {});
  expect(fault).toBeNull();
  expect(text.split("\n")).toEqual([
    `.gitignore  10 bytes  ${hashOf(Buffer.from("left-out/\n")).slice(0, 12)}`,
    expect.stringMatching(/^logo\.png {2}\(.*binary/),
    `notes.txt  6 bytes  ${hashOf(Buffer.from("total\n")).slice(0, 12)}`,
    `src/cart.ts  ${cart.length} bytes  ${hashOf(Buffer.from(cart)).slice(0, 12)}  typescript`,
    "  function total 3-5",
  ]);
});

it("lists one file, or a page of many", async () => {
  for (let at = 0; at < 5; at += 1) write(`f${at}.py`, "def f():\n    pass\n");
  const tool = workspaceIndex({ outlines });
  expect((await bench.run(tool, { file: "f1.py" })).text).toMatch(/^f1\.py {2}.*python\n {2}function f 1-2$/);
  const page = await bench.run(tool, { start: 2, limit: 2, symbols: false });
  expect(page.text).toMatch(/^f1\.py .*\nf2\.py .*\n\[Files 2–3 of 5\. Go on with start 4\.\]$/);
  expect((await bench.run(tool, { start: 9 })).fault?.fields).toEqual(["start"]);
  expect((await bench.run(tool, { path: "../x" })).fault?.code).toBe("POLICY_VIOLATION");
});

it("collects what fits a query best, whole declarations, in a budget", async () => {
  write("src/cart.ts", cart + "\n".repeat(30) + "// the total is rounded\n");
  write("src/other.ts", "export const items = 1;\n");
  for (let at = 0; at < 20; at += 1) write(`noise/${at}.txt`, "items\n");
  const tool = collectContext({ outlines, otherWords });
  const { text } = await bench.run(tool, { question: "Where is the total of items computed?" });
  expect(text).toContain("Searched for: total, item, comput");
  expect(text.indexOf("src/cart.ts")).toBeLessThan(text.indexOf("noise/"));
  expect(text).toContain("3| export function total(items: Item[]): number {\n4|   return items.length * rate;\n5| }");
  expect(bench.call.files.hashOf("src/cart.ts")).not.toBeNull();
  const small = await bench.run(tool, { query: "total items", max_bytes: 500 });
  expect(Buffer.byteLength(small.text)).toBeLessThan(800);
  expect(small.text).toContain("more places");
  expect((await bench.run(tool, { query: "total", path: "noise" })).text).toBe("Nothing found for: total");
  expect((await bench.run(tool, { query: "the of" })).fault?.fields).toEqual(["query"]);
});

it("takes words as they are, whatever they hold", async () => {
  write("a.txt", "--pre=evil $x (\n");
  expect((await bench.run(collectContext({ outlines, otherWords }), { query: "--pre=evil $x" })).text).toContain("1| --pre=evil");
});

it("searches once more with other words, where somebody knows some and the query's own find nothing", async () => {
  write("src/money.ts", "export const half = Math.round(value);\n");
  const asked: string[] = [];
  const tool = collectContext({ outlines, otherWords: async (query) => (asked.push(query), "round Math.round, value") });
  expect((await bench.run(tool, { query: "tidying decimals" })).text).toMatch(
    /^\[Searched for: tidy, decimal, .*round.*\n\nsrc\/money/,
  );
  expect((await bench.run(tool, { query: "half" })).text).toContain("src/money.ts");
  expect(asked).toEqual(["tidying decimals"]);
  expect((await bench.run(collectContext({ outlines, otherWords }), { query: "tidying" })).text).toMatch(/^Nothing found/);
});
