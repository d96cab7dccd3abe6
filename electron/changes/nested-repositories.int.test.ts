import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: ChangesBench;
let server: Repo;
beforeEach(async () => {
  bench = await createChangesBench((project) => project.write("a.txt", "a\n"), { inPlace: true });
  server = createRepo(bench.folder, path.join(path.relative(bench.folder.path, bench.copy.path), "server"));
  server.write("srv.txt", "one\n");
  server.write("old.txt", "old\n");
  server.commit("first");
});
afterEach(() => bench.dispose());

const list = async () => must(await bench.changes.list(sessionId, { diff: false }));
const seen = async () => (await list()).map(({ path: at, agent, notCovered }) => `${at} ${notCovered} ${agent}`);

it("an agent's edits in a repository inside are listed by file, as not covered and as its own", async () => {
  expect(await seen()).toEqual(["server/ repository null"]);
  await bench.run("opencode", () => {
    server.write("srv.txt", "two\n");
    server.write("new.txt", "made\n");
    server.remove("old.txt");
  });
  expect(await seen()).toEqual([
    "server/ repository opencode",
    "server/old.txt repository opencode",
    "server/srv.txt repository opencode",
    "server/new.txt repository opencode",
  ]);
  server.write("srv.txt", "by hand\n");
  expect(await seen()).toContain("server/srv.txt repository null");
});

it("where a file has taken a folder's place inside, too", async () => {
  server.write("lib/deep.txt", "deep\n");
  server.commit("second");
  await bench.run("opencode", () => {
    server.remove("lib");
    server.write("lib", "a file\n");
  });
  expect(await seen()).toEqual(expect.arrayContaining(["server/lib/deep.txt repository opencode"]));
});

it("are named by file where they stay: in an apply, and in a restore", async () => {
  const { before } = { before: await bench.kept.create(sessionId) };
  server.write("srv.txt", "two\n");
  const applied = must(await bench.changes.apply(sessionId, { dryRun: true }));
  expect(applied.notCovered.map((one) => one.path)).toEqual(["server/", "server/srv.txt"]);
  const restored = must(await bench.kept.restore(must(before).id, { mode: "exact", dryRun: false }));
  expect(restored.notCovered.map((one) => one.path)).toEqual(["server/", "server/srv.txt"]);
});

it("nothing of its settings runs to find out", async () => {
  const canary = path.join(bench.folder.path, "ran");
  writeFileSync(path.join(server.path, ".gitattributes"), "* filter=evil\n");
  appendFileSync(
    path.join(server.path, ".git/config"),
    `[filter "evil"]\n\tclean = touch ${canary}; cat\n[core]\n\tfsmonitor = touch ${canary}\n`,
  );
  server.write("srv.txt", "two\n");
  rmSync(canary, { force: true });
  expect(await seen()).toContain("server/srv.txt repository null");
  expect(existsSync(canary)).toBe(false);
});
