import Database from "better-sqlite3";
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Sqlite } from "./open.ts";
import { schema } from "./schema.ts";

/** How many rows came over, and how many could be seen and not kept. What lies in a page that can't be read isn't counted. */
export type Salvaged = { rows: number; lost: number };

type Row = Record<string, unknown> & { salvage_rowid: number };

/** How the program reads each column's values, by table: a row that it couldn't read again is left out. */
const readers: ReadonlyMap<string, ReadonlyMap<string, SQLiteColumn>> = new Map(
  Object.values(schema)
    .filter((table) => is(table, SQLiteTable))
    .map((table) => [getTableName(table), new Map(columnsIn(table).map((column) => [column.name, column]))]),
);

function columnsIn(table: SQLiteTable): SQLiteColumn[] {
  return Object.values(getTableColumns(table));
}

/** What gives leave. A page may be an older one of its kind, so a damaged file's word isn't taken: it is asked for anew. */
const leave = new Set(["permission_rules", "tokens"]);

/**
 * Brings what can be read of a damaged store into a new one that has the tables and nothing in them, but for what gives
 * leave: trust, rules, tokens and a session's policy. The damaged file is only read. Afterwards the new store is whole
 * in itself: every reference leads somewhere, and a run's events have no gap; a run that lost its end counts as one that
 * was going on. null where the file can't even be opened. Throws where the new store can't be written; then nothing was.
 */
export function salvage(into: Sqlite, damagedFile: string): Salvaged | null {
  const damaged = openDamaged(damagedFile);
  if (!damaged) return null;
  into.pragma("foreign_keys = OFF");
  try {
    return into.transaction(() => {
      const wanted = tablesOf(into).filter((table) => !leave.has(table));
      const copied = wanted.map((table) => copyTable(into, damaged, table));
      const dropped = dropUnowned(into);
      cutAtGaps(into);
      const rows = copied.reduce((sum, table) => sum + table.rows, 0) - dropped;
      return { rows, lost: copied.reduce((sum, table) => sum + table.lost, 0) + dropped };
    })();
  } finally {
    into.pragma("foreign_keys = ON");
    damaged.close();
  }
}

function openDamaged(file: string): Sqlite | null {
  try {
    const damaged = new Database(file, { readonly: true, fileMustExist: true });
    // Without it SQLite reads nothing of a file that is shorter than its header says.
    damaged.unsafeMode(true);
    damaged.pragma("writable_schema = ON");
    damaged.prepare("SELECT count(*) FROM sqlite_master").get();
    return damaged;
  } catch {
    return null; // Its header or its list of tables is gone: there is no way in.
  }
}

function tablesOf(sqlite: Sqlite): string[] {
  const listed = sqlite.prepare<[], { name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  );
  return listed.all().map(({ name }) => name);
}

function columnsOf(sqlite: Sqlite, table: string): { name: string; type: string; pk: number }[] {
  return sqlite.prepare<[string], { name: string; type: string; pk: number }>("SELECT * FROM pragma_table_info(?)").all(table);
}

function copyTable(into: Sqlite, damaged: Sqlite, table: string): Salvaged {
  const own = columnsOf(into, table);
  const there = new Set(namesIn(damaged, table));
  const shared = own.map((column) => column.name).filter((name) => there.has(name));
  if (shared.length === 0) return { rows: 0, lost: 0 };
  // Lists are read in the order of rows, so that it comes over too; one integer key is the row's number itself.
  const keys = own.filter((column) => column.pk > 0);
  const numbered = keys.length === 1 && keys[0]?.type === "INTEGER";
  const columns = numbered ? shared : ["rowid", ...shared];
  const values = numbered ? shared : ["salvage_rowid", ...shared];
  const insert = into.prepare(
    `INSERT OR IGNORE INTO "${table}" (${columns.map((name) => `"${name}"`).join(", ")}) VALUES (${values.map((name) => `@${name}`).join(", ")})`,
  );
  let [rows, lost] = [0, 0];
  for (const row of readable(damaged, table, shared)) {
    takeLeave(table, row);
    if (isReadable(table, row) && wasInserted(() => insert.run(row).changes)) rows += 1;
    else lost += 1;
  }
  return { rows, lost };
}

function takeLeave(table: string, row: Row): void {
  if (table === "projects") Object.assign(row, { trusted_hash: null, trusted_items: null });
  if (table === "sessions") Object.assign(row, { policy: row["policy"] === "plan" ? "plan" : "ask", unasked_agents: "[]" });
}

function namesIn(damaged: Sqlite, table: string): string[] {
  try {
    return columnsOf(damaged, table).map((column) => column.name);
  } catch {
    return []; // The table's description is in the damaged part.
  }
}

/** Rows from the front until the damage, then from the back until it. */
function* readable(damaged: Sqlite, table: string, columns: readonly string[]): Generator<Row> {
  const select = `SELECT rowid AS salvage_rowid, ${columns.map((name) => `"${name}"`).join(", ")} FROM "${table}" NOT INDEXED`;
  let last = Number.NEGATIVE_INFINITY;
  try {
    for (const row of damaged.prepare<[], Row>(`${select} ORDER BY rowid`).iterate()) {
      last = row.salvage_rowid;
      yield row;
    }
    return;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  try {
    for (const row of damaged.prepare<[], Row>(`${select} ORDER BY rowid DESC`).iterate()) {
      if (row.salvage_rowid <= last) return;
      yield row;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** Whatever SQLite says of the damaged file: bytes of another page may read as a table without these columns, too. */
function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError;
}

function isReadable(table: string, row: Row): boolean {
  try {
    const columns = readers.get(table);
    for (const [name, value] of Object.entries(row)) if (value !== null) columns?.get(name)?.mapFromDriverValue(value);
    return true;
  } catch {
    return false; // Half of a text, or bytes of another page.
  }
}

function wasInserted(insert: () => number): boolean {
  try {
    return insert() === 1;
  } catch (error) {
    // A value of another type than the column's isn't what was written. Anything else is wrong with the new store.
    if (error instanceof Database.SqliteError && /^SQLITE_(CONSTRAINT|MISMATCH)/.test(error.code)) return false;
    throw error;
  }
}

/** Takes away what refers to rows that are gone, and what refers to those, until nothing does. */
function dropUnowned(into: Sqlite): number {
  // A set of files is nothing without all of them.
  const partsThere = "(SELECT count(*) FROM apply_entries WHERE list_id = applies.entries_id)";
  let dropped = into.prepare(`DELETE FROM applies WHERE entries_id = '' OR parts != ${partsThere}`).run().changes;
  for (;;) {
    const orphans = into.pragma("foreign_key_check") as { table: string; rowid: number }[];
    if (orphans.length === 0) return dropped;
    for (const { table, rowid } of orphans) dropped += into.prepare(`DELETE FROM "${table}" WHERE rowid = ?`).run(rowid).changes;
  }
}

function cutAtGaps(into: Sqlite): void {
  into.exec(`
    DELETE FROM run_events WHERE cursor IN (
      SELECT cursor FROM (SELECT cursor, seq, row_number() OVER (PARTITION BY run_id ORDER BY seq) AS place FROM run_events)
      WHERE seq != place
    );
    UPDATE runs SET last_seq = (SELECT count(*) FROM run_events WHERE run_id = runs.id);
    UPDATE runs SET ended_at = NULL, status = 'running' WHERE ended_at IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM run_events WHERE run_id = runs.id AND seq = runs.last_seq
        AND type IN ('run.completed', 'run.failed', 'run.cancelled', 'run.interrupted')
    );
  `);
}
