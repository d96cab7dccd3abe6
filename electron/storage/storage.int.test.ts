import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { StorageRepository } from "../store/storage.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { until } from "../testing/until.ts";
import { readFolder } from "../testing/read-folder.ts";
import { folderSize } from "../lib/folder-size.ts";
import { keptDaysAfterRemoval } from "../../shared/kept-after-removal.ts";
import { StorageService } from "./storage-service.ts";

let bench: ChangesBench;
/** How often a store was tidied. */
let collected: number;
afterEach(() => bench.dispose());

const dayMs = 24 * 3_600_000;
const megabyte = 1024 ** 2;

async function begin(maxSnapshotsBytes: number): Promise<{ storage: StorageService; dataDir: string }> {
  bench = await createChangesBench((project) => project.write("a.txt", "one\n"));
  const { ref } = bench;
  const dataDir = bench.folder.path;
  collected = 0;
  const storage = new StorageService({
    rows: new StorageRepository(bench.rows),
    dataDir,
    projects: () => [{ id: "prj_1", name: "p", path: bench.project.path }],
    copies: () => [
      {
        ...ref,
        id: "wcp_1",
        sessionId,
        kind: "worktree",
        branch: null,
        detachedAt: null,
        folder: "",
        baseCommit: null,
        baseRef: null,
        state: "ready",
        detail: null,
        baselineTree: bench.baseline(),
        revisionTree: null,
        gitBase: null,
      },
    ],
    whyLost: ({ id }) => `${id} is lost`,
    collect: (copy, kept) => {
      collected += 1;
      return bench.snapshots.collect(copy, kept, { grace: 0 });
    },
    clock: bench.clock,
    log: silentLog,
    signal: new AbortController().signal,
    maxSnapshotsBytes,
  });
  return { storage, dataDir };
}

it("brings a project under its limit: the oldest automatic checkpoints go, their room comes free, the rest can be had", async () => {
  const { storage, dataDir } = await begin(3 * megabyte);
  bench.copy.write("mine", "by hand\n");
  const mine = must(await bench.kept.take(sessionId, "manual"));
  const taken = [];
  const contents = Array.from({ length: 8 }, () => randomBytes(megabyte));
  for (const [at, content] of contents.entries()) {
    bench.clock.advance(1000);
    bench.copy.write("big", content);
    taken.push(must(await bench.kept.take(sessionId, "after-run", { runId: `run_${at}` })));
  }
  bench.clock.advance(2 * 3_600_000);
  must(await bench.snapshots.secure(bench.ref));
  const store = path.join(dataDir, "snapshots", "prj_1.git");
  const before = await folderSize(store, new AbortController().signal);
  const dry = must(await storage.free({ dryRun: true }));
  expect(dry.checkpoints).toBeGreaterThan(0);
  expect(must(bench.kept.list(sessionId))).toHaveLength(9);
  const freed = must(await storage.free({ dryRun: false }));
  const after = await folderSize(store, new AbortController().signal);
  expect(after).toBeLessThan(3 * megabyte);
  expect(freed.snapshotsBytes).toBe(before - after);
  const left = must(bench.kept.list(sessionId)).map((one) => one.id);
  expect(left).toContain(mine.id);
  expect(left[0]).toBe(taken.at(-1)?.id);
  expect(left.length).toBe(9 - freed.checkpoints);
  // What stayed is whole: snapshots, the changes that wait, and a restore of each.
  expect(must(await bench.changes.list(sessionId, { diff: false })).map((change) => change.path)).toEqual(["big", "mine"]);
  must(await bench.kept.restore(mine.id, { dryRun: false }));
  must(await bench.kept.restore(left[0] ?? "", { dryRun: false }));
  expect(readFolder(bench.copy.path)["big"]).toBe(`644:${contents.at(-1)?.toString("hex")}`);
});

it("lets what is left of a deleted session go after thirty days, with its outputs and those that nobody knows", async () => {
  const { storage, dataDir } = await begin(1024 * megabyte);
  const { sqlite } = bench.rows;
  const now = bench.clock.now();
  sqlite.exec(`INSERT INTO sessions (id, project_id, title, created_at, updated_at, removed_at) VALUES ('ses_old', 'prj_1', 'old', 0, 0, ${now});
    INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES ('cht_old', 'ses_old', 1, '', 0);
    INSERT INTO runs (id, chat_id, session_id, working_copy_id, agent_id, status, prompt, created_at, ended_at)
      VALUES ('run_old', 'cht_old', 'ses_old', 'wcp_old', 'practice', 'completed', '[]', 0, 1);
    INSERT INTO run_events (run_id, chat_id, seq, type, at, payload) VALUES ('run_old', 'cht_old', 1, 'assistant.delta', 0, '{"text":"hello"}');
    INSERT INTO transcript_lines (chat_id, agent_id, agent_session_id, line) VALUES ('cht_old', 'claude', 's', '{"text":"hello"}');
    INSERT INTO checkpoints (id, session_id, kind, tree, commit_id, created_at) VALUES ('chk_old', 'ses_old', 'before-removal', 't', 'c', 0);`);
  const [old, unknown] = [
    ["outputs/run_old", "assistant/cht_old"],
    ["outputs/run_unknown", "assistant/cht_unknown"],
  ];
  for (const folder of [...old, ...unknown].map((each) => path.join(dataDir, each))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "t.txt"), "x".repeat(1000));
  }
  const exist = (folders: string[]): boolean[] => folders.map((folder) => existsSync(path.join(dataDir, folder)));
  bench.clock.advance((keptDaysAfterRemoval - 1) * dayMs);
  expect(must(await storage.free({ dryRun: false }))).toMatchObject({ sessions: 0, checkpoints: 0, outputsBytes: 2000 });
  expect(exist([...old, ...unknown])).toEqual([true, true, false, false]);
  const session = (await storage.report()).projects[0]?.sessions.find((one) => one.sessionId === "ses_old");
  expect(session).toMatchObject({ title: "old", checkpoints: 1, eventsBytes: 16, outputsBytes: 2000, worktreeBytes: null });
  expect(session?.whyLost).toBe("ses_old is lost");
  expect((await storage.report()).projects[0]?.sessions[0]).toMatchObject({ sessionId, removedAt: null, whyLost: null });
  bench.clock.advance(2 * dayMs);
  expect(must(await storage.free({ dryRun: false }))).toMatchObject({
    sessions: 1,
    checkpoints: 1,
    eventsBytes: 16,
    outputsBytes: 2000,
  });
  expect(exist(old)).toEqual([false, false]);
  expect((await storage.report()).projects[0]?.sessions.map((one) => one.sessionId)).toEqual([sessionId]);
  for (const table of ["run_events", "transcript_lines"])
    expect(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
});

it("looks every hour, and tidies only a store in which something can have become free", async () => {
  const { storage } = await begin(1);
  must(await bench.kept.take(sessionId, "manual"));
  await bench.snapshots.secure(bench.ref);
  // A git that waits for more questions has had its time before the looks are counted.
  bench.clock.advance(3_600_000);
  storage.start();
  const nextHour = async (): Promise<void> => {
    const waiting = bench.clock.pending();
    bench.clock.advance(3_600_000);
    await until(() => bench.clock.pending() >= waiting, "the next look to be planned");
  };
  await nextHour();
  expect(collected).toBe(1);
  await nextHour();
  expect(collected).toBe(1);
  must(await storage.free({ dryRun: false }));
  expect(collected).toBe(2);
  await storage.dispose();
  expect(bench.clock.pending()).toBe(0);
});
