import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { CatFile } from "./cat-file.ts";
import { GitProgram } from "./git.ts";

let folder: TestFolder;
let repo: Repo;
let git: GitProgram;
let clock: ManualClock;
let blobs: CatFile;
let started: number;

beforeEach(() => {
  folder = createTestFolder();
  repo = createRepo(folder);
  git = new GitProgram({ program: "git", env: folder.env });
  clock = new ManualClock();
  started = 0;
  const counted = {
    run: git.run.bind(git),
    start: (...call: Parameters<GitProgram["start"]>) => ((started += 1), git.start(...call)),
  };
  blobs = new CatFile(counted, { cwd: repo.path, env: {} }, clock);
});

afterEach(async () => {
  await blobs.close();
  await git.close(0);
  folder.dispose();
});

function store(content: string | Uint8Array): string {
  repo.write("a", content);
  return repo.git("hash-object", "-w", "--no-filters", "a");
}

it("reads blobs of any bytes in one process, as many as hold together, and goes on after one that isn't there", async () => {
  const contents = ["", "text\n", "blob 3\nabc\n", Buffer.from([0, 10, 255, 0]), "x".repeat(300_000)];
  const oids = contents.map(store);
  const all = await blobs.readFirst(oids, 1_000_000);
  expect(all.ok && oids.map((oid) => all.value.get(oid)?.toString("hex"))).toEqual(
    contents.map((content) => Buffer.from(content).toString("hex")),
  );
  expect(await blobs.readFirst(["1".repeat(40), oids[1] ?? ""], 500)).toMatchObject({ ok: false, error: { type: "exit" } });
  expect(await blobs.readOne(oids[4] ?? "", 10)).toMatchObject({ ok: false, error: { type: "output-too-large" } });
  expect(await blobs.sizes([oids[1] ?? "", "1".repeat(40)])).toEqual({ ok: true, value: [5, null] });
  const later = store("made since");
  expect((await blobs.readOne(later, 100)).ok).toBe(true);
  expect(started).toBe(1);
});

it("doesn't wait for what is more than may be held together, and answers as before after it", async () => {
  const oids = ["one\n", "x".repeat(5_000_000), "three\n"].map(store);
  for (let round = 0; round < 2; round += 1) {
    const some = await blobs.readFirst(oids, 50);
    expect(some.ok && [...some.value.keys()]).toEqual(oids.slice(0, 1));
  }
  expect((await blobs.readFirst(oids.toReversed(), 50)).ok).toBe(true);
  expect(await blobs.readOne(oids[2] ?? "", 100)).toEqual({ ok: true, value: Buffer.from("three\n") });
});

it("reads trees, and tells what is of another kind without losing its place", async () => {
  const oid = store("text\n");
  repo.commit();
  const tree = repo.git("rev-parse", "HEAD^{tree}").trim();
  const read = await blobs.readTrees([tree]);
  expect(read.ok && [...(read.value.get(tree) ?? [])]).toEqual([["a", { mode: "100644", oid }]]);
  expect(await blobs.readTrees([oid])).toMatchObject({ ok: false });
  expect(await blobs.readOne(tree, 1000)).toMatchObject({ ok: false });
  expect(await blobs.stream(tree, () => Promise.reject(new Error("given")))).toMatchObject({ ok: false });
  expect((await blobs.readOne(oid, 1000)).ok).toBe(true);
  expect(started).toBe(1);
});

it("gives a large one part by part; who breaks off doesn't spoil the next answer", async () => {
  const bytes = Buffer.alloc(3_000_000, "0123456789");
  const oid = store(bytes);
  const parts: Uint8Array[] = [];
  const whole = await blobs.stream(oid, async (part) => {
    await Promise.resolve();
    parts.push(Buffer.from(part));
  });
  expect(whole.ok).toBe(true);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(parts.length).toBeGreaterThan(10);
  await expect(blobs.stream(oid, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(await blobs.sizes([oid])).toEqual({ ok: true, value: [bytes.length] });
  expect(started).toBe(2);
});

it("ends when nothing was asked for a while, and begins anew", async () => {
  const oid = store("text\n");
  await blobs.sizes([oid]);
  clock.advance(60_000);
  expect((await blobs.readOne(oid, 10)).ok).toBe(true);
  expect(started).toBe(2);
  await blobs.close();
  expect(await blobs.sizes([oid])).toMatchObject({ ok: false });
});
