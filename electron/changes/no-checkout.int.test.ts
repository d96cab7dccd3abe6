import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { createChangesBench, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

/** The project becomes what is left of it without files, as in a layout of a bare repository and its worktrees. */
async function bareProject(): Promise<void> {
  bench = await createChangesBench((project) => project.write("a.txt", "one\n"));
  bench.project.git("worktree", "add", "--quiet", "-b", "side", "../side");
  bench.project.git("config", "core.bare", "true");
  bench.project.remove("a.txt");
  bench.copy.write("hooks/post-checkout", "#!/bin/sh\n");
  bench.copy.write("a.txt", "two\n");
}

it("says of a bare repository that nothing can be applied to it, names its other worktrees, and writes nothing", async () => {
  await bareProject();
  const before = readFolder(bench.project.path);
  const refused = {
    ok: false,
    error: { code: "NO_CHECKOUT", data: { worktrees: [{ path: path.join(bench.folder.path, "side"), branch: "side" }] } },
  };
  for (const dryRun of [true, false]) expect(await bench.changes.apply(sessionId, { dryRun })).toMatchObject(refused);
  expect(await bench.commits.commit(sessionId, "x")).toMatchObject(refused);
  expect(readFolder(bench.project.path)).toEqual(before);
  expect(await bench.changes.reject(sessionId, {})).toMatchObject({ ok: true, value: { changes: [] } });
});
