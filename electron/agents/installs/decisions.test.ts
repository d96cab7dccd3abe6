import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../../testing/temp-folder.ts";
import { checkPinned } from "./checks.ts";
import { isNewer } from "./newer.ts";
import { npmFailure } from "./npm-failure.ts";

it.each([
  ["1.2.10", "1.2.9", true],
  ["1.2.3", "1.2.3", false],
  ["1.2.3", "1.3.0", false],
  ["2.0.0", "2.0.0-beta.1", true],
  ["2.0.0-beta.10", "2.0.0-beta.9", true],
  ["2.0.0-beta.1", "2.0.0", false],
  ["1.0.0+build2", "1.0.0", false],
])("%s is newer than %s: %s", (version, than, newer) => {
  expect(isNewer(version, than)).toBe(newer);
});

it("says what npm's end means: a full disk, no way to the registry, and otherwise npm's own words without a secret", () => {
  const said = (code: string, summary = ""): unknown => npmFailure(JSON.stringify({ error: { code, summary } }), "").error;
  expect(said("ENOSPC")).toMatchObject({ code: "DISK_FULL" });
  expect(said("EAI_AGAIN")).toMatchObject({ message: expect.stringContaining("can't be reached") });
  expect(said("E401", "for https://me:hunter2@npm.test")).toMatchObject({ message: expect.not.stringContaining("hunter2") });
  expect(npmFailure("", "npm error Killed").error.message).toContain("Killed");
});

it("finds that the part for this machine is missing, which npm passes over", () => {
  const folder = tempFolder("checks");
  const part = `@fake/cli-${process.platform}-${process.arch}`;
  const packages = {
    "node_modules/@fake/cli": {
      version: "1.0.0",
      integrity: "sha512-x",
      optionalDependencies: { [part]: "1.0.0", "@fake/cli-os2-vax": "1.0.0" },
    },
  };
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify({ packages }));
  const pins = [{ name: "@fake/cli", version: "1.0.0", integrity: "sha512-x", scripts: false }];
  expect(checkPinned(folder, pins)).toMatchObject({ ok: false, error: { message: expect.stringContaining(part) } });
  mkdirSync(path.join(folder, "node_modules", part), { recursive: true });
  expect(checkPinned(folder, pins)).toMatchObject({ ok: true });
});
