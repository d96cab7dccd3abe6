import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../../testing/temp-folder.ts";
import { freeName, readPickedFile, sizeOf } from "./picked-file.ts";

it("takes a GGUF file by its whole path, and says what is wrong with any other", () => {
  const folder = tempFolder("picked");
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("qwen.Q4.gguf"), "GGUF and more");
  writeFileSync(at("other.gguf"), "PK");
  writeFileSync(at("model.bin"), "GGUF");
  mkdirSync(at("folder.gguf"));
  execFileSync("mkfifo", [at("pipe.gguf")]);
  expect(readPickedFile(` ${at("qwen.Q4.gguf")} `)).toEqual({ ok: true, value: { file: at("qwen.Q4.gguf"), name: "qwen.Q4" } });
  const problem = (file: string): string => {
    const read = readPickedFile(file);
    return read.ok ? "none" : read.error;
  };
  expect(problem("models/qwen.gguf")).toContain("whole path");
  expect(problem(at("model.bin"))).toContain("ends in .gguf");
  expect(problem(at("gone.gguf"))).toContain("no such file");
  expect(problem(at("other.gguf"))).toContain("no GGUF file");
  expect([problem(at("folder.gguf")), problem(at("pipe.gguf"))]).toEqual(["This is no file", "This is no file"]);
  expect(sizeOf(at("qwen.Q4.gguf"))).toBe(13);
  rmSync(at("qwen.Q4.gguf"));
  expect([sizeOf(at("qwen.Q4.gguf")), sizeOf(at("folder.gguf"))]).toEqual([null, null]);
});

it("finds a name that no other model has", () => {
  expect([freeName("a", []), freeName("a", ["a"]), freeName("a", ["a", "a (2)"])]).toEqual(["a", "a (2)", "a (3)"]);
});
