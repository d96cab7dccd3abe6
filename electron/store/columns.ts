import { customType, integer } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import type * as z from "zod";

/** A column whose text is JSON. What is read is checked by `schema`, as anything that comes from outside: files outlive programs. */
export function json<S extends z.ZodType>(name: string, schema: S) {
  return customType<{ data: z.infer<S>; driverData: string | null }>({
    dataType: () => "text",
    // A prepared statement hands over null too.
    toDriver: (value) => (value === null ? null : JSON.stringify(value)),
    fromDriver(stored) {
      try {
        return schema.parse(JSON.parse(stored ?? "null"));
      } catch (error) {
        throw new Error(`What is stored as ${name} can't be read`, { cause: error });
      }
    },
  })(name);
}

/** A file's path. SQLite's text is UTF-8, which has no lone surrogates (bytes of a path that aren't UTF-8); JSON escapes them. */
export const filePath = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  toDriver: (path) => (path.isWellFormed() && !path.startsWith('"') ? path : JSON.stringify(path)),
  fromDriver: (stored) => (stored.startsWith('"') ? String(JSON.parse(stored)) : stored),
});

/**
 * A prepared statement's value, which SQLite's planner doesn't look at: where it does, as in joins and for indexes that
 * aren't unique, and for limits, it plans the statement anew with each use, and that takes longer than the use.
 */
export const given = (name: string) => sql`+${sql.placeholder(name)}`;

/** The same for how many rows at most: drizzle's text takes any expression there, its type doesn't. */
export const givenLimit = (name: string): number => given(name) as never;

/** The order in which rows were inserted: SQLite's own number of a row, which a schema can't name. */
export const rowOrder = sql`rowid`;

export const flag = (name: string) => integer(name, { mode: "boolean" });
