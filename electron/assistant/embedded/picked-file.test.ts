import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../../testing/temp-folder.ts";
import { freeName, readPickedFile, sizeOf } from "./picked-file.ts";

it("takes a GGUF file by its whole path, and says what is wrong with any other", async () => {
  const folder = tempFolder("picked");
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at("qwen.Q4.gguf"), "GGUF and more");
  writeFileSync(at("other.gguf"), "PK");
  writeFileSync(at("model.bin"), "GGUF");
  mkdirSync(at("folder.gguf"));
  execFileSync("mkfifo", [at("pipe.gguf")]);
  expect(await readPickedFile(` ${at("qwen.Q4.gguf")} `)).toEqual({
    ok: true,
    value: { file: at("qwen.Q4.gguf"), name: "qwen.Q4", bytes: 13 },
  });
  const problem = async (file: string): Promise<string> => {
    const read = await readPickedFile(file);
    return read.ok ? "none" : read.error;
  };
  expect(await problem("models/qwen.gguf")).toContain("whole path");
  expect(await problem(at("model.bin"))).toContain("ends in .gguf");
  expect(await problem(at("gone.gguf"))).toContain("no such file");
  expect(await problem(at("other.gguf"))).toContain("no GGUF file");
  expect([await problem(at("folder.gguf")), await problem(at("pipe.gguf"))]).toEqual(["This is no file", "This is no file"]);
  expect(await sizeOf(at("qwen.Q4.gguf"))).toBe(13);
  rmSync(at("qwen.Q4.gguf"));
  expect([await sizeOf(at("qwen.Q4.gguf")), await sizeOf(at("folder.gguf"))]).toEqual([null, null]);
});

it("finds a name that no other model has", () => {
  expect([freeName("a", []), freeName("a", ["a"]), freeName("a", ["a", "a (2)"])]).toEqual(["a", "a (2)", "a (3)"]);
});
