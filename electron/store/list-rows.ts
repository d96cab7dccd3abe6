import { and, sql, type Column, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { nextTurn } from "../lib/slices.ts";
import type { Store } from "./open.ts";

/** So many the core reads, or changes, at a stretch. */
export const rowsAtOnce = 2_000;

/** `key`: what the rows are in order of, and begin with; no two rows have the same. An index has to be in its order. */
type Listed = { columns: readonly Column[]; key: readonly Column[]; where: SQL | undefined };

/**
 * Columns of many rows as SQLite has them. Many are read as one text, as each by itself would hold up the core for
 * thousands; and so would all in one, so others go on in between.
 */
export async function listRows<Row extends unknown[]>(
  orm: Store["orm"],
  table: SQLiteTable,
  { columns, key, where }: Listed,
): Promise<Row[]> {
  const [named, ordered] = [columns, key].map((list) => sql.join([...list], sql`, `));
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1)?.slice(0, key.length);
    const after =
      last &&
      sql`(${ordered}) > (${sql.join(
        last.map((value) => sql`${value}`),
        sql`, `,
      )})`;
    const { text } = orm.get<{ text: string }>(sql`
      select json_group_array(json(row)) as text from (
        select json_array(${named}) as row from ${table} where ${and(where, after)} order by ${ordered} limit ${rowsAtOnce})`);
    const found = JSON.parse(text) as Row[];
    rows.push(...found);
    if (found.length < rowsAtOnce) return rows;
    await nextTurn();
  }
}
