import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { ToolBench } from "../../../testing/tool-bench.ts";
import { viewOutput } from "../answer/view-output.ts";
import { listDir } from "./list-dir.ts";
import { readFile } from "./read-file.ts";

let bench: ToolBench;
beforeEach(() => void (bench = new ToolBench()));

function put(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(bench.root, name)), { recursive: true });
  writeFileSync(path.join(bench.root, name), content);
}

it("reads a file by numbered lines, a range of it, and what stands around", async () => {
  put("src/a.ts", "one\r\ntwo\nthree\nfour\n");
  expect((await bench.run(readFile, { file_path: "./src/a.ts" })).text).toBe("1| one\n2| two\n3| three\n4| four");
  expect((await bench.run(readFile, { path: "src/a.ts", start: 3, end: 3, context: 1 })).text).toBe("2| two\n3| three\n4| four");
  expect((await bench.run(readFile, { path: path.join(bench.root, "src/a.ts"), start: "4" })).text).toBe("4| four");
  expect(bench.call.files.hashOf("src/a.ts")).toMatch(/^[0-9a-f]{64}$/);
  expect(bench.asked).toEqual([]);
});

it("stops at its bytes and says where to read on", async () => {
  put("a.txt", Array.from({ length: 3_000 }, (_, line) => `line ${line + 1}`).join("\n"));
  const { text } = await bench.run(readFile, { path: "a.txt", max_bytes: 500 });
  const to = Number(/Read on with start (\d+)/.exec(text)?.[1]);
  expect(text.length).toBeLessThan(600);
  expect((await bench.run(readFile, { path: "a.txt", start: to })).text.startsWith(`${to}| line ${to}\n`)).toBe(true);
});

it.each([
  ["what isn't there", { path: "no.ts" }, "EXECUTION_FAILED"],
  ["a folder", { path: "src" }, "EXECUTION_FAILED"],
  ["a binary file", { path: "src/x.png" }, "EXECUTION_FAILED"],
  ["a way out", { path: "../x" }, "POLICY_VIOLATION"],
  ["a way out in the middle", { path: "src/../../x" }, "POLICY_VIOLATION"],
  ["an absolute path elsewhere", { path: "/etc/passwd" }, "POLICY_VIOLATION"],
  ["git's own folder", { path: ".git/config" }, "POLICY_VIOLATION"],
  ["a link out", { path: "out/secret" }, "POLICY_VIOLATION"],
  ["a link to a file outside", { path: "secret" }, "POLICY_VIOLATION"],
  ["NUL", { path: "a\0b" }, "POLICY_VIOLATION"],
  ["no path", {}, "TOOL_INPUT_VALIDATION_FAILED"],
  ["a line that is none", { path: "src/x.png", start: "two" }, "TOOL_INPUT_VALIDATION_FAILED"],
])("refuses %s", async (_, sent, code) => {
  put("src/x.png", Buffer.from([137, 80, 0, 1]));
  put(".git/config", "[core]");
  const outside = tempFolder("outside");
  writeFileSync(path.join(outside, "secret"), "hidden words");
  symlinkSync(outside, path.join(bench.root, "out"));
  symlinkSync(path.join(outside, "secret"), path.join(bench.root, "secret"));
  const answer = await bench.run(readFile, sent);
  expect(answer.fault?.code).toBe(code);
  expect(answer.text).toContain(`"code":"${code}"`);
  expect(answer.text).not.toContain("hidden words");
});

it("names what is missing in an input", async () => {
  expect((await bench.run(readFile, { start: "x" })).fault).toMatchObject({
    code: "TOOL_INPUT_VALIDATION_FAILED",
    fields: ["path", "start"],
  });
});

it("cuts an answer for a small window, and pages through the rest", async () => {
  put("a.txt", Array.from({ length: 900 }, (_, line) => `line ${line + 1}`).join("\n"));
  for (let index = 0; index < 400; index += 1) put(`many/file-${index}.txt`, "");
  bench.call.answerBytes = 1_000;
  const { text } = await bench.run(listDir, { path: "many" });
  const [, id, start] = /view_output \{"id":"(\w+)","start":(\d+)\}/.exec(text) ?? [];
  expect(Buffer.byteLength(text)).toBeLessThan(1_200);
  const page = (await bench.run(viewOutput, { id, start: Number(start) })).text;
  expect(page).toContain(`[Lines ${start}–`);
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1_000);
  expect((await bench.run(viewOutput, { id: "../../etc/passwd" })).fault?.code).toBe("EXECUTION_FAILED");
});

it("lists a folder, with names of two lines as one", async () => {
  put("b.txt", "");
  put("sub/a.txt", "");
  put("two\nlines", "");
  expect((await bench.run(listDir, {})).text).toBe('sub/\nb.txt\n"two\\nlines"');
});
