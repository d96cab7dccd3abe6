import { getTableColumns, sql, type SQL, type Table } from "drizzle-orm";
import type { SQLiteTable, SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import type { Store } from "./open.ts";

type Change = Record<string, unknown>;
type Prepared = { run(values: Record<string, unknown>): unknown };

/**
 * Updates of the rows of one table, each set of columns prepared once: drizzle takes longer to make a statement than
 * SQLite to run it. `where` has a placeholder for each part of the rows' key.
 */
export class PreparedUpdates {
  readonly #store: Store;
  readonly #table: SQLiteTable;
  readonly #where: SQL | undefined;
  readonly #bySet = new Map<string, Prepared>();

  constructor(store: Store, table: SQLiteTable, where: SQL | undefined) {
    this.#store = store;
    this.#table = table;
    this.#where = where;
  }

  /** Sets what `change` gives; nothing where it gives nothing. */
  run(key: Record<string, string>, change: Change): void {
    const names = Object.keys(change).filter((name) => change[name] !== undefined);
    if (names.length === 0) return;
    // A null is part of the statement: columns' own encoders aren't made for it.
    const set = names.map((name) => (change[name] === null ? `${name}=null` : name)).join();
    let prepared = this.#bySet.get(set);
    if (!prepared) this.#bySet.set(set, (prepared = this.#prepare(names, change)));
    prepared.run({ ...change, ...key });
  }

  #prepare(names: readonly string[], change: Change): Prepared {
    const columns = getTableColumns(this.#table as Table);
    const values = names.map((name) => {
      const column = columns[name];
      if (!column) throw new Error(`No column ${name}`);
      return [name, change[name] === null ? null : sql`${sql.param(sql.placeholder(name), column)}`];
    });
    const set = Object.fromEntries(values) as SQLiteUpdateSetSource<SQLiteTable>;
    return this.#store.orm.update(this.#table).set(set).where(this.#where).prepare();
  }
}
