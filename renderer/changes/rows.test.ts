import { expect, it } from "vitest";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { keepSelection, notesOf, placeOf, step, toRows } from "./rows.ts";

function change(path: string, part: Partial<PendingChange> = {}): PendingChange {
  return {
    path,
    operation: "edit",
    agent: null,
    runId: null,
    agents: [],
    additions: 1,
    deletions: 0,
    binary: false,
    type: "file",
    oldMode: "100644",
    newMode: "100644",
    review: "pending",
    protected: false,
    fingerprint: path,
    ...part,
  };
}

const changes = [change("a.ts"), change("src/b.ts", { review: "approved" }), change("src/c.ts"), change("src/deep/d.ts")];

it("groups by folder, top first, and folds", () => {
  const drawn = toRows(changes, "tree", new Set(["src/"])).map((row) =>
    row.kind === "folder" ? `${row.folder} ${row.files} ${row.open}` : row.name,
  );
  expect(drawn).toEqual(["a.ts", "src/ 2 false", "src/deep/ 1 true", "d.ts"]);
  expect(toRows(changes, "list", new Set(["src/"])).map((row) => row.kind === "file" && row.name)).toEqual([
    "a.ts",
    "src/b.ts",
    "src/c.ts",
    "src/deep/d.ts",
  ]);
});

it("steps through what is drawn, or through what is still to be approved, and stays at the ends", () => {
  const rows = toRows(changes, "tree", new Set());
  expect(step(rows, null, 1, false)).toBe("a.ts");
  expect(step(rows, null, -1, false)).toBe("src/deep/d.ts");
  expect(step(rows, "a.ts", 1, false)).toBe("src/b.ts");
  expect(step(rows, "a.ts", 1, true)).toBe("src/c.ts");
  expect(step(rows, "a.ts", -1, false)).toBe("a.ts");
  expect(step([], "a.ts", 1, false)).toBeNull();
});

it("keeps the selected file, or goes to the one that took its place", () => {
  expect(keepSelection(changes, changes.slice(1), "src/c.ts")).toBe("src/c.ts");
  expect(
    keepSelection(
      changes,
      changes.filter((one) => one.path !== "src/c.ts"),
      "src/c.ts",
    ),
  ).toBe("src/deep/d.ts");
  expect(keepSelection(changes, [], "a.ts")).toBeNull();
});

it("says what a change is besides its text", () => {
  expect(notesOf(change("x", { newMode: "100755" }))).toEqual(["Becomes executable"]);
  expect(notesOf(change("x", { type: "link", linkTarget: "y", newMode: "120000" }))).toEqual([
    "Link to y",
    "Was a file, becomes a link",
  ]);
  expect(notesOf(change(".envrc", { protected: true, oldPath: "y", operation: "rename" }))).toEqual([
    "Renamed from y",
    expect.stringContaining("Runs later"),
  ]);
});

it("tells a file's place among those drawn", () => {
  const rows = toRows(changes, "tree", new Set(["src/deep/"]));
  expect(placeOf(rows, "src/c.ts")).toEqual({ at: 3, of: 3 });
  expect(placeOf(rows, "src/deep/d.ts")).toEqual({ at: 0, of: 3 });
});
