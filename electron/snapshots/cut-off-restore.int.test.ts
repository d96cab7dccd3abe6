import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { createCheckpointsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";

let bench: CheckpointsBench;
let repo: Repo;
beforeEach(() => {
  bench = createCheckpointsBench();
});
afterEach(() => bench.dispose());

describe("R10 a restore that is cut off", () => {
  for (const at of [0, 1, 2, 3])
    it(`before file ${at}: the next start ends it, and the state before can be had again`, async () => {
      repo = bench.use(createRepo(bench.folder));
      for (const name of ["a", "b", "c"]) repo.write(name, "before\n");
      const before = bench.files();
      const { before: checkpoint } = await bench.run(() => {
        repo.write("a", "agent\n");
        repo.remove("b");
        repo.write("d", "agent\n");
      });
      const after = bench.files();
      bench.state.failAt = `restore:${at}`;
      await expect(bench.service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
      bench.state.failAt = null;
      bench.reopen();
      const finished = await bench.service.finishRestores();
      expect(finished).toMatchObject([{ sessionId: "ses_1", result: { ok: true, value: { conflicts: [] } } }]);
      expect(bench.files()).toEqual(before);
      expect(await bench.service.finishRestores()).toEqual([]);
      await bench.restore(finished[0]?.checkpointBeforeId ?? "");
      expect(bench.files()).toEqual(after);
    });

  for (const [from, to] of [
    ["file", "folder"],
    ["folder", "file"],
  ] as const)
    it(`R82 between a ${from} and a ${to}: the next start ends it without a conflict`, async () => {
      repo = bench.use(createRepo(bench.folder));
      const make = (kind: "file" | "folder"): void => repo.write(kind === "file" ? "x" : "x/inside", `${kind}\n`);
      make(to);
      repo.write("z", "before\n");
      const before = bench.files();
      const { before: checkpoint } = await bench.run(() => {
        rmSync(path.join(repo.path, "x"), { recursive: true });
        make(from);
        repo.write("z", "agent\n");
      });
      // Of the three entries the last is cut off: the kind has changed by then.
      bench.state.failAt = "restore:2";
      await expect(bench.service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
      bench.state.failAt = null;
      const [finished] = await bench.service.finishRestores();
      expect(finished?.result).toMatchObject({ ok: true, value: { conflicts: [] } });
      expect(bench.files()).toEqual(before);
    });

  it("leaves what was edited meanwhile, and says so", async () => {
    repo = bench.use(createRepo(bench.folder));
    for (const name of ["a", "b"]) repo.write(name, "before\n");
    const { before: checkpoint } = await bench.run(() => {
      for (const name of ["a", "b"]) repo.write(name, "agent\n");
    });
    bench.state.failAt = "restore:1";
    await expect(bench.service.restore(checkpoint.id, { dryRun: false })).rejects.toThrow("cut off");
    bench.state.failAt = null;
    repo.write("b", "person\n");
    const [finished] = await bench.service.finishRestores();
    expect(finished?.result).toMatchObject({ ok: true, value: { changed: ["a"], conflicts: [{ path: "b" }] } });
    expect(bench.files()["b"]).toBe(`644:${Buffer.from("person\n").toString("hex")}`);
  });
});
