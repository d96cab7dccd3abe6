import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { saveJson, saveLinkedJson } from "./save-json.ts";

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

it("writes what a link of this person's leads to, over any number of links, and leaves the links", () => {
  const file = path.join(folder, "settings.json");
  mkdirSync(path.join(folder, "dotfiles"));
  symlinkSync("between.json", file);
  symlinkSync("dotfiles/hearth.json", path.join(folder, "between.json"));
  for (const value of [{ a: 1 }, { a: 2 }]) {
    saveLinkedJson(file, value);
    expect(JSON.parse(readFileSync(path.join(folder, "dotfiles/hearth.json"), "utf8"))).toEqual(value);
  }
  expect([readlinkSync(file), readdirSync(path.join(folder, "dotfiles"))]).toEqual(["between.json", ["hearth.json"]]);
});

it("writes nothing where a link leads to no file, to no folder of this person's, or in a circle", () => {
  const file = path.join(folder, "settings.json");
  const leads: [target: string, refusal: string][] = [
    [".", "isn't a file"],
    ["/etc/hearth-no-such-file", "someone else"],
    ["nowhere/settings.json", "isn't there"],
    ["settings.json", "in a circle"],
  ];
  for (const [target, refusal] of leads) {
    symlinkSync(target, file);
    // For root every folder is their own.
    if (refusal !== "someone else" || process.getuid?.() !== 0) expect(() => saveLinkedJson(file, {})).toThrow(refusal);
    rmSync(file);
  }
  expect(readdirSync(folder)).toEqual([]);
});
