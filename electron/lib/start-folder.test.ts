import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { startFolder } from "./start-folder.ts";

it("is a folder of the working copy, and never one that a link leads to outside", () => {
  const place = tempFolder("start");
  const copy = path.join(place, "copy");
  mkdirSync(path.join(copy, "packages/a"), { recursive: true });
  mkdirSync(path.join(place, "copy-else"));
  symlinkSync("../copy-else", path.join(copy, "out"));
  symlinkSync("packages", path.join(copy, "in"));
  writeFileSync(path.join(copy, "file"), "");
  expect(startFolder(copy, "")).toBe(copy);
  expect(startFolder(copy, "packages/a")).toBe(path.join(copy, "packages/a"));
  expect(startFolder(copy, "in/a")).toBe(path.join(copy, "in/a"));
  for (const none of ["out", "../copy-else", "missing", "file"]) expect(startFolder(copy, none), none).toBeNull();
});
