import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { readRegular } from "./read-regular.ts";

it("reads regular files up to a size, and waits for nothing else", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "hearth-regular-"));
  const at = (name: string): string => path.join(dir, name);
  writeFileSync(at("file"), "text");
  symlinkSync("file", at("link"));
  symlinkSync("/dev/zero", at("device"));
  execFileSync("mkfifo", [at("pipe")]);
  expect(readRegular(at("file"), 4)?.toString()).toBe("text");
  expect(readRegular(at("link"), 4)?.toString()).toBe("text");
  for (const [name, most] of [
    ["file", 3],
    ["pipe", 100],
    ["device", 100],
    [".", 100],
    ["none", 100],
  ] as const)
    expect(readRegular(at(name), most), name).toBeNull();
  rmSync(dir, { recursive: true });
});
