import { afterEach, describe, expect, it } from "vitest";
import { ok } from "../../shared/result.ts";
import { Crash, createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";
import { silentLog } from "../lib/log.ts";
import { Leases } from "../working-copies/leases.ts";
import { FileSets } from "./file-sets.ts";

let bench: ChangesBench;
/** The project's files at first, and as an agent left them in the working copy. */
let original: Record<string, string>;
let worked: Record<string, string>;
let target: string;
const all = { dryRun: false };

afterEach(() => bench.dispose());

/** Every verb that writes files: what it needs, what it does, the folder it writes in and what is there then. */
const verbs = [
  {
    verb: "apply",
    into: "project",
    ready: () => Promise.resolve(),
    act: () => bench.changes.apply(sessionId, all),
    after: () => worked,
  },
  {
    verb: "revert",
    into: "project",
    ready: async () => void must(await bench.changes.apply(sessionId, all)),
    act: () => bench.changes.revert(sessionId, all),
    after: () => original,
  },
  {
    verb: "reject",
    into: "copy",
    ready: () => Promise.resolve(),
    act: () => bench.changes.reject(sessionId, {}),
    after: () => original,
  },
  {
    verb: "restore",
    into: "copy",
    ready: async () => {
      target = must(await bench.kept.take(sessionId, "manual")).id;
      bench.copy.write("a.txt", "two\n");
      bench.copy.write("b.txt", "two\n");
      bench.copy.remove("new");
    },
    act: () => bench.kept.restore(target, all),
    after: () => worked,
  },
] as const;

async function begin(ready: () => Promise<void>): Promise<void> {
  bench = await createChangesBench((project) => {
    project.write("a.txt", "one\n");
    project.write("b.txt", "b\n");
  });
  original = readFolder(bench.project.path);
  bench.copy.write("a.txt", "ONE\n");
  bench.copy.remove("b.txt");
  bench.copy.write("new/c.txt", "c\n");
  worked = readFolder(bench.copy.path);
  await ready();
}

describe.each(verbs)("$verb", ({ verb, into, ready, act, after }) => {
  it("keeps runs out of every folder it touches while it writes, is refused where one is, and gives them back", async () => {
    await begin(ready);
    const folder = bench[into].path;
    const before = readFolder(folder);
    bench.state.busy.add(into === "copy" ? "wcp_1" : "checkout");
    expect(await act()).toMatchObject({ ok: false, error: { code: "WORKING_COPY_BUSY", data: { folder } } });
    expect(readFolder(folder)).toEqual(before);
    expect([...bench.state.leased]).toEqual([]);
    bench.state.busy.clear();
    const held = new Set<string>();
    bench.state.onLabel = (label) => {
      if (label.startsWith(`${verb}:`)) held.add([...bench.state.leased].toSorted().join(" "));
    };
    expect((await act()).ok).toBe(true);
    expect(readFolder(folder)).toEqual(after());
    expect([...held]).toEqual([into === "copy" ? "wcp_1" : "checkout wcp_1"]);
    expect([...bench.state.leased]).toEqual([]);
  });

  it.each(["planned", "0", "1", "2", "3"])(
    "R9 R10 cut off at %s: the next start leaves the folder as it should be, and no journal",
    async (step) => {
      await begin(ready);
      const folder = bench[into].path;
      const before = readFolder(folder);
      bench.state.failAt = `${verb}:${step}`;
      await expect(act()).rejects.toThrow(Crash);
      bench.state.failAt = null;
      bench.changes = await bench.fresh();
      // Of a set that was only planned nothing is known to be wanted, but a restore that has its checkpoint goes on.
      expect(readFolder(folder)).toEqual(step === "planned" && verb !== "restore" ? before : after());
      expect(await bench.deps.store.unfinishedSets()).toEqual([]);
      expect(await bench.kept.finishRestores()).toEqual([]);
    },
  );
});

it("R10 a restore that an older Hearth began, with its checkpoint and no journal, is ended too", async () => {
  const [, , , restore] = verbs;
  await begin(restore.ready);
  bench.state.failAt = "restore:planned";
  await expect(restore.act()).rejects.toThrow(Crash);
  bench.state.failAt = null;
  // As it was left then: some of the files written, and nothing of them in the journal.
  for (const row of await bench.deps.store.unfinishedSets()) await bench.deps.store.setState(row.id, "undone");
  bench.copy.write("a.txt", "ONE\n");
  bench.changes = await bench.fresh();
  expect(readFolder(bench.copy.path)).toEqual(worked);
  expect(await bench.kept.finishRestores()).toEqual([]);
});

it("keeps an apply out of a checkout in which a session in place is at work, and its runs out while one is written", async () => {
  await begin(() => Promise.resolve());
  const leases = new Leases({ log: silentLog });
  const { store, snapshots, clock } = bench.deps;
  const lease = (of: { copyId: string; path: string }) => leases.take(of.copyId, of.path);
  bench.deps.fileSets = new FileSets({ rows: store, snapshots, clock, log: silentLog, lease });
  const inPlace = { runId: "run_1", workingCopyId: "wcp_in_place", folder: bench.project.path };
  leases.wait(inPlace);
  leases.begin("run_1");
  const folder = bench.project.path;
  expect(await bench.changes.apply(sessionId, all)).toMatchObject({
    ok: false,
    error: { code: "WORKING_COPY_BUSY", data: { folder } },
  });
  expect(readFolder(folder)).toEqual(original);
  leases.end("run_1");
  const { copy, checkout } = bench.deps.copies.find(sessionId) ?? { copy: bench.ref, checkout: bench.ref };
  const held = await bench.deps.fileSets.exclusively([copy, checkout], () =>
    Promise.resolve(ok([leases.take("wcp_1"), leases.take("wcp_in_place", folder)])),
  );
  expect(held).toEqual({ ok: true, value: [null, null] });
  expect((await bench.changes.apply(sessionId, all)).ok).toBe(true);
  expect(readFolder(folder)).toEqual(worked);
});
