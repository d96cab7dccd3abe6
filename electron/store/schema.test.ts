import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import Database from "better-sqlite3";
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { migrations } from "./migrations/migrations.ts";
import { schema } from "./schema.ts";

it("R57 what a migration did never changes: a later change is a migration of its own", () => {
  const hashes = migrations.map((step) => createHash("sha256").update(step.sql).digest("hex").slice(0, 16));
  expect(hashes).toEqual(["4f95acdff73482ac", "83a168407297a0c9", "0bffd4b0bb13f3ce"]);
});

it("the migrated store has exactly the tables and columns that the code sees", () => {
  const sqlite = new Database(":memory:");
  for (const step of migrations) sqlite.exec(step.sql);
  const names = sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  const real = Object.fromEntries(
    names.map(({ name }) => [
      name,
      sqlite
        .prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?)")
        .all(name)
        .map((column) => `${column.name} ${column.type}`)
        .toSorted(),
    ]),
  );
  const seen = Object.fromEntries(
    Object.values(schema)
      .filter((table) => table instanceof SQLiteTable)
      .map((table) => {
        const config = getTableConfig(table);
        return [config.name, config.columns.map((column) => `${column.name} ${column.getSQLType().toUpperCase()}`).toSorted()];
      }),
  );
  expect(seen).toEqual(real);
});
