import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { until } from "../testing/until.ts";
import { systemClock } from "./clock.ts";
import { ConfigFolder } from "./config-folder.ts";

const root = mkdtempSync(path.join(tmpdir(), "hearth-config-"));
const folder = path.join(root, "made", "by-it");
let watched: ConfigFolder;
afterEach(() => {
  watched.dispose();
  rmSync(root, { recursive: true, force: true });
});

it("tells of a file that is made, written in place, replaced by a rename and taken away, and of no other", async () => {
  const errors: unknown[] = [];
  watched = new ConfigFolder({ folder, clock: systemClock, onError: (error) => errors.push(error) });
  let told = 0;
  let other = 0;
  watched.on("a.json", () => (told += 1));
  watched.on("b.json", () => (other += 1));
  const file = path.join(folder, "a.json");
  const edits = [
    () => writeFileSync(file, "1"),
    () => writeFileSync(file, "2"),
    () => {
      writeFileSync(`${file}.swp`, "3");
      renameSync(`${file}.swp`, file);
    },
    () => writeFileSync(file, "4"),
    () => rmSync(file),
  ];
  for (const [index, edit] of edits.entries()) {
    edit();
    await until(() => told > index);
    told = index + 1;
  }
  expect([other, errors]).toEqual([0, []]);
});
