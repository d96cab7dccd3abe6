import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { RunFiles } from "./run-files.ts";

const setUp = () => {
  const dataDir = tempFolder("files");
  return { dataDir, files: new RunFiles({ dataDir, log: silentLog }) };
};

it("appends what a growing text brings, and replaces one that is told anew", () => {
  const call = setUp().files.ofRun("run");
  const file = call.keep("c", ".txt", "one ") ?? "";
  const { ino } = statSync(file);
  call.keep("c", ".txt", "one two ");
  expect(readFileSync(file, "utf8")).toBe("one two ");
  call.keep("c", ".txt", "other");
  expect(readFileSync(file, "utf8")).toBe("other");
  expect(statSync(file).ino).toBe(ino);
});

it("keeps the files of calls apart whose ids are alike but for what no file name may have", () => {
  const call = setUp().files.ofRun("run");
  const names = ["a/b", "ab", "../a/b"].map((id) => call.keep(id, ".txt", id) ?? "");
  expect(names.map((name) => readFileSync(name, "utf8"))).toEqual(["a/b", "ab", "../a/b"]);
  expect(new Set(names.map((name) => path.dirname(name))).size).toBe(1);
});

it("has the latest snapshot of a call that runs, none of one that ended, and survives half a file", () => {
  const { files, dataDir } = setUp();
  const call = files.ofRun("run");
  const snapshot = { id: "c", kind: "execute", title: "make", status: "in_progress", locations: [], diff: [] } as const;
  for (const output of ["1", "2"]) call.saveRunning({ ...snapshot, locations: [], diff: [], output });
  call.saveRunning({ ...snapshot, locations: [], diff: [], id: "d" });
  call.end("d");
  writeFileSync(path.join(dataDir, "outputs/run/e.running.json"), '{"id":');
  expect(files.ofRun("run").takeRunning()).toEqual([{ ...snapshot, output: "2" }]);
  expect(files.ofRun("run").takeRunning()).toEqual([]);
});

it("costs the file, not the run, where nothing can be written", () => {
  const dataDir = path.join(setUp().dataDir, "file");
  writeFileSync(dataDir, "");
  expect(new RunFiles({ dataDir, log: silentLog }).ofRun("run").keep("c", ".txt", "x")).toBe(null);
});
