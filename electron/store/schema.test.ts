import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { migrations } from "./migrations/migrations.ts";

it("R57 what a migration did never changes: a later change is a migration of its own", () => {
  const hashes = migrations.map((step) => createHash("sha256").update(step.sql).digest("hex").slice(0, 16));
  expect(hashes).toEqual([
    "4f95acdff73482ac",
    "83a168407297a0c9",
    "0bffd4b0bb13f3ce",
    "0013ec6e6bd381bf",
    "9e411358f6db7fab",
    "bae7f5b7a60a86af",
    "804e35bac83fecd1",
    "8d5c7c9a171c23ee",
    "5bb992bf05bcdae1",
    "62320401677169dc",
    "0fa3e4c91dd0f501",
    "d663f46713722e38",
    "c27375ec3c83a03e",
    "b640e9d60dbdae90",
    "c15a20679fe1c8aa",
    "530785ecae61a72a",
    "31a3d4b4c69bd832",
    "6fa1bfba1b0dec6c",
    "dcf2b858d6827199",
    "428b98988758039e",
    "8d57ee7d4d04f21f",
    "dd88f0236713fb08",
    "ffd70b90ecfc8573",
    "0d508dd90f310b60",
    "f32045d1772f6a70",
    "90b06e437364f05e",
    "5a819fd1dae19397",
  ]);
});

it("R57 the files of a set that was one row come apart into parts, in their order", () => {
  const sqlite = new Database(":memory:");
  const upTo = (version: number): void =>
    migrations.filter((step) => step.version > since && step.version <= version).forEach(({ sql }) => sqlite.exec(sql));
  let since = 0;
  upTo(23);
  since = 23;
  const paths = Array.from({ length: 5_000 }, (_, at) => `f${at}`);
  const entries = JSON.stringify(paths.map((path) => ({ path, before: null, after: null })));
  sqlite.exec(`INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', 's', 0, 0);
    INSERT INTO applies (id, session_id, kind, state, created_at) VALUES ('many', 's', 'apply', 'done', 0), ('none', 's', 'apply', 'done', 0);
    INSERT INTO apply_entries (apply_id, entries) VALUES ('many', '${entries}'), ('none', '[]');`);
  upTo(Infinity);
  expect(sqlite.prepare("select id, entries_id, parts from applies order by id").raw().all()).toEqual([
    ["many", "many", 3],
    ["none", "none", 0],
  ]);
  const rows = sqlite.prepare("select entries from apply_entries where list_id = 'many' order by part").pluck().all() as string[];
  expect(rows.flatMap((text) => (JSON.parse(text) as { path: string }[]).map(({ path }) => path))).toEqual(paths);
  sqlite.close();
});
