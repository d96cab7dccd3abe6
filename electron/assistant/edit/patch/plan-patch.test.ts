import { expect, it } from "vitest";
import { planPatch } from "./plan-patch.ts";

const files: Readonly<Record<string, string>> = {
  "src/a.ts": "import x from 'x';\n\nclass A {\n  run() {\n    go();\n  }\n}\n\nclass B {\n  run() {\n    go();\n  }\n}\n",
  "src/b.ts": "one\r\ntwo\r\nthree\r\nfour\r\n",
  "empty.txt": "",
};

function planned(patch: string): Record<string, string | null> {
  const plan = planPatch(patch, (path) => files[path] ?? null);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return Object.fromEntries(plan.value);
}

function failures(patch: string): unknown[] {
  const plan = planPatch(patch, (path) => files[path] ?? null);
  return plan.ok ? [] : plan.error.failures.map(({ path, hunk, reason }) => ({ path, hunk, reason }));
}

const lines = (...all: string[]): string => `${all.join("\n")}\n`;

it("applies a unified diff to several files, with their line ends", () => {
  const patch = lines(
    "diff --git a/src/a.ts b/src/a.ts",
    "--- a/src/a.ts",
    "+++ b/src/a.ts",
    "@@ -1,2 +1,3 @@",
    " import x from 'x';",
    "+import y from 'y';",
    " ",
    "--- a/src/b.ts",
    "+++ b/src/b.ts",
    "@@ -2,2 +2,3 @@",
    "-two",
    "+2",
    "+2.5",
    " three",
    "--- /dev/null",
    "+++ b/src/new.ts",
    "@@ -0,0 +1,2 @@",
    "+first",
    "+second",
  );
  expect(planned(patch)).toEqual({
    "src/a.ts": (files["src/a.ts"] ?? "").replace("'x';\n", "'x';\nimport y from 'y';\n"),
    "src/b.ts": "one\r\n2\r\n2.5\r\nthree\r\nfour\r\n",
    "src/new.ts": "first\nsecond\n",
  });
});

it("applies the *** Begin Patch form: update below an anchor, add, delete, move", () => {
  const patch = lines(
    "*** Begin Patch",
    "*** Update File: src/a.ts",
    "*** Move to: src/moved.ts",
    "@@ class B {",
    "   run() {",
    "-    go();",
    "+    stay();",
    "   }",
    "*** Add File: note.md",
    "+# Note",
    "*** Delete File: empty.txt",
    "*** End Patch",
  );
  const moved = (files["src/a.ts"] ?? "").replace(/go\(\);(?![^]*go)/, "stay();");
  expect(planned(patch)).toEqual({ "src/a.ts": null, "src/moved.ts": moved, "note.md": "# Note\n", "empty.txt": null });
});

it("believes a line number only where the counts beside it are right", () => {
  const hunk = (header: string): string =>
    lines("--- a/src/a.ts", "+++ b/src/a.ts", header, "   run() {", "-    go();", "+    stay();", "   }");
  expect(planned(hunk("@@ -10,3 +10,3 @@"))["src/a.ts"]).toMatch(/class B \{\n {2}run\(\) \{\n {4}stay/);
  expect(failures(hunk("@@ -10,4 +10,9 @@"))).toEqual([{ path: "src/a.ts", hunk: "@@ -10,4 +10,9 @@", reason: "ambiguous" }]);
});

it("tells places apart by the order of the hunks", () => {
  const patch = lines(
    "--- a/src/a.ts",
    "+++ b/src/a.ts",
    "@@",
    " class B {",
    "-  run() {",
    "+  walk() {",
    "@@",
    "-    go();",
    "+    stay();",
    "   }",
  );
  expect(planned(patch)["src/a.ts"]).toMatch(/walk\(\) \{\n {4}stay/);
});

it("changes nothing where one hunk fails, lists each failure, and shows the text there", () => {
  const patch = lines(
    "*** Begin Patch",
    "*** Update File: src/b.ts",
    "@@",
    " one",
    "-two",
    "+2",
    "*** Update File: src/a.ts",
    "@@",
    " class A {",
    "   run() {",
    "-    went();",
    "+    stay();",
    "   }",
    "*** Update File: missing.ts",
    "@@",
    "-x",
    "+y",
    "*** End Patch",
  );
  const plan = planPatch(patch, (path) => files[path] ?? null);
  expect(plan).toMatchObject({
    ok: false,
    error: {
      code: "PATCH_FAILED",
      failures: [
        { path: "src/a.ts", windows: [{ text: expect.stringContaining("    go();") }] },
        { path: "missing.ts", reason: "no-file" },
      ],
    },
  });
});

it.each([
  ["out of the folder", "*** Add File: ../x\n+1\n", [{ path: "../x", hunk: null, reason: "path" }]],
  ["into git's folder", "*** Add File: .git/hooks/x\n+1\n", [{ path: ".git/hooks/x", hunk: null, reason: "path" }]],
  ["over a file that is there", "*** Add File: src/a.ts\n+1\n", [{ path: "src/a.ts", hunk: null, reason: "file-exists" }]],
  [
    "the same lines twice",
    lines("*** Update File: src/b.ts", "@@", "-two", "+2", " three", "@@", "-two", "+zwei"),
    [
      { path: "src/b.ts", hunk: "change 1", reason: "overlap" },
      { path: "src/b.ts", hunk: "change 2", reason: "overlap" },
    ],
  ],
  [
    "lines without a place",
    lines("*** Update File: src/b.ts", "@@", "+new"),
    [{ path: "src/b.ts", hunk: "change 1", reason: "not-found" }],
  ],
])("refuses a change %s", (_, patch, expected) => {
  expect(failures(patch)).toEqual(expected);
});

it.each([
  ["no patch at all", "I changed the file as you asked.\n", /no change in it/],
  ["a hunk without a file", "@@ -1 +1 @@\n-a\n+b\n", /before the file's name/],
  ["binary files", "diff --git a/x b/x\nGIT binary patch\nliteral 3\n", /Binary/],
  ["a new file without +", "*** Add File: x\nplain\n", /starts with \+/],
])("says what is wrong with %s", (_, patch, message) => {
  const plan = planPatch(patch, () => null);
  expect(plan.ok ? "" : plan.error.message).toMatch(message);
});
