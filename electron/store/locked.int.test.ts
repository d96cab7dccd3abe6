import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock, type Clock } from "../lib/clock.ts";
import { holdLock } from "../testing/hold-lock.ts";
import { storeFault } from "./faults.ts";
import { openStore, type Store } from "./open.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "hearth-locked-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(clock?: Clock): Store {
  const opened = openStore(dir, Date.UTC(2026, 0, 1), clock);
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`);
  return opened.value;
}

function addProject(store: Store): void {
  store.sqlite.exec("INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'n', '/p', '/p', 'git', 1)");
}

const projects = (store: Store): number => Number(store.sqlite.prepare("SELECT count(*) FROM projects").pluck().get());

it("R53 waits for another process's lock instead of failing, without blocking anything", async () => {
  const clock = new ManualClock();
  const store = open(clock);
  const letGo = await holdLock(dir);
  expect(() => store.write(() => addProject(store))).toThrow("database is locked");
  let written = false;
  const waiting = store.writeOnceFree(() => addProject(store)).then(() => (written = true));
  clock.advance(15_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toBe(false);
  await letGo();
  clock.advance(100);
  await waiting;
  expect(projects(store)).toBe(1);
  store.close();
});

it("R53 gives up a write that somebody waits for after 20 s, as the store's fault", async () => {
  const clock = new ManualClock();
  const store = open(clock);
  const letGo = await holdLock(dir);
  const waiting = store.writeOnceFree(() => addProject(store)).catch((error: unknown) => storeFault(error));
  clock.advance(20_000);
  expect(await waiting).toBe("busy");
  await letGo();
  expect(projects(store)).toBe(0);
  store.close();
});

it("R53 keeps what nobody waits for, in order, and writes it before anything that comes after", async () => {
  const clock = new ManualClock();
  const store = open(clock);
  const said: string[] = [];
  const failures: string[] = [];
  store.notSaved.on(({ what }) => failures.push(what));
  addProject(store);
  const rename = (name: string): void =>
    store.keep(() => void store.sqlite.prepare("UPDATE projects SET name = name || ?").run(name), {
      saved: () => said.push(name),
    });
  store.write(() => store.sqlite.exec("UPDATE projects SET name = ''"));
  const nameOf = (): unknown => store.sqlite.prepare("SELECT name FROM projects").pluck().get();
  const letGo = await holdLock(dir);
  rename("a");
  rename("b");
  store.keep(() => {
    throw new Error("never right");
  });
  clock.advance(15_000);
  expect({ name: nameOf(), said, failures }).toEqual({ name: "", said: [], failures: ["kept"] });
  await letGo();
  store.write(() => store.sqlite.exec("UPDATE projects SET name = name || 'c'"));
  expect({ name: nameOf(), said, failures }).toEqual({ name: "abc", said: ["a", "b"], failures: ["kept", "dropped"] });
  expect(clock.pending()).toBe(0);
  store.close();
});

it("R53 writes what is kept by itself as soon as the lock is gone, and at the close at the latest", async () => {
  const clock = new ManualClock();
  const store = open(clock);
  const letGo = await holdLock(dir);
  store.keep(() => addProject(store));
  clock.advance(15_000);
  await letGo();
  clock.advance(5_000);
  expect(projects(store)).toBe(1);
  const again = await holdLock(dir);
  store.keep(() => void store.sqlite.exec("UPDATE projects SET name = 'last'"));
  await again();
  store.close();
  const next = open();
  expect(next.sqlite.prepare("SELECT name FROM projects").pluck().get()).toBe("last");
  next.close();
});
