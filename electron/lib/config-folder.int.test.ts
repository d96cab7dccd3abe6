import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { until } from "../testing/until.ts";
import { systemClock } from "./clock.ts";
import { ConfigFolder } from "./config-folder.ts";

let root: string;
let folder: string;
let watched: ConfigFolder;
let errors: unknown[];
beforeEach(() => {
  root = tempFolder("config-folder-");
  folder = path.join(root, "made", "by-it");
  errors = [];
  watched = new ConfigFolder({ folder, clock: systemClock, onError: (error) => errors.push(error) });
});
afterEach(() => watched.dispose());

/** Does each edit once the one before was told of: by then the file holds what is named (null: nothing, or no file). */
async function eachIsTold(name: string, edits: [holds: string | null, edit: () => void][]): Promise<void> {
  let held: string | null | undefined;
  watched.on(name, () => (held = read(path.join(folder, name))));
  for (const [holds, edit] of edits) {
    held = undefined;
    edit();
    await until(() => held === holds, `word that ${name} holds ${holds}`);
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null; // Not there.
  }
}

it("tells of a file that is made, written in place, replaced by a rename and taken away, and of no other", async () => {
  let other = 0;
  watched.on("b.json", () => (other += 1));
  const file = path.join(folder, "a.json");
  await eachIsTold("a.json", [
    ["1", () => writeFileSync(file, "1")],
    ["2", () => writeFileSync(file, "2")],
    ["3", () => replace(file, "3")],
    ["4", () => writeFileSync(file, "4")],
    [null, () => rmSync(file)],
  ]);
  expect([other, errors]).toEqual([0, []]);
});

it("tells of edits of what a link leads to, of a link that is set elsewhere, and of what then changes there", async () => {
  const [here, there] = [path.join(root, "dotfiles", "here.json"), path.join(root, "other", "there.json")];
  for (const file of [here, there]) mkdirSync(path.dirname(file));
  writeFileSync(here, "1");
  writeFileSync(there, "4");
  const link = path.join(folder, "a.json");
  symlinkSync(here, link);
  const setElsewhere = (): void => {
    rmSync(link);
    symlinkSync(there, link);
  };
  const makeAgain = (): void => {
    mkdirSync(path.dirname(there));
    writeFileSync(there, "6");
  };
  await eachIsTold("a.json", [
    ["2", () => writeFileSync(here, "2")],
    ["3", () => replace(here, "3")],
    ["4", setElsewhere],
    ["5", () => writeFileSync(there, "5")],
    [null, () => rmSync(path.dirname(there), { recursive: true })],
    ["6", makeAgain],
  ]);
  expect(errors).toEqual([]);
});

it("goes on with a folder that was taken away or moved, and made again, alone and with those above it", async () => {
  const file = path.join(folder, "a.json");
  const makeAgain = (text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  };
  await eachIsTold("a.json", [
    ["1", () => writeFileSync(file, "1")],
    [null, () => rmSync(folder, { recursive: true })],
    ["2", () => makeAgain("2")],
    ["3", () => writeFileSync(file, "3")],
    [null, () => renameSync(folder, `${folder}.bak`)],
    ["4", () => makeAgain("4")],
    ["5", () => writeFileSync(file, "5")],
    [null, () => rmSync(path.dirname(folder), { recursive: true })],
    ["6", () => makeAgain("6")],
    ["7", () => writeFileSync(file, "7")],
  ]);
  expect(errors).toEqual([]);
});

/** As editors save that write beside the file first. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.swp`, text);
  renameSync(`${file}.swp`, file);
}
