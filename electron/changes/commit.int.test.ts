import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

function standard(project: Repo): void {
  project.write("a.txt", "one\n");
  project.write("b.txt", "b\n");
  project.write("c.txt", "c\n");
}

async function applied(options: { commitTimeoutMs?: number } = {}): Promise<void> {
  bench = await createChangesBench(standard, options);
  bench.copy.write("a.txt", "A\n");
  bench.copy.remove("b.txt");
  bench.copy.write("new.txt", "new\n");
  must(await bench.changes.apply(sessionId, { dryRun: false }));
}

it("commits what was applied and leaves what else is staged or changed", async () => {
  await applied();
  bench.project.write("staged.txt", "s\n");
  bench.project.git("add", "staged.txt");
  bench.project.write("c.txt", "dirty\n");
  expect(must(await bench.changes.committable(sessionId))).toEqual({ paths: ["a.txt", "b.txt", "new.txt"], branch: "main" });
  const done = must(await bench.changes.commit(sessionId, "Round totals\n\n--amend is no option here"));
  expect(done).toMatchObject({ commit: bench.project.git("rev-parse", "HEAD"), branch: "main" });
  expect(bench.project.git("log", "-1", "--format=%s")).toBe("Round totals");
  expect(bench.project.git("show", "--name-only", "--format=", "HEAD").split("\n")).toEqual(["a.txt", "b.txt", "new.txt"]);
  expect(bench.project.git("status", "--porcelain")).toBe(" M c.txt\nA  staged.txt");
  expect(must(await bench.changes.committable(sessionId)).paths).toEqual([]);
  expect(await bench.changes.commit(sessionId, "again")).toMatchObject({ ok: false, error: { code: "NOTHING_TO_COMMIT" } });
});

it("what the person committed meanwhile isn't committed again", async () => {
  await applied();
  bench.project.git("add", "a.txt");
  bench.project.git("commit", "--quiet", "-m", "mine", "--", "a.txt");
  expect(must(await bench.changes.committable(sessionId)).paths).toEqual(["b.txt", "new.txt"]);
});

it("S62 a message that looks like an option is a message", async () => {
  await applied();
  must(await bench.changes.commit(sessionId, "--author=Mallory <m@x>"));
  expect(bench.project.git("log", "-1", "--format=%an %s")).toBe("Test --author=Mallory <m@x>");
});

it("an untrusted project's hooks don't run: refused", async () => {
  await applied();
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\ntouch ran\n", { executable: true });
  bench.state.trusted = false;
  expect(await bench.changes.commit(sessionId, "x")).toMatchObject({ ok: false, error: { code: "PROJECT_NOT_TRUSTED" } });
  expect(existsSync(path.join(bench.project.path, "ran"))).toBe(false);
});

it("R89 the hooks run, and one that refuses is shown with its text while the index stays", async () => {
  await applied();
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\necho checking\necho 'no: lint failed' >&2\nexit 1\n", {
    executable: true,
  });
  const before = bench.project.git("status", "--porcelain");
  const head = bench.project.git("rev-parse", "HEAD");
  const refused = await bench.changes.commit(sessionId, "x");
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", data: { output: expect.stringContaining("no: lint failed") } },
  });
  expect(bench.project.git("status", "--porcelain")).toBe(before);
  expect(bench.project.git("rev-parse", "HEAD")).toBe(head);
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\necho hook says hello\ngit diff --cached --name-only -- '*.txt'\n", {
    executable: true,
  });
  expect(must(await bench.changes.commit(sessionId, "x")).output).toContain("hook says hello\na.txt");
});

it("R89 a hook that hangs is stopped with its children, and nothing is half done", async () => {
  await applied({ commitTimeoutMs: 1500 });
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\nsleep 600\n", { executable: true });
  const before = bench.project.git("status", "--porcelain");
  expect(await bench.changes.commit(sessionId, "x")).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", message: expect.stringContaining("in time") },
  });
  expect(bench.project.git("status", "--porcelain")).toBe(before);
  expect(existsSync(path.join(bench.project.path, ".git", "index.lock"))).toBe(false);
});

it("R89 signing that can't be done fails with its text", async () => {
  await applied();
  bench.project.git("config", "commit.gpgSign", "true");
  bench.project.git("config", "gpg.program", path.join(bench.folder.path, "no-such-gpg"));
  const refused = await bench.changes.commit(sessionId, "x");
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", data: { output: expect.stringContaining("gpg") } },
  });
  expect(must(await bench.changes.committable(sessionId)).paths).toHaveLength(3);
});
