import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { findProgram } from "./find-program.ts";

function folderWith(program: string): string {
  const folder = tempFolder("find-program-");
  mkdirSync(path.join(folder, "bin"));
  writeFileSync(path.join(folder, "bin", program), "#!/bin/sh\n");
  chmodSync(path.join(folder, "bin", program), 0o755);
  return folder;
}

it("finds a name on the PATH and an absolute path", () => {
  const folder = folderWith("tool");
  const file = path.join(folder, "bin/tool");
  expect(findProgram("tool", { PATH: `/nowhere:${folder}/bin` })).toMatchObject({ path: file, how: `PATH entry ${folder}/bin` });
  expect(findProgram(file, {})).toMatchObject({ path: file, how: "absolute path" });
  expect(findProgram("tool", { PATH: "" }).path).toBeNull();
});

it("takes nothing from a relative place, unless it is told which folder that counts from", () => {
  const folder = folderWith("tool");
  const file = path.join(folder, "bin/tool");
  expect(findProgram("bin/tool", { PATH: folder })).toMatchObject({ path: null, reason: expect.stringContaining("absolute") });
  expect(findProgram("tool", { PATH: "bin" }).path).toBeNull();
  expect(findProgram("bin/tool", {}, folder)).toMatchObject({ path: file, how: "relative path" });
  expect(findProgram("tool", { PATH: ":bin" }, folder)).toMatchObject({ path: file });
});
