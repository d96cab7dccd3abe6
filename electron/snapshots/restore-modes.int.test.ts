import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRepo, type Repo } from "../testing/repos.ts";
import { createCheckpointsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";

let bench: CheckpointsBench;
let repo: Repo;
beforeEach(() => {
  bench = createCheckpointsBench();
  repo = bench.use(createRepo(bench.folder));
});
afterEach(() => bench.dispose());

const text = (name: string): string => readFileSync(path.join(repo.path, name), "utf8");

async function byHand(name: string, content: string) {
  repo.write(name, content);
  return bench.take("manual");
}

describe("restoring exactly", () => {
  it("gives the checkpoint's content, also after other restores", async () => {
    const versions = [];
    for (const version of ["v1\n", "v2\n", "v3\n", "v4\n"]) versions.push(await byHand("a.txt", version));
    await bench.restore(versions[0]?.id ?? "");
    expect(text("a.txt")).toBe("v1\n");
    const back = await bench.restore(versions[2]?.id ?? "");
    expect(text("a.txt")).toBe("v3\n");
    expect(back).toMatchObject({
      mode: "exact",
      changes: [{ path: "a.txt", operation: "edit", additions: 1, deletions: 1 }],
      kept: [],
    });
    await bench.restore(back.checkpointBeforeId ?? "");
    expect(text("a.txt")).toBe("v1\n");
  });

  it("takes a person's later edits along where that is asked for, and can be undone", async () => {
    const first = await byHand("a.txt", "first\n");
    repo.write(".gitignore", "secret\n");
    await bench.run(() => repo.write("b.txt", "agent\n"));
    repo.write("a.txt", "by hand\n");
    repo.write("secret", "mine\n");
    const before = bench.files();
    const preview = await bench.restore(first.id, true, "exact");
    const done = await bench.restore(first.id, false, "exact");
    expect(done.changes).toEqual(preview.changes);
    expect(done.changes.map(({ path: at, operation }) => `${operation} ${at}`)).toEqual([
      "delete .gitignore",
      "edit a.txt",
      "delete b.txt",
    ]);
    expect(text("a.txt")).toBe("first\n");
    expect(text("secret")).toBe("mine\n");
    await bench.restore(done.checkpointBeforeId ?? "");
    expect(bench.files()).toEqual(before);
  });
});

describe("taking back what agents did since", () => {
  it("keeps a person's edits since, and lists them before and after", async () => {
    repo.write("hand.txt", "then\n");
    const { before } = await bench.run(() => repo.write("agent.txt", "agent\n"));
    repo.write("hand.txt", "since\n");
    const preview = await bench.restore(before.id, true);
    expect(preview).toMatchObject({
      mode: "agents",
      changes: [{ path: "agent.txt", operation: "delete" }],
      kept: [{ path: "hand.txt", reason: "It was edited by hand since." }],
    });
    const done = await bench.restore(before.id);
    expect({ ...done, checkpointBeforeId: null }).toEqual(preview);
    expect(text("hand.txt")).toBe("since\n");
  });

  it("changes nothing where no agent did, and says what differs", async () => {
    const first = await byHand("a.txt", "v1\n");
    repo.write("a.txt", "v2\n");
    const preview = await bench.restore(first.id, false, "agents");
    expect(preview).toMatchObject({ mode: "agents", changed: [], kept: [{ path: "a.txt" }], checkpointBeforeId: null });
    expect(text("a.txt")).toBe("v2\n");
  });
});
