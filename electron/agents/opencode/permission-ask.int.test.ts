import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { permissionAsk } from "./permission-ask.ts";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-ask-")));
  writeFileSync(path.join(folder, "a.txt"), "one\ntwo\n");
  symlinkSync("a.txt", path.join(folder, "link.txt"));
  symlinkSync("/etc/hostname", path.join(folder, "out.txt"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function diffFor(diff: string, name = "a.txt") {
  const filepath = path.join(folder, name);
  const request = {
    ...{ id: "per_1", sessionID: "ses_1", permission: "edit", patterns: ["a.txt"] },
    ...{ metadata: { filepath, diff }, tool: null },
  };
  const ask = await permissionAsk(request, { workingCopyPath: folder, cwd: folder, toolCallId: "call" });
  expect(ask.action).toMatchObject({ kind: "edit", paths: [filepath] });
  return ask.action.diff;
}

it("shows the whole file as it would be afterwards", async () => {
  const diff = await diffFor("--- a.txt\n+++ a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n");
  expect(diff).toEqual([{ path: path.join(folder, "a.txt"), oldText: "one\ntwo\n", newText: "one\nthree\n" }]);
});

it("shows what is behind a link, which is what gets written, and nothing from outside", async () => {
  const patch = "--- l\n+++ l\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";
  const linked = { path: path.join(folder, "link.txt"), oldText: "one\ntwo\n", newText: "one\nthree\n" };
  expect(await diffFor(patch, "link.txt")).toEqual([linked]);
  expect(await diffFor("--- l\n+++ l\n@@ -1 +1 @@\n-a.txt\n\\ No newline at end of file\n+b\n", "link.txt")).toBeUndefined();
  expect(await diffFor(patch, "out.txt")).toBeUndefined();
});

it.each([
  ["words", "nothing that is a patch"],
  ["a hunk's head that isn't one", "@@ nonsense @@"],
  ["a hunk longer than it says", "--- a.txt\n+++ a.txt\n@@ -1,1 +1,1 @@\n-one\n+1\n two\n three\n"],
  ["half a header", "--- a.txt\n--- b.txt\n@@ -1 +1 @@\n-one"],
  ["two files", "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-one\n+1\n--- b.txt\n+++ b.txt\n@@ -1 +1 @@\n-x\n+y\n"],
  ["another file's lines", "--- a.txt\n+++ a.txt\n@@ -1,1 +1,1 @@\n-other\n+1\n"],
])("names the file and shows no change for a patch that can't be read: %s", async (_, patch) => {
  expect(await diffFor(patch)).toBeUndefined();
});

it("names the file where the working copy is gone", async () => {
  const gone = path.join(folder, "gone");
  const metadata = { filepath: path.join(gone, "a.txt"), diff: "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-one\n+1\n" };
  const request = { id: "per_1", sessionID: "ses_1", permission: "edit", patterns: [], metadata, tool: null };
  const ask = await permissionAsk(request, { workingCopyPath: gone, cwd: gone, toolCallId: null });
  expect(ask.action).toEqual({ kind: "edit", paths: [metadata.filepath] });
});
