import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ChangesRepository } from "./changes.ts";
import { openStore, type Store } from "./open.ts";

let folder: string;
let store: Store;
let changes: ChangesRepository;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-test-"));
  const opened = openStore(folder, 0);
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sqlite.exec(`INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', 's', 0, 0);`);
  changes = new ChangesRepository(store);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = {
  sessionId: "s",
  kind: "apply",
  state: "planned",
  baselineBefore: "t1",
  baselineAfter: "t2",
  subjectId: null,
} as const;

it("R81 keeps names apart that SQLite's text can't hold, and gives them back", async () => {
  const names = ["bytes-\udcff", "bytes-\udcfe", "bytes-\ufffd", '"quoted"', "plain"];
  await changes.approve(
    "s",
    names.map((name, at) => ({ path: name, fingerprint: `f${at}` })),
    1,
  );
  await changes.attribute(
    "s",
    names.map((name) => ({ path: name, agentId: "a", runId: "r", content: "c", at: 1 })),
  );
  expect([...changes.approvals("s")]).toEqual(expect.arrayContaining(names.map((name, at) => [name, `f${at}`])));
  expect(new Set(changes.attributions("s").map((one) => one.path))).toEqual(new Set(names));
  changes.withdraw("s", ["bytes-\udcff"]);
  expect(changes.approvals("s").has("bytes-\udcfe")).toBe(true);
});

it("attributions go with the set that takes the change over and come back with its revert", async () => {
  await changes.attribute("s", [
    { path: "a", agentId: "x", runId: "r1", content: "1", at: 1 },
    { path: "b", agentId: "x", runId: "r1", content: "1", at: 1 },
  ]);
  await changes.attribute("s", [{ path: "a", agentId: "y", runId: "r2", content: "2", at: 2 }]);
  await changes.addSet({ ...row, id: "app_1", entries: [], createdAt: 3 });
  changes.settle("s", "app_1", ["a"]);
  expect(changes.attributions("s").map((one) => one.path)).toEqual(["b"]);
  await changes.setState("app_1", "done");
  await changes.addSet({ ...row, id: "app_2", entries: [], kind: "revert", createdAt: 4 });
  changes.finishRevert("app_2", "app_1");
  expect(changes.attributions("s").map((one) => `${one.path} ${one.agentId}`)).toEqual(["a y", "a x", "b x"]);
  expect(changes.appliedIds("s")).toEqual([]);
});

it("R9 finds what was cut off, and the newest set first", async () => {
  const entries = [{ path: "a\udcff", before: null, after: { mode: "120000" as const, oid: "0".repeat(40) } }];
  await changes.addSet({ ...row, id: "app_b", entries, createdAt: 1 });
  await changes.addSet({ ...row, id: "app_a", entries: [], createdAt: 1 });
  await changes.setState("app_b", "writing");
  expect(changes.unfinishedSets()).toMatchObject([
    { id: "app_b", state: "writing", entries },
    { id: "app_a", state: "planned" },
  ]);
  await changes.setState("app_a", "done");
  await changes.setState("app_b", "done");
  expect(changes.appliedIds("s")).toEqual(["app_a", "app_b"]);
  changes.setCommitted(["app_a"]);
  expect(changes.uncommittedSets("s").map((set) => set.id)).toEqual(["app_b"]);
});

it("carries what a run left, and what was approved, on to another baseline", async () => {
  const left = { path: "a.txt", agentId: "opencode", runId: "r1", content: "100644 one", at: 1 };
  await changes.attribute("s", [left, { ...left, path: "b.txt" }]);
  const contents = [
    { path: "a.txt", from: "100644 one", to: "100644 two" },
    { path: "b.txt", from: "100644 other", to: "100644 two" },
  ];
  await changes.carry("s", { approvals: [{ path: "a.txt", fingerprint: "f" }], contents }, 2);
  const now = changes.attributions("s").map((one) => `${one.path} ${one.content}`);
  expect(now.toSorted()).toEqual(["a.txt 100644 two", "b.txt 100644 one"]);
  expect([...changes.approvals("s")]).toEqual([["a.txt", "f"]]);
});
