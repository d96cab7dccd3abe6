import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { migrate } from "./migrate.ts";
import { openStore } from "./open.ts";
import { RunRepository } from "./runs.ts";
import { salvage } from "./salvage.ts";

let dir: string;
let file: string;
const page = 4096;
const projects = 20;
const runsEach = 10;
const eventsEach = 30;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "hearth-salvage-"));
  const opened = openStore(path.join(dir, "data"), 1);
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const runs = new RunRepository(store);
  store.write(() => {
    for (let at = 0; at < projects; at += 1) {
      const { sqlite } = store;
      sqlite
        .prepare("INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES (?, 'p', ?, ?, 'git', 1)")
        .run(`p${at}`, `/p${at}`, `/p${at}`);
      sqlite
        .prepare("INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES (?, ?, 's', 1, 1)")
        .run(`s${at}`, `p${at}`);
      sqlite
        .prepare("INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES (?, ?, 1, 'c', 1)")
        .run(`c${at}`, `s${at}`);
      for (let run = 0; run < runsEach; run += 1) addRun(runs, `r${at}-${run}`, at);
    }
  });
  store.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  store.close();
  file = path.join(dir, "damaged.db");
  copyFileSync(path.join(dir, "data", "hearth.db"), file);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function addRun(runs: RunRepository, id: string, at: number): void {
  const none = {
    requestedModelId: null,
    modeId: null,
    thinkingLevel: null,
    baseRevisionId: null,
    context: null,
    limits: null,
    idempotencyKey: null,
    reason: null,
  };
  runs.insert({
    id,
    chatId: `c${at}`,
    sessionId: `s${at}`,
    workingCopyId: "w",
    agentId: "a",
    prompt: [{ type: "text", text: id }],
    createdAt: 1,
    ...none,
  });
  const said = Array.from({ length: eventsEach }, () => ({
    body: { type: "assistant.delta" as const, payload: { text: "word ".repeat(20) } },
    at: 1,
  }));
  runs.append(id, [...said, { body: { type: "run.completed", payload: { timings: {}, usage: null } }, at: 1 }]);
  runs.update(id, { status: "completed", endedAt: 1 });
}

function overwrite(at: number, bytes: number): void {
  const opened = openSync(file, "r+");
  writeSync(opened, Buffer.alloc(bytes, 0x5a), 0, bytes, at);
  closeSync(opened);
}

function saved(): { sqlite: Database.Database; result: ReturnType<typeof salvage> } {
  const target = path.join(dir, "new.db");
  const sqlite = new Database(target);
  expect(migrate(sqlite, target, 1).ok).toBe(true);
  return { sqlite, result: salvage(sqlite, file) };
}

const count = (sqlite: Database.Database, what: string): number =>
  Number(sqlite.prepare(`SELECT count(*) FROM ${what}`).pluck().get());

function checkWhole(sqlite: Database.Database): void {
  expect(sqlite.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(sqlite.pragma("foreign_key_check")).toEqual([]);
  expect(sqlite.pragma("foreign_keys", { simple: true })).toBe(1);
  const uneven = "runs WHERE last_seq != (SELECT coalesce(max(seq), 0) FROM run_events WHERE run_id = runs.id)";
  expect(count(sqlite, uneven)).toBe(0);
  expect(count(sqlite, "runs WHERE last_seq != (SELECT count(*) FROM run_events WHERE run_id = runs.id)")).toBe(0);
  const ends = "(SELECT type FROM run_events WHERE run_id = runs.id ORDER BY seq DESC LIMIT 1)";
  expect(count(sqlite, `runs WHERE ended_at IS NOT NULL AND ${ends} != 'run.completed'`)).toBe(0);
}

it("R49 brings everything over where everything can be read", () => {
  const { sqlite, result } = saved();
  expect(result).toEqual({ rows: projects * (3 + runsEach * (eventsEach + 2)), lost: 0 });
  checkWhole(sqlite);
  expect(sqlite.prepare("SELECT id FROM runs ORDER BY rowid LIMIT 2").pluck().all()).toEqual(["r0-0", "r0-1"]);
  expect(sqlite.prepare("SELECT min(cursor) FROM run_events").pluck().get()).toBe(1);
  sqlite.close();
});

it("R49 brings over what lies before and behind damaged pages, whole in itself, and leaves the file alone", () => {
  const pages = Math.floor(statSync(file).size / page);
  for (const share of [0.3, 0.5, 0.8]) overwrite(Math.floor(pages * share) * page, page);
  const before = readFileSync(file);
  const { sqlite, result } = saved();
  checkWhole(sqlite);
  expect(count(sqlite, "projects")).toBe(projects);
  expect(result?.rows).toBeGreaterThan(projects * runsEach * eventsEach * 0.3);
  expect(count(sqlite, "run_events")).toBeLessThan(projects * runsEach * (eventsEach + 1));
  expect(readFileSync(file).equals(before)).toBe(true);
  sqlite.close();
});

it("R49 any one page may be lost", () => {
  const whole = readFileSync(file);
  for (let at = 1; at < whole.length / page; at += 23) {
    overwrite(at * page, page);
    const target = path.join(dir, `new-${at}.db`);
    const sqlite = new Database(target);
    migrate(sqlite, target, 1);
    salvage(sqlite, file);
    checkWhole(sqlite);
    sqlite.close();
    rmSync(target);
    const opened = openSync(file, "r+");
    writeSync(opened, whole, at * page, page, at * page);
    closeSync(opened);
  }
});

it("R49 a file without its end gives what it has, and one without its beginning nothing", () => {
  truncateSync(file, Math.floor(statSync(file).size / 2 / page) * page);
  const { sqlite, result } = saved();
  checkWhole(sqlite);
  expect(result).not.toBeNull();
  sqlite.close();
  rmSync(path.join(dir, "new.db"));
  overwrite(0, 100);
  expect(saved().result).toBeNull();
});

it("R49 what gave leave is asked for anew", () => {
  const damaged = new Database(file);
  damaged.exec(`
    UPDATE projects SET trusted_hash = 'h', trusted_items = '[]';
    UPDATE sessions SET policy = CASE id WHEN 's1' THEN 'full' WHEN 's2' THEN 'plan' ELSE policy END, unasked_agents = '["pi"]';
    INSERT INTO permission_rules (id, scope, scope_id, match, match_key, decision, created_at) VALUES ('r', 'project', 'p1', '{}', 'k', 'allow', 1);
    INSERT INTO tokens (id, name, hash, created_at) VALUES ('t', 'n', x'00', 1);
  `);
  damaged.close();
  const { sqlite } = saved();
  expect(count(sqlite, "projects WHERE trusted_hash IS NOT NULL OR trusted_items IS NOT NULL")).toBe(0);
  expect(sqlite.prepare("SELECT policy FROM sessions WHERE id IN ('s1', 's2') ORDER BY id").pluck().all()).toEqual([
    "ask",
    "plan",
  ]);
  expect(count(sqlite, "sessions WHERE unasked_agents != '[]'")).toBe(0);
  expect([count(sqlite, "permission_rules"), count(sqlite, "tokens")]).toEqual([0, 0]);
  sqlite.close();
});

it("R49 a new store that has no room is no store: nothing is in it", () => {
  const target = path.join(dir, "new.db");
  const sqlite = new Database(target);
  migrate(sqlite, target, 1);
  sqlite.pragma(`max_page_count = ${Number(sqlite.pragma("page_count", { simple: true })) + 50}`);
  expect(() => salvage(sqlite, file)).toThrow(/full/);
  expect([count(sqlite, "projects"), count(sqlite, "run_events")]).toEqual([0, 0]);
  sqlite.close();
});
