import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { saveJson } from "./save-json.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-save-json-"));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

it("writes the value for this person alone, over what was there", () => {
  const file = path.join(folder, "new/settings.json");
  saveJson(file, { a: 1 });
  saveJson(file, { a: 2 });
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ a: 2 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(file))).toEqual(["settings.json"]);
});

it("leaves nothing half written where it can't be put in place", () => {
  const file = path.join(folder, "settings.json");
  mkdirSync(path.join(file, "in the way"), { recursive: true });
  expect(() => saveJson(file, { a: 1 })).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).toEqual(["settings.json"]);
});
