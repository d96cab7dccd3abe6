/** All our tables are STRICT: a value of another type than its column's is an error. drizzle has no word for that. */
export function strict(sql) {
  return sql.replace(/^(CREATE TABLE [^;]*\n\));/gm, "$1 STRICT;");
}

/**
 * What SQLite makes of each table: columns, keys, references and indexes, in an order of their own. Left out are the names
 * of indexes that only keep values unique, which SQLite gives some of them itself.
 */
export function structureOf(sqlite) {
  const tables = sqlite
    .prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return Object.fromEntries(
    tables
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ name, strict: isStrict }) => [name, tableOf(sqlite, name, isStrict)]),
  );
}

function tableOf(sqlite, table, isStrict) {
  const all = (pragma, of = table) => sqlite.prepare(`SELECT * FROM pragma_${pragma}(?)`).all(of);
  return {
    strict: isStrict,
    // A primary key that is text may hold NULL in SQLite unless it says otherwise; we never insert one.
    columns: all("table_info")
      .map(
        ({ name, type, notnull, dflt_value, pk }) =>
          `${name} ${type.toUpperCase()}${notnull || pk ? " NOT NULL" : ""} DEFAULT ${defaultOf(dflt_value)} KEY ${pk}`,
      )
      .toSorted(),
    references: all("foreign_key_list")
      .map((key) => `${key.from} → ${key.table}.${key.to}`)
      .toSorted(),
    indexes: all("index_list")
      .filter((one) => one.origin !== "pk")
      .map(
        (one) =>
          `${one.unique ? "unique" : one.name} (${all("index_info", one.name).map((column) => column.name)})${conditionOf(sqlite, one)}`,
      )
      .toSorted(),
  };
}

/** SQLite has no booleans of its own. */
function defaultOf(value) {
  return value === "false" ? "0" : value === "true" ? "1" : value;
}

function conditionOf(sqlite, { name, partial }) {
  if (!partial) return "";
  const { sql } = sqlite.prepare("SELECT sql FROM sqlite_master WHERE name = ?").get(name);
  return ` ${sql
    .slice(sql.toLowerCase().indexOf(" where "))
    .toLowerCase()
    .replace(/"\w+"\.|["`]/g, "")
    .trim()}`;
}
