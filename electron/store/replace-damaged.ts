import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Sqlite } from "./open.ts";
import { salvage, type Salvaged } from "./salvage.ts";

/**
 * Puts a new store in the place of a damaged one. The new one is made under a name of its own, which is there from
 * before the damaged one moves until all that can be read of that has come over: a start that finds the name and no
 * store knows that an earlier one was cut off at it, and does it again.
 */
export type Replacement = Result<{ warning: string }, { code: "STORE_DAMAGED"; message: string }>;

const ends = ["", "-wal", "-shm"];
const fileOf = (dataDir: string): string => path.join(dataDir, "hearth.db");
const unfinishedOf = (dataDir: string): string => path.join(dataDir, "hearth.db.new");

/** Whether an earlier start was cut off while it replaced the store. */
export function isHalfReplaced(dataDir: string): boolean {
  return existsSync(unfinishedOf(dataDir)) && !existsSync(fileOf(dataDir));
}

/** `make` opens a file as a store that has its tables and nothing in them; null where it can't. */
export function replaceDamaged(dataDir: string, nowMs: number, make: (file: string) => Sqlite | null): Replacement {
  const unfinished = unfinishedOf(dataDir);
  const earlier = isHalfReplaced(dataDir) ? lastSetAside(dataDir) : undefined;
  const aside = earlier ?? `${fileOf(dataDir)}.corrupt-${new Date(nowMs).toISOString().replaceAll(":", "-")}`;
  for (const end of ends.slice(1)) rmSync(unfinished + end, { force: true });
  writeFileSync(unfinished, "", { mode: 0o600, flush: true });
  // Nothing is deleted: its -wal and -shm move with it, and with the first of them it counts as set aside.
  for (const end of ends) if (existsSync(fileOf(dataDir) + end)) renameSync(fileOf(dataDir) + end, aside + end);
  const saved = fill(unfinished, aside, make);
  if (!saved.ok)
    return fail({
      code: "STORE_DAMAGED",
      message: `The store was damaged and was set aside as ${aside}. A new one can't be made: ${saved.error} Hearth goes on with it at the next start.`,
    });
  renameSync(unfinished, fileOf(dataDir));
  return ok({ warning: tellDamage(aside, saved.value) });
}

function fill(file: string, damaged: string, make: (file: string) => Sqlite | null): Result<Salvaged | null, string> {
  let sqlite: Sqlite | null = null;
  try {
    sqlite = make(file);
    if (!sqlite) return fail("its tables could not be made.");
    const saved = salvage(sqlite, damaged);
    // Closing would do it too, and keep quiet about a log that it couldn't bring into the file.
    sqlite.pragma("wal_checkpoint(TRUNCATE)");
    return ok(saved);
  } catch (error) {
    // What is wrong with the damaged file is dealt with there; this is the new one's, as on a full disk.
    if (error instanceof Database.SqliteError) return fail(`${error.message}.`);
    throw error;
  } finally {
    sqlite?.close();
  }
}

function lastSetAside(dataDir: string): string | undefined {
  const names = readdirSync(dataDir).filter((name) => /^hearth\.db\.corrupt-.*Z$/.test(name));
  const last = names.toSorted().at(-1);
  return last === undefined ? undefined : path.join(dataDir, last);
}

function tellDamage(aside: string, saved: Salvaged | null): string {
  const what = saved
    ? `${saved.rows} records could be brought into a new one${saved.lost > 0 ? `, ${saved.lost} could not` : ""}; what you trusted and allowed is asked for anew.`
    : "nothing of it could be read, and a new one was begun.";
  return `The store was damaged. It was set aside as ${aside}; ${what} Your projects' files and worktrees were not touched.`;
}
