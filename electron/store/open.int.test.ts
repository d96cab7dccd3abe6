import { spawn, type ChildProcess } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { until } from "../testing/until.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/migrations.ts";
import { openStore, type Store } from "./open.ts";

let dir: string;
beforeEach(() => {
  dir = tempFolder("store");
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function open(): Store {
  const opened = openStore(dir, Date.UTC(2026, 0, 1));
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`);
  return opened.value;
}

function addProjects(store: Store, count: number): void {
  store.write(() => {
    for (let i = 0; i < count; i += 1)
      store.sqlite
        .prepare("INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES (?, ?, ?, ?, 'git', 1)")
        .run(`p${i}`, "n".repeat(500), `/p${i}`, `/p${i}`);
  });
}

const projects = (store: Store): number => Number(store.sqlite.prepare("SELECT count(*) FROM projects").pluck().get());

async function hold(): Promise<{ said: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "../testing/hold-store.ts"), dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes("\n"), "the child's word");
  return {
    said: said.trim(),
    kill: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

describe("opening the store", () => {
  it("keeps what was written, privately", () => {
    const store = open();
    addProjects(store, 3);
    store.close();
    const again = open();
    expect(projects(again)).toBe(3);
    expect(statSync(path.join(dir, "hearth.db")).mode & 0o077).toBe(0);
    again.close();
  });

  it("R55 lets one process in, also by another spelling of the folder, and lets go when the holder is killed", async () => {
    const holder = await hold();
    expect(holder.said).toBe("held");
    expect(openStore(path.join(dir, "..", path.basename(dir)), 1)).toMatchObject({
      ok: false,
      error: { code: "DATA_DIR_IN_USE" },
    });
    const second = await hold();
    expect(second.said).toBe("DATA_DIR_IN_USE");
    await holder.kill();
    open().close();
  });

  it("R48 says why a folder can't be used", () => {
    const file = path.join(dir, "file");
    writeFileSync(file, "");
    expect(openStore(path.join(file, "data"), 1)).toMatchObject({
      ok: false,
      error: { code: "DATA_DIR_NOT_WRITABLE", message: expect.stringContaining("HEARTH_DATA_DIR") },
    });
  });

  it("R48 says so at once where no folder can ever be made", () => {
    expect(openStore("/proc/hearth/data", 1)).toMatchObject({ ok: false, error: { code: "DATA_DIR_NOT_WRITABLE" } });
  });

  it("R57 refuses a newer schema and writes nothing", () => {
    const store = open();
    store.sqlite.pragma("user_version = 999");
    store.sqlite.pragma("wal_checkpoint(TRUNCATE)");
    store.close();
    const before = readFileSync(path.join(dir, "hearth.db"));
    expect(openStore(dir, 1)).toMatchObject({ ok: false, error: { code: "SCHEMA_NEWER" } });
    expect(readFileSync(path.join(dir, "hearth.db")).equals(before)).toBe(true);
  });
});

describe("R49 a damaged store", () => {
  const damages: Record<string, (file: string) => void> = {
    "zeroed header": (file) => overwrite(file, 0, 100),
    "flipped page": (file) => overwrite(file, 4096 * 3, 4096),
    truncated: (file) => truncateSync(file, 4096 * 2 + 100),
    "not a database at all": (file) => writeFileSync(file, "no database".repeat(100)),
  };
  for (const [name, damage] of Object.entries(damages))
    it(`R49 is set aside and not deleted: ${name}`, () => {
      const store = open();
      addProjects(store, 200);
      store.sqlite.pragma("wal_checkpoint(TRUNCATE)");
      store.close();
      damage(path.join(dir, "hearth.db"));
      const again = open();
      expect(again.warnings.join()).toMatch(/damaged/);
      expect(readdirSync(dir).filter((file) => file.startsWith("hearth.db.corrupt-"))).not.toEqual([]);
      if (name === "flipped page") expect(projects(again)).toBeGreaterThan(100);
      again.write(() => again.sqlite.exec("DELETE FROM projects"));
      addProjects(again, 1);
      expect(projects(again)).toBe(1);
      again.close();
    });
});

/** A store of 200 projects with a bad page, as a killed core leaves it: its log has what the file hasn't. */
function leaveDamaged(): void {
  const store = open();
  addProjects(store, 200);
  store.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  store.sqlite.prepare("UPDATE projects SET name = 'renamed' WHERE id = 'p199'").run();
  const killed = tempFolder("store");
  for (const end of ["", "-wal"]) copyFileSync(path.join(dir, `hearth.db${end}`), path.join(killed, `hearth.db${end}`));
  store.close();
  dir = killed;
  overwrite(path.join(dir, "hearth.db"), 4096 * 30, 4096);
}

describe("R49 a start that was cut off while it replaced a damaged store", () => {
  const aside = "hearth.db.corrupt-2025-01-01T00-00-00.000Z";
  const move = (end: string): void => renameSync(path.join(dir, `hearth.db${end}`), path.join(dir, aside + end));
  const steps: Record<string, () => void> = {
    "before the damaged one moved": () => {},
    "before its log moved": () => move(""),
    "while records came over": () => {
      move("");
      move("-wal");
      addHalf();
    },
  };
  /** A new store with some of it, whose log isn't in its file. */
  function addHalf(): void {
    const half = new Database(path.join(dir, "half.db"));
    half.pragma("journal_mode = WAL");
    migrate(half, "half.db", 1);
    half.exec("INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('half', 'p', '/h', '/h', 'git', 1)");
    for (const end of ["", "-wal", "-shm"]) copyFileSync(path.join(dir, `half.db${end}`), path.join(dir, `hearth.db.new${end}`));
    half.close();
  }
  for (const [name, step] of Object.entries(steps))
    it(`is ended by the next: ${name}`, () => {
      leaveDamaged();
      writeFileSync(path.join(dir, "hearth.db.new"), "");
      step();
      const again = open();
      expect(again.warnings.join()).toMatch(/records could be brought/);
      expect(projects(again)).toBeGreaterThan(100);
      expect(again.sqlite.prepare("SELECT name FROM projects WHERE id IN ('p199', 'half')").pluck().all()).toEqual(["renamed"]);
      again.close();
      expect(readdirSync(dir).filter((file) => file.startsWith("hearth.db.new"))).toEqual([]);
      const later = open();
      expect(later.warnings).toEqual([]);
      expect(projects(later)).toBeGreaterThan(100);
      later.close();
    });
});

it("R49 what only the log had when the core was killed comes over too", () => {
  leaveDamaged();
  const again = open();
  expect(again.warnings.join()).toMatch(/records could be brought/);
  expect(again.sqlite.prepare("SELECT name FROM projects WHERE id = 'p199'").pluck().get()).toBe("renamed");
  again.close();
});

function overwrite(file: string, at: number, bytes: number): void {
  const fd = openSync(file, "r+");
  writeSync(fd, Buffer.alloc(bytes, 0x5a), 0, bytes, at);
  closeSync(fd);
}

describe("migrations", () => {
  const steps = [
    { version: 1, name: "one", sql: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y');" },
    { version: 2, name: "two", sql: "ALTER TABLE t ADD COLUMN b TEXT;" },
  ];
  const connect = (): { sqlite: Database.Database; file: string } => {
    const file = path.join(dir, "m.db");
    return { sqlite: new Database(file), file };
  };

  it("R12 rolls the whole of a failing migration back, and leaves a backup from before", () => {
    const { sqlite, file } = connect();
    migrate(sqlite, file, 1, steps.slice(0, 1));
    const broken = [...steps, { version: 3, name: "three", sql: "CREATE TABLE u (a); INSERT INTO nowhere VALUES (1);" }];
    expect(migrate(sqlite, file, 2, broken)).toMatchObject({ ok: false, error: { code: "MIGRATION_FAILED" } });
    expect(sqlite.pragma("user_version", { simple: true })).toBe(1);
    expect(sqlite.prepare("SELECT name FROM pragma_table_info('t')").pluck().all()).toEqual(["a"]);
    expect(existsSync(`${file}.before-3-2`)).toBe(true);
    expect(migrate(sqlite, file, 3, steps)).toEqual({ ok: true, value: { from: 1, to: 2 } });
    sqlite.close();
  });

  it("R12 changes nothing where no backup can be made", () => {
    const { sqlite } = connect();
    migrate(sqlite, path.join(dir, "m.db"), 1, steps.slice(0, 1));
    expect(migrate(sqlite, path.join(dir, "gone", "m.db"), 2, steps)).toMatchObject({
      ok: false,
      error: { code: "MIGRATION_FAILED" },
    });
    expect(sqlite.pragma("user_version", { simple: true })).toBe(1);
    sqlite.close();
  });

  it("R12 refuses a migration that would lose rows", () => {
    const { sqlite, file } = connect();
    migrate(sqlite, file, 1, steps);
    const lossy = [...steps, { version: 3, name: "three", sql: "DELETE FROM t WHERE a = 'x';" }];
    expect(migrate(sqlite, file, 2, lossy)).toMatchObject({ ok: false });
    expect(sqlite.prepare("SELECT count(*) FROM t").pluck().get()).toBe(2);
    sqlite.close();
  });

  it("make a table anew that others refer to, and refuse one that would leave a reference without its row", () => {
    const { sqlite, file } = connect();
    const first = {
      version: 1,
      name: "one",
      sql: "CREATE TABLE a (id TEXT PRIMARY KEY); CREATE TABLE b (a TEXT REFERENCES a(id)); INSERT INTO a VALUES ('x'); INSERT INTO b VALUES ('x');",
    };
    const rebuild = (rows: string) =>
      `CREATE TABLE n (id TEXT PRIMARY KEY, more TEXT); ${rows}; DROP TABLE a; ALTER TABLE n RENAME TO a;`;
    migrate(sqlite, file, 1, [first]);
    const wrong = [first, { version: 2, name: "wrong", sql: rebuild("INSERT INTO n (id) VALUES ('y')") }];
    expect(migrate(sqlite, file, 2, wrong)).toMatchObject({ ok: false, error: { message: expect.stringContaining("Table b") } });
    expect(sqlite.prepare("SELECT id FROM a").pluck().all()).toEqual(["x"]);
    const right = [first, { version: 2, name: "right", sql: rebuild("INSERT INTO n (id) SELECT id FROM a") }];
    expect(migrate(sqlite, file, 3, right)).toEqual({ ok: true, value: { from: 1, to: 2 } });
    expect(sqlite.pragma("foreign_keys", { simple: true })).toBe(1);
    sqlite.close();
  });

  it("R57 have versions in order, one after the other", () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  });
});
