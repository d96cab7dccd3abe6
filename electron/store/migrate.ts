import { chmodSync, rmSync } from "node:fs";
import type Database from "better-sqlite3";
import { fail, ok, type Result } from "../../shared/result.ts";
import { migrations } from "./migrations/migrations.ts";

export type MigrationFailure = { code: "SCHEMA_NEWER" | "MIGRATION_FAILED"; message: string };

type Migration = { version: number; name: string; sql: string };

/**
 * Brings a store to the newest schema: a backup first (where there is something to lose), then all steps in one
 * transaction in which no table may lose a row. A store newer than the program is refused, and nothing is written.
 */
export function migrate(
  sqlite: Database.Database,
  file: string,
  nowMs: number,
  steps: readonly Migration[] = migrations,
): Result<{ from: number; to: number }, MigrationFailure> {
  const from = Number(sqlite.pragma("user_version", { simple: true }));
  const to = steps.at(-1)?.version ?? 0;
  if (from > to)
    return fail({
      code: "SCHEMA_NEWER",
      message: `The store was written by a newer Hearth (schema ${from}, this one knows ${to}). Update Hearth, or choose another folder with HEARTH_DATA_DIR.`,
    });
  if (from === to) return ok({ from, to });
  const backup = `${file}.before-${to}-${nowMs}`;
  try {
    if (from > 0) backUp(sqlite, backup);
    // A table that others refer to can only be made anew while references aren't looked at; they are at the end.
    sqlite.pragma("foreign_keys = OFF");
    sqlite.transaction(() => apply(sqlite, steps, from)).exclusive();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fail({ code: "MIGRATION_FAILED", message: `The store could not be brought up to date and is as it was: ${message}` });
  } finally {
    sqlite.pragma("foreign_keys = ON");
  }
  return ok({ from, to });
}

function backUp(sqlite: Database.Database, backup: string): void {
  try {
    sqlite.prepare("VACUUM INTO ?").run(backup);
    chmodSync(backup, 0o600);
  } catch (error) {
    rmSync(backup, { force: true });
    throw error;
  }
}

function apply(sqlite: Database.Database, steps: readonly Migration[], from: number): void {
  const before = rowCounts(sqlite);
  for (const step of steps) {
    if (step.version <= from) continue;
    sqlite.exec(step.sql);
    sqlite.pragma(`user_version = ${step.version}`);
  }
  const after = rowCounts(sqlite);
  for (const [table, rows] of before) {
    const now = after.get(table);
    if (now !== undefined && now < rows) throw new Error(`Table ${table} would lose ${rows - now} rows`);
  }
  const [broken] = sqlite.pragma("foreign_key_check") as { table: string }[];
  if (broken) throw new Error(`Table ${broken.table} would refer to rows that aren't there`);
}

function rowCounts(sqlite: Database.Database): Map<string, number> {
  const tables = sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return new Map(
    tables.map(({ name }) => [name, sqlite.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0]),
  );
}
