import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

const lines = (last: string): string =>
  [...Array.from({ length: 19 }, (_, at) => `line ${at}`), last].map((line) => `${line}\n`).join("");

async function begin(): Promise<void> {
  bench = await createChangesBench((project) => project.write("shared.txt", lines("last")));
  await bench.run("a", () => bench.copy.write("made.txt", "made\n"));
}

function teamWorks(in_: Repo): void {
  in_.write("team.txt", "team\n");
  in_.write("shared.txt", lines("theirs"));
  in_.commit("team");
}

async function short(): Promise<string[]> {
  return must(await bench.changes.list(sessionId, { diff: false })).map(({ operation, path: at }) => `${operation} ${at}`);
}

/** Git merges main into the session once its files were read, and another reader notices first. */
function mergeDuringSnapshot(): void {
  const { copy, deps } = bench;
  const real = deps.snapshots.snapshot.bind(deps.snapshots);
  let merged = false;
  deps.snapshots.snapshot = async (...asked) => {
    const taken = await real(...asked);
    if (merged || asked[0].copyId !== bench.ref.copyId) return taken;
    merged = true;
    copy.git("merge", "--quiet", "--no-edit", "main");
    must(await deps.follow(sessionId));
    return taken;
  };
}

describe("where git brings something in meanwhile", () => {
  it("files that were read before are compared with nothing that came after, and main keeps its newer text", async () => {
    await begin();
    teamWorks(bench.project);
    mergeDuringSnapshot();
    const applied = must(await bench.changes.apply(sessionId, { dryRun: false }));
    expect(applied.applied).toEqual(["made.txt"]);
    expect(existsSync(path.join(bench.project.path, "team.txt"))).toBe(true);
    expect(readFileSync(path.join(bench.project.path, "shared.txt"), "utf8")).toBe(lines("theirs"));
    expect(await short()).toEqual([]);
  });

  it("a look gives up where git never rests", async () => {
    await begin();
    const { deps } = bench;
    deps.follow = () => Promise.resolve({ ok: true, value: { moved: true } });
    expect(await bench.changes.list(sessionId, { diff: false })).toMatchObject({ ok: false, error: { code: "GIT_FAILED" } });
  });
});
