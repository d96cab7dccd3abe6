import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock, systemClock, type Clock } from "../lib/clock.ts";
import { silentLog, type Log } from "../lib/log.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { until } from "../testing/until.ts";
import { LiveChanges } from "./live-changes.ts";

let bench: ChangesBench;
let live: LiveChanges;
let looks = 0;
const warnings: unknown[] = [];

beforeEach(async () => {
  bench = await createChangesBench((project) => {
    project.write(".gitignore", "node_modules/\n*.log\n");
    project.write("a.txt", "one\n");
    project.write("src/b.txt", "b\n");
  });
  live = create();
  looks = 0;
});

afterEach(async () => {
  live.dispose();
  await bench.dispose();
});

function create(options: { maxFolders?: number; clock?: Clock } = {}): LiveChanges {
  const log: Log = { ...silentLog, warn: (...warning) => void warnings.push(warning) };
  return new LiveChanges({
    snapshots: bench.snapshots,
    copyOf: () => bench.ref,
    recount: (id) => {
      looks += 1;
      return bench.changes.recount(id);
    },
    clock: systemClock,
    log,
    ...options,
  });
}

/** Another program does it, as a terminal or an editor would. */
const shell = (script: string): void => void execFileSync("sh", ["-c", script], { cwd: bench.copy.path });
const files = (): number => bench.counts.of(sessionId).files;

async function whenLive(): Promise<AbortController> {
  const reading = new AbortController();
  const reader = live.follow(sessionId, reading.signal);
  for (let isLive = false; !isLive;) isLive = (await reader.next()).value === true;
  return reading;
}

/** What the system says that this process watches. */
function watches(): number {
  const infos = readdirSync("/proc/self/fdinfo").flatMap((fd) => {
    try {
      return [readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")];
    } catch {
      return []; // Closed since it was listed.
    }
  });
  return infos.join("").split("inotify wd:").length - 1;
}

it("what another program writes is counted by itself, in folders that come later too", async () => {
  await whenLive();
  expect(files()).toBe(0);
  shell("echo two >> a.txt");
  await until(() => files() === 1, "the edit");
  shell("mkdir -p src/new/deep");
  await until(() => watches() >= 5, "watches of the new folders");
  shell("echo x > src/new/deep/x.txt");
  await until(() => files() === 2, "a file in a folder that was empty");
  shell("rm -r src/new && git checkout -q -- a.txt");
  await until(() => files() === 0, "the way back");
  expect(bench.counts.of(sessionId)).toEqual({ files: 0, additions: 0, deletions: 0 });
});

it.runIf(process.platform === "linux")("what git ignores is neither watched nor looked at", async () => {
  const idle = watches();
  await whenLive();
  await until(() => live.treeOf(sessionId), "a look");
  const before = { watches: watches(), looks };
  shell("mkdir -p node_modules/a/b node_modules/c && touch node_modules/a/b/x && echo x >> debug.log");
  shell("for i in 1 2 3; do echo x >> debug.log; touch node_modules/c/$i; done");
  await live.treeOf(sessionId);
  expect({ watches: watches(), looks }).toEqual(before);
  shell("echo x > seen.txt");
  await until(() => files() === 1, "what isn't ignored");
  live.dispose();
  await until(() => watches() === idle, "the end of all watches");
});

it.runIf(process.platform === "linux")("the watch ends a while after the last who reads it, and not before", async () => {
  const idle = watches();
  live.dispose();
  const clock = new ManualClock();
  live = create({ clock });
  const first = new AbortController();
  const second = new AbortController();
  const readers = [live.follow(sessionId, first.signal), live.follow(sessionId, second.signal)];
  for (const reader of readers) await reader.next();
  await live.treeOf(sessionId);
  await until(() => watches() > idle, "the watch");
  first.abort();
  await readers[0]?.return(true);
  clock.advance(60_000);
  expect(watches()).toBeGreaterThan(idle);
  second.abort();
  await readers[1]?.return(true);
  clock.advance(29_000);
  expect(watches()).toBeGreaterThan(idle);
  clock.advance(1_000);
  await until(() => watches() === idle, "the end of the watch");
});

it("whoever asks for the tree gets that of the files as they are, and costs nothing where nothing happened", async () => {
  await whenLive();
  const first = await live.treeOf(sessionId);
  const before = looks;
  expect(await live.treeOf(sessionId)).toBe(first);
  if (process.platform === "linux") expect(looks).toBe(before);
  shell("echo more >> a.txt");
  const now = await live.treeOf(sessionId);
  expect(now).toBe(must(await bench.snapshots.snapshot(bench.ref)).tree);
  expect([now === first, files()]).toEqual([false, 1]);
});

it("counts and list agree after a checkout, reject, apply, restore and commit, and all readers are told", async () => {
  await whenLive();
  const agree = async (what: string): Promise<void> => {
    await until(async () => {
      const listed = must(await bench.changes.list(sessionId, { diff: false }));
      const additions = listed.reduce((sum, change) => sum + change.additions, 0);
      const count = bench.counts.of(sessionId);
      return count.files === listed.length && count.additions === additions;
    }, what);
  };
  const settledAt = async (count: number, what: string): Promise<void> => {
    await until(() => files() === count, what);
    await agree(what);
  };
  shell("echo 1 >> a.txt; echo 2 >> src/b.txt; echo 3 > c.txt");
  await settledAt(3, "three edits");
  const kept = must(await bench.kept.take(sessionId, "manual", {}));
  must(await bench.changes.reject(sessionId, { paths: ["c.txt"] }));
  await settledAt(2, "a reject");
  must(await bench.kept.restore(kept.id, { dryRun: false }));
  await settledAt(3, "a restore");
  must(await bench.changes.apply(sessionId, { paths: ["a.txt"], dryRun: false }));
  await settledAt(2, "an apply");
  must(await bench.commits.commit(sessionId, "one"));
  await agree("a commit");
  shell("git checkout -q -- src/b.txt");
  await settledAt(1, "a checkout");
  expect(bench.updates.filter((update) => update.type === "changes").length).toBeGreaterThan(4);
});

it("where it can't be watched it says so, and is looked at when something comes to rest", async () => {
  live.dispose();
  live = create({ maxFolders: 1 });
  live.use(sessionId);
  await until(() => warnings.length > 0, "word that it isn't watched");
  expect(warnings.at(-1)).toMatchObject(["changes.not-watched", { path: bench.copy.path }]);
  shell("echo two >> a.txt");
  live.nudge(sessionId);
  await until(() => files() === 1, "the edit");
  expect((await live.follow(sessionId).next()).value).toBe(false);
  shell("echo two >> src/b.txt");
  await live.treeOf(sessionId);
  expect(files()).toBe(2);
});

it("the count is kept for the next core", async () => {
  shell("echo two >> a.txt");
  await live.treeOf(sessionId);
  expect(bench.savedCount()).toEqual({ files: 1, additions: 1, deletions: 0 });
});
