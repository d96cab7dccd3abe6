import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { createCheckpointsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";
import { until } from "../testing/until.ts";
import { value } from "../testing/value-of.ts";

let bench: CheckpointsBench;
let repo: Repo;
beforeEach(async () => {
  bench = createCheckpointsBench();
  repo = bench.use(createRepo(bench.folder));
  repo.write("old", "old\n");
  repo.write("gone", "gone\n");
  bench.state.lastRevision = (await bench.take("manual")).revisionId;
});
afterEach(() => bench.dispose());

/** The moment that the prompt goes out, later than everything written so far as a file system tells time. */
async function promptSent(): Promise<number> {
  const start = Date.now();
  await until(() => Date.now() > start + 120, "the clock to move on");
  const sent = Date.now();
  await until(() => Date.now() > sent + 20, "the clock to move on");
  return sent;
}

function agentEdits(): void {
  repo.write("old", "agent\n");
  repo.write("new/file", "agent\n");
  repo.remove("gone");
  // A time of its own choosing doesn't make it earlier.
  utimesSync(path.join(repo.path, "old"), 1000, 1000);
}

const takeBefore = (moment: number) => bench.service.take("ses_1", "before-run", { runId: "run_1", moment: () => moment });

it("one that is taken late is of the moment the prompt went out: the person's edits in it, the agent's not", async () => {
  repo.write("person", "person\n");
  const moment = await promptSent();
  const before = bench.files();
  agentEdits();
  const checkpoint = await value(takeBefore(moment));
  await bench.service.take("ses_1", "after-run", { runId: "run_1" });
  repo.write("later", "person\n");
  const restored = await bench.restore(checkpoint.id);
  expect(restored).toMatchObject({ conflicts: [] });
  expect(restored.changed.toSorted()).toEqual(["gone", "new/file", "old"]);
  expect(bench.files()).toEqual({ ...before, later: `644:${Buffer.from("person\n").toString("hex")}` });
});

it("one that is taken late, where a file has taken a folder's place since", async () => {
  repo.write("folder/file", "file\n");
  bench.state.lastRevision = (await bench.take("manual")).revisionId;
  const moment = await promptSent();
  const before = bench.files();
  repo.remove("folder");
  repo.write("folder", "agent\n");
  const checkpoint = await value(takeBefore(moment));
  await bench.service.take("ses_1", "after-run", { runId: "run_1" });
  await bench.restore(checkpoint.id);
  expect(bench.files()).toEqual(before);
});

it("one that fails in a store that takes no writes is had when the run ends, and the agent's files are the agent's", async () => {
  const stores = path.join(bench.folder.path, "stores");
  const indexes = path.join(stores, readdirSync(stores).find((name) => name.endsWith(".git")) ?? "", "copies");
  repo.write("person", "person\n");
  // A folder where the index must be: git can neither read nor replace it.
  const index = path.join(indexes, "wcp_1.index");
  rmSync(index);
  mkdirSync(index);
  writeFileSync(path.join(index, "in-the-way"), "");
  const moment = await promptSent();
  const before = bench.files();
  expect((await takeBefore(moment).catch(() => ({ ok: false }))).ok).toBe(false);
  agentEdits();
  rmSync(index, { recursive: true });
  const late = await value(takeBefore(moment));
  await bench.service.take("ses_1", "after-run", { runId: "run_1" });
  await bench.restore(late.id);
  expect(bench.files()).toEqual(before);
});

it("a run whose end was never kept: what it left is the agent's all the same", async () => {
  const before = bench.files();
  const checkpoint = await bench.take("before-run");
  agentEdits();
  const restored = await bench.restore(checkpoint.id);
  expect(restored.conflicts).toEqual([]);
  expect(bench.files()).toEqual(before);
});
