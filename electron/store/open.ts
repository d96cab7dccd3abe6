import { existsSync, mkdirSync, accessSync, chmodSync, constants, statSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { fail, ok, type Result } from "../../shared/result.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import { storeFault } from "./faults.ts";
import { KeptWrites, type KeptWrite } from "./kept-writes.ts";
import { migrate, type MigrationFailure } from "./migrate.ts";
import { isHalfReplaced, replaceDamaged } from "./replace-damaged.ts";
import { schema } from "./schema.ts";

/**
 * The store: one SQLite file, written by this process alone. Whoever opens it holds an exclusive lock on a second
 * file (a lock of SQLite's own, so the system drops it with the process), from before the first read until `close`.
 */
export type Sqlite = Database.Database;

/**
 * The open store. Statements go through `orm`; `sqlite` is for what drizzle can't say. A lock of another process blocks
 * nobody for more than `busyMs`: who waits for a write awaits `writeOnceFree` or `whenFree`, the rest is kept (ADR 0009).
 */
export class Store {
  readonly sqlite: Sqlite;
  readonly orm: BetterSQLite3Database<typeof schema>;
  /** What a person should know: a damaged store was set aside, and where. */
  readonly warnings: readonly string[];
  readonly notSaved: KeptWrites["failed"];
  readonly #lock: Sqlite;
  readonly #clock: Clock;
  readonly #kept: KeptWrites;
  /** Made once: better-sqlite3 takes longer to make one than SQLite to run one. */
  readonly #transaction: (work: () => unknown) => unknown;

  constructor({ sqlite, lock, warnings, clock }: { sqlite: Sqlite; lock: Sqlite; warnings: readonly string[]; clock: Clock }) {
    this.sqlite = sqlite;
    this.orm = drizzle({ client: sqlite, schema });
    this.warnings = warnings;
    this.#lock = lock;
    this.#clock = clock;
    this.#kept = new KeptWrites({ clock, commit: ({ work, durable }) => this.#commit(work, durable) });
    this.notSaved = this.#kept.failed;
    const transaction = sqlite.transaction((work: () => unknown) => work());
    this.#transaction = (work) => transaction.immediate(work);
    // SQLite waits by blocking the thread, and with it everything that the core does: whoever writes tries again instead.
    sqlite.exec(`PRAGMA busy_timeout = ${busyMs}`);
  }

  /**
   * Runs `work` in one transaction, which is on the disk when this returns; what is kept goes before it. Not `durable`:
   * what it writes may be lost by a power cut (never by a crash of ours). Inside a transaction both join it.
   */
  write<T>(work: () => T, { durable }: { durable: boolean } = { durable: true }): T {
    if (this.sqlite.inTransaction) return work();
    this.#kept.flush();
    return this.#commit(work, durable);
  }

  /** A write that nobody waits for: now, or, where the store doesn't take it, in its turn as soon as it does. */
  keep(work: () => void, { durable = true, saved = () => {} }: Partial<Omit<KeptWrite, "work">> = {}): void {
    if (!this.sqlite.inTransaction) return this.#kept.keep({ work, durable, saved });
    work();
    saved();
  }

  /** `write`, waiting up to 20 s for a lock of another process without blocking anyone. Then it throws, as `write` does. */
  async writeOnceFree<T>(work: () => T): Promise<T> {
    const until = this.#clock.monotonic() + patienceMs;
    for (;;) {
      try {
        return this.#atOnce(() => this.write(work));
      } catch (error) {
        if (storeFault(error) !== "busy" || this.#clock.monotonic() >= until) throw error;
      }
      await new Promise<void>((resolve) => void this.#clock.after(pauseMs, resolve));
    }
  }

  /** Resolves once the store takes writes and has all that was kept; rejects where it doesn't for 20 s. */
  whenFree(): Promise<void> {
    return this.writeOnceFree(() => {});
  }

  close(): void {
    if (this.sqlite.open) {
      this.#kept.dispose();
      this.sqlite.close();
    }
    dropLock(this.#lock);
  }

  #commit<T>(work: () => T, durable: boolean): T {
    // `pragma` takes twenty times as long as `exec`, as it makes a statement for what SQLite answers.
    if (!durable) this.sqlite.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.#transaction(work) as T;
    } finally {
      if (!durable) this.sqlite.exec("PRAGMA synchronous = FULL");
    }
  }

  /** However many wait and ask again and again, they block nobody. */
  #atOnce<T>(work: () => T): T {
    this.sqlite.exec("PRAGMA busy_timeout = 0");
    try {
      return work();
    } finally {
      if (this.sqlite.open) this.sqlite.exec(`PRAGMA busy_timeout = ${busyMs}`);
    }
  }
}

export type OpenFailure =
  | { code: "DATA_DIR_NOT_WRITABLE"; message: string }
  | { code: "DATA_DIR_IN_USE"; message: string }
  | { code: "STORE_DAMAGED"; message: string }
  | MigrationFailure;

/** How long a write may hold up everything else for a lock of another process. */
const busyMs = 50;

/** How long a caller waits for a store that another process holds, and how often it looks. */
const patienceMs = 20_000;
const pauseMs = 100;

/** Locks in force. A lock that nobody refers to would be closed, and so dropped, by the garbage collector. */
const held = new Set<Sqlite>();

export function openStore(dataDir: string, nowMs: number, clock: Clock = systemClock): Result<Store, OpenFailure> {
  const writable = prepareFolder(dataDir);
  if (!writable.ok) return writable;
  const lock = takeLock(path.join(dataDir, "lock"));
  if (!lock) return fail({ code: "DATA_DIR_IN_USE", message: `Another Hearth uses ${dataDir}` });
  try {
    const opened = openDatabase(dataDir, nowMs);
    if (!opened.ok) {
      dropLock(lock);
      return opened;
    }
    const { sqlite, warnings } = opened.value;
    return ok(new Store({ sqlite, lock, warnings, clock }));
  } catch (error) {
    dropLock(lock);
    throw error;
  }
}

function dropLock(lock: Sqlite): void {
  held.delete(lock);
  if (lock.open) lock.close();
}

function prepareFolder(dataDir: string): Result<null, OpenFailure> {
  if (statSync(dataDir, { throwIfNoEntry: false })?.isFile())
    return fail({
      code: "DATA_DIR_NOT_WRITABLE",
      message: `${dataDir} is a file, not a folder. Choose another place with HEARTH_DATA_DIR.`,
    });
  try {
    makeFolder(path.resolve(dataDir));
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const file = path.join(dataDir, "hearth.db");
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return ok(null);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail({
      code: "DATA_DIR_NOT_WRITABLE",
      message: `Hearth can't write to ${dataDir} (${reason}). Give it write access, or choose another folder with HEARTH_DATA_DIR.`,
    });
  }
}

/** One level at a time: Node's recursive mkdir never returns where a parent can't hold folders, as below /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(path.dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/** An exclusive SQLite lock on a file of its own: the kernel releases it when the holder dies, however it dies. */
function takeLock(file: string): Sqlite | null {
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.pragma("journal_mode = DELETE");
    lock.exec("BEGIN EXCLUSIVE");
    held.add(lock);
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

function openDatabase(dataDir: string, nowMs: number): Result<{ sqlite: Sqlite; warnings: string[] }, OpenFailure> {
  const file = path.join(dataDir, "hearth.db");
  const warnings: string[] = [];
  let sqlite = isHalfReplaced(dataDir) ? null : connectSound(file);
  if (!sqlite) {
    const replaced = replaceDamaged(dataDir, nowMs, (at) => makeEmpty(at, nowMs));
    if (!replaced.ok) return replaced;
    warnings.push(replaced.value.warning);
    sqlite = connectSound(file);
    if (!sqlite) return fail({ code: "STORE_DAMAGED", message: `A new store can't be made in ${dataDir}` });
  }
  const migrated = migrate(sqlite, file, nowMs);
  if (!migrated.ok) {
    sqlite.close();
    return migrated;
  }
  chmodSync(file, 0o600);
  return ok({ sqlite, warnings });
}

function makeEmpty(file: string, nowMs: number): Sqlite | null {
  const sqlite = connectSound(file);
  if (!sqlite || migrate(sqlite, file, nowMs).ok) return sqlite;
  sqlite.close();
  return null;
}

/** Opens and looks whether the file is sound; null where it is damaged. */
function connectSound(file: string): Sqlite | null {
  let sqlite: Sqlite | null = null;
  try {
    sqlite = new Database(file, { timeout: 10_000 });
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("foreign_keys = ON");
    sqlite.pragma("journal_size_limit = 67108864");
    // 16 MB instead of 4: a flood of events would otherwise stop for the disk every few thousand of them.
    sqlite.pragma("wal_autocheckpoint = 4000");
    const [first] = sqlite.pragma("quick_check(1)", { simple: false }) as { quick_check: string }[];
    if (first?.quick_check === "ok") return sqlite;
  } catch (error) {
    if (!isDamage(error)) {
      sqlite?.close();
      throw error;
    }
  }
  sqlite?.close();
  return null;
}

function sqliteCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function isBusy(error: unknown): boolean {
  return sqliteCode(error).startsWith("SQLITE_BUSY");
}

function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error));
}
