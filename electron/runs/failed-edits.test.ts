import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import type { RunEventBody, ToolErrorCode, ToolSnapshot } from "../../shared/run-event.ts";
import { systemClock } from "../lib/clock.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { FailedEdits } from "./failed-edits.ts";

let root: string;
let edits: FailedEdits;

beforeEach(() => {
  root = tempFolder("edits");
  for (const file of ["a.txt", "b.txt"]) writeFileSync(path.join(root, file), "as it was");
  // Later than what stands there, whatever the grain of the file system's times.
  edits = new FailedEdits(root, { ...systemClock, now: () => Date.now() + 60_000 });
});

const call = (id: string, more: Partial<ToolSnapshot> = {}): ToolSnapshot => ({
  ...{ id, kind: "edit", title: "", status: "in_progress", locations: [], diff: [] },
  ...more,
});
const begins = (id: string, file: string): RunEventBody => ({
  type: "tool.started",
  payload: call(id, { locations: [{ path: path.join(root, file) }] }),
});
const fails = (id: string, code: ToolErrorCode = "EXECUTION_FAILED", more: Partial<ToolSnapshot> = {}): RunEventBody => ({
  type: "tool.failed",
  payload: { ...call(id, { status: "failed", ...more }), code, message: "not found", diagnostics: {} },
});
const hear = (...bodies: RunEventBody[]): void => bodies.forEach((body) => edits.heard(body));

it("names a file whose edit failed, wherever the agent told of it", async () => {
  hear(begins("a", "a.txt"), fails("a"), fails("b", "EXECUTION_FAILED", { input: { filePath: "b.txt" } }));
  expect(await edits.unrecovered()).toEqual(["a.txt", "b.txt"]);
});

it("takes an edit of a file that isn't there for a wrong guess at its name, but not one that was to make it", async () => {
  hear(begins("a", "src/a.ts"), fails("a"), fails("b", "EXECUTION_FAILED", { input: { path: "b.ts", old_string: "x" } }));
  hear(fails("c", "EXECUTION_FAILED", { input: { path: "a.txt/inner.ts" } }));
  expect(await edits.unrecovered()).toEqual([]);
  hear(fails("d", "TIMED_OUT", { diff: [{ path: path.join(root, "c.txt"), oldText: null, newText: "" }] }));
  hear(fails("e", "EXECUTION_FAILED", { input: { filePath: "d.txt", content: "new" } }));
  expect(await edits.unrecovered()).toEqual(["c.txt", "d.txt"]);
});

it("forgets it once an edit of it has succeeded, by the same tool or by a command", async () => {
  hear(begins("a", "a.txt"), fails("a"), begins("b", "a.txt"), {
    type: "tool.completed",
    payload: call("b", { status: "completed" }),
  });
  expect(await edits.unrecovered()).toEqual([]);
  mkdirSync(path.join(root, "src"));
  writeFileSync(path.join(root, "src/s.txt"), "before");
  await new Promise((resolve) => setImmediate(resolve));
  edits = new FailedEdits(root, { ...systemClock, now: () => Date.now() - 60_000 });
  hear(begins("c", "src/s.txt"), fails("c"));
  writeFileSync(path.join(root, "src/s.txt"), "sed was here");
  expect(await edits.unrecovered()).toEqual([]);
});

it("counts an earlier success for nothing", async () => {
  hear(
    begins("b", "a.txt"),
    { type: "tool.completed", payload: call("b", { status: "completed" }) },
    begins("a", "a.txt"),
    fails("a"),
  );
  expect(await edits.unrecovered()).toEqual(["a.txt"]);
});

it("leaves out what was refused or stopped, other tools, and files elsewhere", async () => {
  hear(begins("a", "a.txt"), fails("a", "PERMISSION_DENIED"), begins("b", "b.txt"), fails("b", "CANCELLED"));
  hear(fails("c", "EXECUTION_FAILED", { kind: "execute", input: { path: "c.txt" } }), begins("d", "../d.txt"), fails("d"));
  expect(await edits.unrecovered()).toEqual([]);
});
