import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ChangesRepository, type FileSetRow } from "./changes.ts";
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
  await changes.settle({ id: "app_1", sessionId: "s", createdAt: 9 }, ["a"]);
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
  await changes.settle({ id: "app_1", sessionId: "s", createdAt: 9 }, names);
  await changes.setState("app_1", "done");
  expect((await changes.approvals("s")).size + (await changes.attributions("s")).length).toBe(0);
  expect(await changes.appliedSince("s", 1)).toEqual(names);
  await changes.revertInPlace("app_1");
  expect(new Set((await changes.attributions("s")).map((one) => one.path))).toEqual(new Set(names));
});

const cutOffAt = (list: string): void =>
  void store.sqlite.exec(`create trigger cut before insert on apply_entries when new.list_id = '${list}' and new.part > 0
    begin select raise(abort, 'cut off'); end`);
const listed = (): number =>
  store.sqlite.prepare<[], { count: number }>("select count(*) as count from apply_entries").get()?.count ?? 0;

it("R9 a set of many files is there with all of them, or isn't there", async () => {
  const entries = Array.from({ length: 5_000 }, (_, at) => ({ path: `f${at}`, before: null, after: null }));
  cutOffAt("app_1");
  await expect(changes.addSet({ ...row, id: "app_1", entries, createdAt: 1 })).rejects.toThrow("cut off");
  expect(await changes.unfinishedSets()).toEqual([]);
  store.sqlite.exec("drop trigger cut");
  expect(listed()).toBeGreaterThan(0);
  await changes.recover();
  expect(listed()).toBe(0);
  await changes.addSet({ ...row, id: "app_1", entries, createdAt: 1 });
  expect((await changes.unfinishedSets())[0]?.entries).toEqual(entries);
});

it("R9 a set is split in two at once: cut off before, it is whole, and splitting it again is possible", async () => {
  const names = Array.from({ length: 5_000 }, (_, at) => `f${at}`);
  const own = names.filter((_, at) => at % 2 === 0);
  await changes.attribute(
    "s",
    names.map((path) => ({ path, agentId: "x", runId: "r", content: "1", at: 1 })),
  );
  await changes.addSet({
    ...row,
    id: "app_1",
    entries: names.map((path) => ({ path, before: null, after: null })),
    createdAt: 1,
  });
  await changes.setState("app_1", "done");
  await changes.settle({ id: "app_1", sessionId: "s", createdAt: 1 }, names);
  const pathsOf = async (id: string): Promise<string[] | undefined> =>
    (await changes.findSet(id))?.entries.map(({ path }) => path);
  cutOffAt("app_2");
  await expect(changes.splitApply("app_1", "app_2", own)).rejects.toThrow("cut off");
  store.sqlite.exec("drop trigger cut");
  expect([await pathsOf("app_1"), changes.appliedIds("s")]).toEqual([names, ["app_1"]]);
  await changes.recover();
  await changes.splitApply("app_1", "app_2", own);
  expect([await pathsOf("app_2"), await pathsOf("app_1")]).toEqual([own, names.filter((_, at) => at % 2 === 1)]);
  await changes.recover();
  expect(await pathsOf("app_2")).toEqual(own);
  await changes.revertInPlace("app_2");
  expect((await changes.attributions("s")).map((one) => one.path).toSorted()).toEqual(own.toSorted());
});

it("a set that is read while it is split is whole, as it was or as it is", async () => {
  const names = Array.from({ length: 9_000 }, (_, at) => `f${at}`);
  await changes.addSet({
    ...row,
    id: "app_1",
    entries: names.map((path) => ({ path, before: null, after: null })),
    createdAt: 1,
  });
  const reads: Promise<FileSetRow | null>[] = [];
  let splitting = true;
  const read = (): void => {
    reads.push(changes.findSet("app_1"));
    if (splitting) setImmediate(read);
  };
  read();
  await changes.splitApply("app_1", "app_2", names.slice(0, 4_500));
  splitting = false;
  const counts = new Set((await Promise.all(reads)).map((set) => set?.entries.length));
  expect([...counts].filter((count) => count !== 9_000 && count !== 4_500)).toEqual([]);
  store.sqlite.exec("delete from apply_entries where list_id = 'app_2' and part = 1");
  await expect(changes.findSet("app_2")).rejects.toThrow("not all in the store");
});

it("R9 whose the files of a set are counts again, also where that was cut off", async () => {
  await changes.attribute("s", [{ path: "a", agentId: "x", runId: "r", content: "1", at: 1 }]);
  await changes.addSet({ ...row, id: "app_1", entries: [{ path: "a", before: null, after: null }], createdAt: 1 });
  await changes.settle({ id: "app_1", sessionId: "s", createdAt: 1 }, ["a"]);
  await changes.setState("app_1", "reverted");
  expect(await changes.attributions("s")).toEqual([]);
  await changes.recover();
  expect((await changes.attributions("s")).map((one) => one.path)).toEqual(["a"]);
});

it("settles what a set took over and nothing that came later", async () => {
  await changes.attribute("s", [
    { path: "a", agentId: "x", runId: "r1", content: "1", at: 1 },
    { path: "a", agentId: "x", runId: "r2", content: "2", at: 7 },
  ]);
  await changes.approve("s", [{ path: "a", fingerprint: "f" }], 7);
  await changes.addSet({ ...row, id: "app_1", entries: [{ path: "a", before: null, after: null }], createdAt: 5 });
  await changes.settle({ id: "app_1", sessionId: "s", createdAt: 5 }, ["a"]);
  expect((await changes.attributions("s")).map((one) => one.runId)).toEqual(["r2"]);
  expect([...(await changes.approvals("s"))]).toEqual([["a", "f"]]);
});

it("finds whose the changes are without reading what was applied before", () => {
  const plan = (where: string): string =>
    store.sqlite
      .prepare<[], { detail: string }>(`explain query plan select path from change_attributions where ${where}`)
      .all()
      .map(({ detail }) => detail)
      .join();
  const pending = plan(
    "session_id = 's' and apply_id is null and (path, agent_id, run_id) > ('a', '', '') order by path, agent_id, run_id",
  );
  expect(pending).toMatch(/change_attributions_by_set \(session_id=\? AND apply_id=\? AND \(?path/);
  expect(pending).not.toContain("TEMP B-TREE");
  expect(plan("session_id = 's' and apply_id = 'app_1' limit 9")).toContain("by_set");
});
