import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { createCheckpointRepository } from "../store/checkpoints.ts";
import { openStore, type Store } from "../store/open.ts";
import { readFolder } from "../testing/read-folder.ts";
import { createRepo, createTestFolder, type Repo, type TestFolder } from "../testing/repos.ts";
import { createCheckpointsService, type CheckpointsService } from "./checkpoints.ts";
import { createSnapshotStore, type GitSnapshotStore } from "./git-snapshot-store.ts";
import { value } from "../testing/value-of.ts";

let folder: TestFolder;
let store: Store;
let snapshots: GitSnapshotStore;
let service: CheckpointsService;
let repo: Repo;
let failAt: string | null = null;
let announced: string[] = [];
let restored: string[] = [];
const clock = manualClock();

beforeEach(() => {
  folder = createTestFolder();
  const opened = openStore(path.join(folder.path, "data"), clock.now());
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sqlite.exec(
    "INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('prj_1', 'p', '/p', '/p', 'git', 0)",
  );
  store.sqlite.exec("INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('ses_1', 'prj_1', '', 0, 0)");
  mkdirSync(path.join(folder.path, "stores"));
  snapshots = createSnapshotStore({
    git: folder.git,
    storesDir: path.join(folder.path, "stores"),
    clock,
    log: silentLog,
    maxUntrackedBytes: 1000,
  });
  [failAt, announced, restored] = [null, [], []];
  service = openService();
});
afterEach(async () => {
  await snapshots.dispose();
  store.close();
  folder.dispose();
});

function openService(): CheckpointsService {
  return createCheckpointsService({
    rows: createCheckpointRepository(store),
    snapshots,
    clock,
    log: silentLog,
    copyOf: (id) =>
      id === "ses_1"
        ? { projectId: "prj_1", projectPath: path.join(folder.path, "checkout"), copyId: "wcp_1", path: repo.path }
        : null,
    lease: () => () => {},
    announce: (id) => announced.push(id),
    onRestored: (_id, tree) => restored.push(tree),
    failpoint(label) {
      if (label === failAt) throw new Error(`cut off at ${label}`);
    },
  });
}

const take = (kind: "before-run" | "after-run" | "manual") => value(service.take("ses_1", kind, {}));
const restore = (id: string, dryRun = false) => value(service.restore(id, { dryRun }));
const files = () => readFolder(repo.path);

/** An agent's run that does `work`. */
async function run(work: () => void) {
  const before = await take("before-run");
  work();
  return { before, after: await take("after-run") };
}

describe("R10 a restore that is cut off", () => {
  for (const at of [0, 1, 2, 3])
    it(`before file ${at}: the next start ends it, and the state before can be had again`, async () => {
      repo = createRepo(folder);
      for (const name of ["a", "b", "c"]) repo.write(name, "before\n");
      const before = files();
      const { before: checkpoint } = await run(() => {
        repo.write("a", "agent\n");
        repo.remove("b");
        repo.write("d", "agent\n");
      });
      const after = files();
      failAt = `restore:${at}`;
      await expect(service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
      failAt = null;
      service = openService();
      const finished = await service.finishRestores();
      expect(finished).toMatchObject([{ sessionId: "ses_1", result: { ok: true, value: { conflicts: [] } } }]);
      expect(files()).toEqual(before);
      expect(await service.finishRestores()).toEqual([]);
      await restore(finished[0]?.checkpointBeforeId ?? "");
      expect(files()).toEqual(after);
    });

  for (const [from, to] of [
    ["file", "folder"],
    ["folder", "file"],
  ] as const)
    it(`R82 between a ${from} and a ${to}: the next start ends it without a conflict`, async () => {
      repo = createRepo(folder);
      const make = (kind: "file" | "folder"): void => repo.write(kind === "file" ? "x" : "x/inside", `${kind}\n`);
      make(to);
      repo.write("z", "before\n");
      const before = files();
      const { before: checkpoint } = await run(() => {
        rmSync(path.join(repo.path, "x"), { recursive: true });
        make(from);
        repo.write("z", "agent\n");
      });
      // Of the three entries the last is cut off: the kind has changed by then.
      failAt = "restore:2";
      await expect(service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
      failAt = null;
      const [finished] = await openService().finishRestores();
      expect(finished?.result).toMatchObject({ ok: true, value: { conflicts: [] } });
      expect(files()).toEqual(before);
    });

  it("leaves what was edited meanwhile, and says so", async () => {
    repo = createRepo(folder);
    for (const name of ["a", "b"]) repo.write(name, "before\n");
    const { before: checkpoint } = await run(() => {
      for (const name of ["a", "b"]) repo.write(name, "agent\n");
    });
    failAt = "restore:1";
    await expect(service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
    failAt = null;
    repo.write("b", "person\n");
    const [finished] = await openService().finishRestores();
    expect(finished?.result).toMatchObject({ ok: true, value: { changed: ["a"], conflicts: [{ path: "b" }] } });
    expect(files()["b"]).toBe(`644:${Buffer.from("person\n").toString("hex")}`);
  });
});
