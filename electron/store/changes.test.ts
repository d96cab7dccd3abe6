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
  expect([...(await changes.approvals("s"))]).toEqual(expect.arrayContaining(names.map((name, at) => [name, `f${at}`])));
  expect(new Set((await changes.attributions("s")).map((one) => one.path))).toEqual(new Set(names));
  await changes.withdraw("s", ["bytes-\udcff"]);
  expect((await changes.approvals("s")).has("bytes-\udcfe")).toBe(true);
});

it("attributions go with the set that takes the change over and come back with its revert", async () => {
  await changes.attribute("s", [
    { path: "a", agentId: "x", runId: "r1", content: "1", at: 1 },
    { path: "b", agentId: "x", runId: "r1", content: "1", at: 1 },
  ]);
  await changes.attribute("s", [{ path: "a", agentId: "y", runId: "r2", content: "2", at: 2 }]);
  await changes.addSet({ ...row, id: "app_1", entries: [], createdAt: 3 });
  await changes.settle("s", "app_1", ["a"]);
  expect((await changes.attributions("s")).map((one) => one.path)).toEqual(["b"]);
  await changes.setState("app_1", "done");
  await changes.addSet({ ...row, id: "app_2", entries: [], kind: "revert", createdAt: 4 });
  await changes.finishRevert("app_2", "app_1");
  expect((await changes.attributions("s")).map((one) => `${one.path} ${one.agentId}`)).toEqual(["a y", "a x", "b x"]);
  expect(changes.appliedIds("s")).toEqual([]);
});

it("R9 finds what was cut off, and the newest set first", async () => {
  const entries = [{ path: "a\udcff", before: null, after: { mode: "120000" as const, oid: "0".repeat(40) } }];
  await changes.addSet({ ...row, id: "app_b", entries, createdAt: 1 });
  await changes.addSet({ ...row, id: "app_a", entries: [], createdAt: 1 });
  await changes.setState("app_b", "writing");
  expect(await changes.unfinishedSets()).toMatchObject([
    { id: "app_b", state: "writing", entries },
    { id: "app_a", state: "planned" },
  ]);
  await changes.setState("app_a", "done");
  await changes.setState("app_b", "done");
  expect(changes.appliedIds("s")).toEqual(["app_a", "app_b"]);
  changes.setCommitted(["app_a"]);
  expect((await changes.uncommittedSets("s")).map((set) => set.id)).toEqual(["app_b"]);
});

it("carries what a run left, and what was approved, on to another baseline", async () => {
  const left = { path: "a.txt", agentId: "opencode", runId: "r1", content: "100644 one", at: 1 };
  await changes.attribute("s", [left, { ...left, path: "b.txt" }]);
  const contents = [
    { path: "a.txt", from: "100644 one", to: "100644 two" },
    { path: "b.txt", from: "100644 other", to: "100644 two" },
  ];
  await changes.carry("s", { approvals: [{ path: "a.txt", fingerprint: "f" }], contents }, 2);
  const now = (await changes.attributions("s")).map((one) => `${one.path} ${one.content}`);
  expect(now.toSorted()).toEqual(["a.txt 100644 two", "b.txt 100644 one"]);
  expect([...(await changes.approvals("s"))]).toEqual([["a.txt", "f"]]);
});

it("keeps sets and reviews of many files whole, part by part", async () => {
  const names = Array.from({ length: 12_345 }, (_, at) => `f${at}`);
  const entries = names.map((path) => ({ path, before: null, after: { mode: "100644" as const, oid: "1".repeat(40) } }));
  await changes.attribute(
    "s",
    names.map((path) => ({ path, agentId: "x", runId: "r", content: "1", at: 1 })),
  );
  await changes.approve(
    "s",
    names.map((path) => ({ path, fingerprint: path })),
    1,
  );
  expect([...(await changes.approvals("s"))].length).toBe(names.length);
  await changes.addSet({ ...row, id: "app_1", entries, createdAt: 1 });
  expect((await changes.findSet("app_1"))?.entries).toEqual(entries);
  await changes.settle("s", "app_1", names);
  await changes.setState("app_1", "done");
  expect((await changes.approvals("s")).size + (await changes.attributions("s")).length).toBe(0);
  expect(await changes.appliedSince("s", 1)).toEqual(names);
  await changes.revertInPlace("app_1");
  expect(new Set((await changes.attributions("s")).map((one) => one.path))).toEqual(new Set(names));
});

it("R9 a set that is split in two has each of its files in one of them, wherever it is cut off", async () => {
  const names = Array.from({ length: 5_000 }, (_, at) => `f${at}`);
  const own = names.filter((_, at) => at % 2 === 0);
  await changes.addSet({
    ...row,
    id: "app_1",
    entries: names.map((path) => ({ path, before: null, after: null })),
    createdAt: 1,
  });
  await changes.setState("app_1", "done");
  store.sqlite.exec(`create trigger cut before insert on apply_entries when new.apply_id = 'app_2' and new.part > 0
    begin select raise(abort, 'cut off'); end`);
  await expect(changes.splitApply("app_1", "app_2", own)).rejects.toThrow("cut off");
  const pathsOf = async (id: string): Promise<string[]> => (await changes.findSet(id))?.entries.map(({ path }) => path) ?? [];
  expect((await pathsOf("app_2")).length).toBeGreaterThan(0);
  expect([...(await pathsOf("app_1")), ...(await pathsOf("app_2"))].toSorted()).toEqual(names.toSorted());
  store.sqlite.exec("drop trigger cut");
  await changes.splitApply("app_1", "app_3", own);
  expect([...(await pathsOf("app_2")), ...(await pathsOf("app_3"))].toSorted()).toEqual(own.toSorted());
});
