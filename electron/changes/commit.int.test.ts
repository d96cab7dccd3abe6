import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { fail, ok } from "../../shared/result.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";
import { until } from "../testing/until.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

function standard(project: Repo): void {
  project.write("a.txt", "one\n");
  project.write("b.txt", "b\n");
  project.write("c.txt", "c\n");
}

async function applied(options: { userEnv?: Record<string, string> } = {}): Promise<void> {
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
  expect(must(await bench.commits.committable(sessionId))).toMatchObject({
    paths: ["a.txt", "b.txt", "new.txt"],
    left: [],
    branch: "main",
  });
  const done = must(await bench.commits.commit(sessionId, "Round totals\n\n--amend is no option here"));
  expect(done).toMatchObject({ commit: bench.project.git("rev-parse", "HEAD"), branch: "main" });
  expect(bench.project.git("log", "-1", "--format=%s")).toBe("Round totals");
  expect(bench.project.git("show", "--name-only", "--format=", "HEAD").split("\n")).toEqual(["a.txt", "b.txt", "new.txt"]);
  expect(bench.project.git("status", "--porcelain")).toBe(" M c.txt\nA  staged.txt");
  expect(must(await bench.commits.committable(sessionId)).paths).toEqual([]);
  expect(await bench.commits.commit(sessionId, "again")).toMatchObject({ ok: false, error: { code: "NOTHING_TO_COMMIT" } });
});

it("what the person committed meanwhile isn't committed again", async () => {
  await applied();
  bench.project.git("add", "a.txt");
  bench.project.git("commit", "--quiet", "-m", "mine", "--", "a.txt");
  expect(must(await bench.commits.committable(sessionId)).paths).toEqual(["b.txt", "new.txt"]);
});

it("S62 a message that looks like an option is a message", async () => {
  await applied();
  must(await bench.commits.commit(sessionId, "--author=Mallory <m@x>"));
  expect(bench.project.git("log", "-1", "--format=%an %s")).toBe("Test --author=Mallory <m@x>");
});

it("an untrusted project's hooks don't run: refused", async () => {
  await applied();
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\ntouch ran\n", { executable: true });
  bench.state.trusted = false;
  expect(await bench.commits.commit(sessionId, "x")).toMatchObject({ ok: false, error: { code: "PROJECT_NOT_TRUSTED" } });
  expect(existsSync(path.join(bench.project.path, "ran"))).toBe(false);
});

it("R89 the hooks run, and one that refuses is shown with its text while the index stays", async () => {
  await applied();
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\necho checking\necho 'no: lint failed' >&2\nexit 1\n", {
    executable: true,
  });
  const before = bench.project.git("status", "--porcelain");
  const head = bench.project.git("rev-parse", "HEAD");
  const refused = await bench.commits.commit(sessionId, "x");
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", data: { output: expect.stringContaining("no: lint failed") } },
  });
  expect(bench.project.git("status", "--porcelain")).toBe(before);
  expect(bench.project.git("rev-parse", "HEAD")).toBe(head);
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\necho hook says hello\ngit diff --cached --name-only -- '*.txt'\n", {
    executable: true,
  });
  expect(must(await bench.commits.commit(sessionId, "x")).output).toContain("hook says hello\na.txt");
});

it("R89 a hook that hangs is stopped with its children when the person says so, and nothing is half done", async () => {
  await applied();
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\necho running 412 tests >&2\nsleep 600 &\necho $! >child\nwait\n", {
    executable: true,
  });
  const before = bench.project.git("status", "--porcelain");
  const committing = bench.commits.commit(sessionId, "x");
  const printed = await until(async () => (await bench.commits.output(sessionId).next()).value, "the hook's words");
  expect(printed).toContain("running 412 tests");
  expect(bench.project.git("diff", "--cached", "--name-only").split("\n")).toEqual(["a.txt", "b.txt", "new.txt"]);
  const note = path.join(bench.project.path, "child");
  const child = await until(() => (existsSync(note) ? Number(readFileSync(note, "utf8")) : 0), "the hook's child");
  expect(await bench.commits.commit(sessionId, "y")).toMatchObject({ ok: false, error: { code: "COMMIT_IN_PROGRESS" } });
  expect(bench.commits.stop(sessionId)).toEqual({ stopped: true });
  expect(await committing).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", message: expect.stringContaining("stopped"), data: { output: "running 412 tests" } },
  });
  await until(() => !isAlive(child), "the end of the hook's child");
  bench.project.remove("child");
  expect(bench.project.git("status", "--porcelain")).toBe(before);
  expect(existsSync(path.join(bench.project.path, ".git", "index.lock"))).toBe(false);
  expect(bench.commits.stop(sessionId)).toEqual({ stopped: false });
});

it("undoes nothing that somebody else commits while the hooks run, and isn't told as that commit", async () => {
  await applied();
  bench.project.write(
    ".git/hooks/pre-commit",
    "#!/bin/sh\nunset GIT_INDEX_FILE\necho by hand >by-hand\ngit add by-hand\ngit commit --quiet --no-verify -m 'by hand' -- by-hand\nexit 1\n",
    { executable: true },
  );
  expect(await bench.commits.commit(sessionId, "x")).toMatchObject({ ok: false, error: { code: "COMMIT_FAILED" } });
  expect(bench.project.git("log", "-1", "--format=%s")).toBe("by hand");
  expect(must(await bench.commits.committable(sessionId)).paths).toEqual(["a.txt", "b.txt", "new.txt"]);
  bench.project.remove(".git/hooks/pre-commit");
  must(await bench.commits.commit(sessionId, "then"));
  expect(bench.project.git("show", "--name-only", "--format=", "HEAD").split("\n")).toEqual(["a.txt", "b.txt", "new.txt"]);
  expect(bench.project.git("show", "HEAD:by-hand")).toBe("by hand");
  expect(bench.project.git("status", "--porcelain")).toBe("");
});

it("in a repository with SHA-256, deletions are applied, committed and taken out", async () => {
  bench = await createChangesBench(standard, { objectFormat: "sha256" });
  bench.copy.remove("b.txt");
  bench.copy.write("new.txt", "new\n");
  expect(must(await bench.changes.apply(sessionId, { dryRun: false })).applied).toEqual(["b.txt", "new.txt"]);
  expect(existsSync(path.join(bench.project.path, "b.txt"))).toBe(false);
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("show", "--name-status", "--format=", "HEAD").split("\n")).toEqual(["D\tb.txt", "A\tnew.txt"]);
  expect(bench.project.git("status", "--porcelain")).toBe("");
  must(await bench.changes.revert(sessionId, { dryRun: false }));
  expect(existsSync(path.join(bench.project.path, "b.txt"))).toBe(true);
});

it("a hook that formats what is committed leaves nothing staged that undoes it, and what was staged stays", async () => {
  await applied();
  bench.project.write("c.txt", "staged by hand\n");
  bench.project.git("add", "c.txt");
  bench.project.write(
    ".git/hooks/pre-commit",
    "#!/bin/sh\nfor f in a.txt new.txt; do tr a-z A-Z <$f >$f.tmp && mv $f.tmp $f && git add $f; done\n",
    { executable: true },
  );
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("show", "HEAD:new.txt")).toBe("NEW");
  expect(bench.project.git("status", "--porcelain")).toBe("M  c.txt");
  expect(must(await bench.changes.list(sessionId, { diff: false }))).toEqual([]);
  bench.copy.write("new.txt", "NEWER\n");
  expect(must(await bench.changes.apply(sessionId, { dryRun: false }))).toMatchObject({ applied: ["new.txt"], conflicts: [] });
});

it("commits what was applied and not the person's own edits of the same file, before and after", async () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const text = (changed: Record<number, string>): string => `${lines.map((line, at) => changed[at] ?? line).join("\n")}\n`;
  bench = await createChangesBench((project) => project.write("long.txt", text({})));
  bench.project.write("long.txt", text({ 1: "mine before" }));
  bench.copy.write("long.txt", text({ 28: "agent" }));
  must(await bench.changes.apply(sessionId, { dryRun: false }));
  bench.project.write("long.txt", text({ 1: "mine before", 15: "mine after", 28: "agent" }));
  bench.project.git("add", "long.txt");
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("show", "HEAD:long.txt")).toBe(text({ 28: "agent" }).trim());
  expect(bench.project.git("diff", "--cached", "--numstat")).toBe("2\t2\tlong.txt");
  expect(bench.project.git("diff", "--numstat")).toBe("");
});

it("says which files it leaves out, where what was applied can't be told from the person's edits", async () => {
  await applied();
  bench.project.write("a.txt", "committed by hand\n");
  bench.project.git("commit", "--quiet", "-m", "mine", "--", "a.txt");
  bench.project.write("a.txt", "and changed again\n");
  expect(must(await bench.commits.committable(sessionId))).toMatchObject({
    paths: ["b.txt", "new.txt"],
    left: [{ path: "a.txt", reason: expect.stringContaining("in the same place") }],
    branch: "main",
  });
  must(await bench.commits.commit(sessionId, "the rest"));
  expect(bench.project.git("show", "--name-only", "--format=", "HEAD").split("\n")).toEqual(["b.txt", "new.txt"]);
  expect(must(await bench.commits.committable(sessionId)).left).toHaveLength(1);
});

it("what the person took back by hand isn't committed", async () => {
  await applied();
  bench.project.write("a.txt", "one\n");
  expect(must(await bench.commits.committable(sessionId)).paths).toEqual(["b.txt", "new.txt"]);
});

it("commits the repository's form of a file that is converted on the disk, and its mode where modes aren't looked at", async () => {
  bench = await createChangesBench((project) => {
    project.write(".gitattributes", "*.txt text eol=crlf\n");
    project.write("a.txt", "one\r\ntwo\r\n");
    project.write("run.sh", "true\n", { executable: true });
    project.git("config", "core.fileMode", "false");
    project.git("add", "--chmod=+x", "run.sh");
  });
  bench.copy.write("a.txt", "one\r\nTWO\r\n");
  bench.copy.write("run.sh", "false\n", { executable: true });
  must(await bench.changes.apply(sessionId, { dryRun: false }));
  expect(must(await bench.commits.committable(sessionId))).toMatchObject({ paths: ["a.txt", "run.sh"], left: [] });
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("cat-file", "-p", "HEAD:a.txt")).toBe("one\nTWO");
  expect(bench.project.git("ls-tree", "HEAD", "run.sh")).toMatch(/^100755/);
  expect(bench.project.git("status", "--porcelain")).toBe("");
});

it("commits below the repository's top, and by settings that only the person's own git has", async () => {
  bench = await createChangesBench((project) => {
    project.write("deep/.gitattributes", "*.txt text eol=crlf\n");
    project.write("deep/a.txt", "one\r\ntwo\r\n");
    project.write("b.txt", "one\r\ntwo\r\n");
    writeFileSync(path.join(path.dirname(project.path), "home/.gitconfig"), "[core]\n\tautocrlf = true\n");
    project.git("config", "core.autocrlf", "true");
  });
  bench.project.git("config", "--unset", "core.autocrlf");
  for (const file of ["deep/a.txt", "b.txt"]) bench.copy.write(file, "one\r\nTWO\r\n");
  must(await bench.changes.apply(sessionId, { dryRun: false }));
  expect(must(await bench.commits.committable(sessionId))).toMatchObject({ paths: ["b.txt", "deep/a.txt"], left: [] });
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("cat-file", "-p", "HEAD:b.txt")).toBe("one\nTWO");
  expect(bench.project.git("cat-file", "-p", "HEAD:deep/a.txt")).toBe("one\nTWO");
  expect(bench.project.git("status", "--porcelain")).toBe("");
});

it("the hooks find what only the person's login shell has on its PATH", async () => {
  const tools = mkdtempSync(path.join(tmpdir(), "hearth-tools-"));
  writeFileSync(path.join(tools, "fmt-check"), "#!/bin/sh\necho checked\n", { mode: 0o755 });
  await applied({ userEnv: { PATH: `${tools}:${process.env["PATH"]}` } });
  bench.project.write(".git/hooks/pre-commit", "#!/bin/sh\nfmt-check\n", { executable: true });
  expect(must(await bench.commits.commit(sessionId, "x")).output).toContain("checked");
  rmSync(tools, { recursive: true });
});

it("signs with the person's ssh key", async () => {
  await applied();
  const key = path.join(bench.folder.path, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  bench.project.git("config", "commit.gpgSign", "true");
  bench.project.git("config", "gpg.format", "ssh");
  bench.project.git("config", "user.signingKey", `${key}.pub`);
  must(await bench.commits.commit(sessionId, "x"));
  expect(bench.project.git("cat-file", "-p", "HEAD")).toContain("-----BEGIN SSH SIGNATURE-----");
});

it("signs with the person's gpg key", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "hearth-gpg-"));
  const env = { ...process.env, GNUPGHOME: home };
  try {
    execFileSync("gpg", ["--batch", "--quick-gen-key", "--passphrase", "", "Test <test@example.com>", "ed25519", "sign"], {
      env,
      stdio: "ignore",
    });
    await applied({ userEnv: { GNUPGHOME: home } });
    bench.project.git("config", "commit.gpgSign", "true");
    must(await bench.commits.commit(sessionId, "x"));
    expect(bench.project.git("cat-file", "-p", "HEAD")).toContain("-----BEGIN PGP SIGNATURE-----");
  } finally {
    execFileSync("gpgconf", ["--kill", "all"], { env });
    rmSync(home, { recursive: true, force: true });
  }
});

it("R89 signing that can't be done fails with its text", async () => {
  await applied();
  bench.project.git("config", "commit.gpgSign", "true");
  bench.project.git("config", "gpg.program", path.join(bench.folder.path, "no-such-gpg"));
  const refused = await bench.commits.commit(sessionId, "x");
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "COMMIT_FAILED", data: { output: expect.stringContaining("gpg") } },
  });
  expect(must(await bench.commits.committable(sessionId)).paths).toHaveLength(3);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it("drafts a message from what would be committed, and from nothing else", async () => {
  await applied();
  bench.copy.write("later.txt", "not applied\n");
  bench.project.write("c.txt", "the person's own\n");
  expect(await bench.commits.draft(sessionId, undefined)).toMatchObject({ ok: false, error: { code: "HELPER_MODEL_MISSING" } });
  let seen = "";
  bench.describe = async (diff) => {
    seen = diff;
    return ok("Round totals");
  };
  expect(must(await bench.commits.draft(sessionId, undefined))).toEqual({ message: "Round totals" });
  expect(seen.split("\n").slice(0, 4)).toEqual(["write a.txt", "delete b.txt", "write new.txt", ""]);
  expect(seen).toContain("-one\n+A\n");
  expect(seen).not.toMatch(/later|own/);
  bench.describe = async () => fail({ type: "failed", message: "Small gave no line that can be used" });
  expect(await bench.commits.draft(sessionId, undefined)).toMatchObject({
    error: { code: "HELPER_MODEL_FAILED", message: "Small gave no line that can be used." },
  });
  must(await bench.commits.commit(sessionId, "Round totals"));
  expect(await bench.commits.draft(sessionId, undefined)).toMatchObject({ ok: false, error: { code: "NOTHING_TO_COMMIT" } });
});
