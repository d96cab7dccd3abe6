import { afterEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

function commitFile(repo: Repo, name: string): void {
  repo.write(name, `${name}\n`);
  repo.commit(name);
}

/** The session's branch is merged into main, which goes on, and the session merges that. */
function mergeToAndFro(round: number): void {
  const { copy, project } = bench;
  commitFile(copy, `session-${round}.txt`);
  commitFile(project, `main-${round}.txt`);
  project.git("merge", "--quiet", "--no-ff", "--no-edit", "feature");
  commitFile(project, `later-${round}.txt`);
  commitFile(copy, `more-${round}.txt`);
  copy.git("merge", "--quiet", "--no-edit", "main");
}

it("merges to and fro cost as much each, not twice as much as the one before", async () => {
  bench = await createChangesBench((project) => project.write("own.txt", "own\n"));
  bench.copy.git("checkout", "--quiet", "-b", "feature");
  const { git } = bench.deps;
  const real = git.run.bind(git);
  let calls = 0;
  git.run = (...asked) => {
    calls += 1;
    return real(...asked);
  };
  const callsOf: number[] = [];
  for (let round = 1; round <= 6; round += 1) {
    mergeToAndFro(round);
    if (round % 3 !== 0) continue;
    const before = calls;
    const pending = must(await bench.changes.list(sessionId, { diff: false }));
    callsOf.push(calls - before);
    expect(pending.map(({ path }) => path)).toEqual([`more-${round}.txt`]);
  }
  const [after3 = 0, after6 = 0] = callsOf;
  expect(after6).toBeLessThan(after3 * 2.5);
  expect(after6).toBeGreaterThan(0);
});
