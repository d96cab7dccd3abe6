import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { strict, structureOf } from "./lib/tables.mjs";

const structure = (sql) => {
  const sqlite = new Database(":memory:");
  sqlite.exec(sql);
  return structureOf(sqlite);
};

it("generated tables become strict ones", () => {
  const sql = "CREATE TABLE `t` (\n\t`a` text,\n\tFOREIGN KEY (`a`) REFERENCES `u`(`id`)\n);\n\nCREATE INDEX `i` ON `t` (`a`);";
  expect(strict(sql)).toBe(sql.replace("\n);", "\n) STRICT;"));
});

it("two ways to say the same are one structure", () => {
  const byHand =
    "CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, UNIQUE (n)) STRICT; CREATE INDEX o ON t(n) WHERE n IS NULL;";
  const generated =
    "CREATE TABLE `t` (`id` text PRIMARY KEY NOT NULL, `n` integer DEFAULT false NOT NULL) STRICT; CREATE UNIQUE INDEX `t_n_unique` ON `t` (`n`);" +
    'CREATE INDEX `o` ON `t` (`n`) WHERE "t"."n" is null;';
  expect(structure(generated)).toEqual(structure(byHand));
});

const base = "CREATE TABLE t (id TEXT PRIMARY KEY, n TEXT REFERENCES t(id)) STRICT;";
it.each([
  ["a type", base.replace("n TEXT", "n BLOB")],
  ["a reference", base.replace(" REFERENCES t(id)", "")],
  ["whether it may be null", base.replace("n TEXT", "n TEXT NOT NULL")],
  ["a default", base.replace("n TEXT", "n TEXT DEFAULT 'x'")],
  ["strictness", base.replace(" STRICT", "")],
  ["uniqueness", `${base} CREATE UNIQUE INDEX i ON t(n);`],
  ["an index", `${base} CREATE INDEX i ON t(n);`],
])("%s makes a difference", (_, sql) => {
  expect(structure(sql)).not.toEqual(structure(base));
});
