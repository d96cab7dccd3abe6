import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { readFolder } from "../testing/read-folder.ts";
import { createRepo } from "../testing/repos.ts";

let bench: ChangesBench;
let side: string;

beforeEach(async () => {
  bench = await createChangesBench((project) => {
    project.write("a.txt", "one\ntwo\nthree\nfour\n");
    project.write("b.txt", "b\n");
  });
  side = path.join(bench.folder.path, "side");
  bench.project.git("branch", "release/1.0");
  bench.project.git("worktree", "add", "--quiet", "-b", "side", "../side");
  bench.copy.write("a.txt", "ONE\ntwo\nthree\nfour\n");
  bench.copy.write("new.txt", "new\n");
});
afterEach(() => bench.dispose());

const inSide = (file: string): string => readFileSync(path.join(side, file), "utf8");
const onBranch = (file: string): string => bench.project.git("show", `release/1.0:${file}`);
const toBranch = { to: "release/1.0", message: "Say ONE", dryRun: false };

it("lists the checkout, the other worktrees with what they have, and the branches that are checked out nowhere", async () => {
  bench.project.git("-C", side, "rm", "-q", "b.txt");
  const { places } = must(await bench.changes.places(sessionId));
  expect(places).toEqual([
    { kind: "checkout", path: bench.project.path, branch: "main", to: bench.project.path, clean: true, isDefault: true },
    { kind: "worktree", path: side, branch: "side", to: side, clean: false, isDefault: false },
    { kind: "branch", path: null, branch: "release/1.0", to: "release/1.0", clean: null, isDefault: false },
  ]);
  expect(must(await bench.changes.places(sessionId, "REL")).places.map(({ to }) => to)).toEqual(["release/1.0"]);
});

describe("another worktree", () => {
  it("is applied to, committed in and reverted, and the project's own checkout isn't touched", async () => {
    const before = readFolder(bench.project.path);
    const applied = must(await bench.changes.apply(sessionId, { to: side, dryRun: false }));
    expect(applied).toMatchObject({ applied: ["a.txt", "new.txt"], place: { kind: "worktree", path: side, branch: "side" } });
    expect(inSide("a.txt")).toBe("ONE\ntwo\nthree\nfour\n");
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toEqual([]);
    expect(must(await bench.commits.committable(sessionId))).toMatchObject({ branch: "side", paths: ["a.txt", "new.txt"] });
    must(await bench.commits.commit(sessionId, "on the side"));
    expect(bench.project.git("-C", side, "log", "-1", "--format=%s")).toBe("on the side");
    must(await bench.changes.revert(sessionId, { applyId: applied.applyId ?? "", dryRun: false }));
    expect(inSide("a.txt")).toBe("one\ntwo\nthree\nfour\n");
    expect(existsSync(path.join(side, "new.txt"))).toBe(false);
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(bench.project.git("log", "-1", "--format=%s")).toBe("first");
  });

  it("is meant by a branch that is checked out there", async () => {
    must(await bench.changes.apply(sessionId, { to: "side", paths: ["new.txt"], dryRun: false }));
    expect(inSide("new.txt")).toBe("new\n");
    expect(bench.project.git("log", "-1", "--format=%s", "side")).toBe("first");
  });

  it("keeps each apply's place: what went to the checkout comes out of the checkout", async () => {
    must(await bench.changes.apply(sessionId, { paths: ["new.txt"], dryRun: false }));
    must(await bench.changes.apply(sessionId, { paths: ["a.txt"], to: side, dryRun: false }));
    must(await bench.changes.revert(sessionId, { paths: ["new.txt"], dryRun: false }));
    expect(existsSync(path.join(bench.project.path, "new.txt"))).toBe(false);
    expect(inSide("a.txt")).toContain("ONE");
  });

  it("that is gone says so, and what was applied elsewhere can still be committed", async () => {
    must(await bench.changes.apply(sessionId, { paths: ["new.txt"], dryRun: false }));
    must(await bench.changes.apply(sessionId, { paths: ["a.txt"], to: side, dryRun: false }));
    renameSync(side, `${side}-moved`);
    const gone = { ok: false, error: { code: "PLACE_NOT_FOUND" } };
    expect(await bench.changes.revert(sessionId, { dryRun: false })).toMatchObject(gone);
    expect(must(await bench.commits.committable(sessionId))).toMatchObject({ branch: "main", paths: ["new.txt"] });
  });
});

it("refuses places that git doesn't list: other folders, a session's worktree, names like options", async () => {
  mkdirSync(path.join(bench.folder.path, "elsewhere"));
  const names = [
    path.join(bench.folder.path, "elsewhere"),
    path.join(side, "..", "elsewhere"),
    path.join(bench.project.path, ".git"),
    bench.copy.path,
    "/",
    "no-such-branch",
    "--force",
    "refs/heads/side",
    "main~0",
    "../side",
    "HEAD",
  ];
  for (const to of names)
    expect(await bench.changes.apply(sessionId, { to, message: "x", dryRun: false }), to).toMatchObject({
      ok: false,
      error: { code: "PLACE_NOT_FOUND", field: "to" },
    });
  expect(inSide("a.txt")).toContain("one");
});

describe("an entry among the worktrees that somebody forged", () => {
  function forge(id: string, folder: string, branch: string): void {
    const entry = path.join(bench.project.path, ".git/worktrees", id);
    bench.project.git("branch", "--force", branch, "main");
    mkdirSync(entry, { recursive: true });
    writeFileSync(path.join(entry, "gitdir"), `${path.join(folder, ".git")}\n`);
    writeFileSync(path.join(entry, "HEAD"), `ref: refs/heads/${branch}\n`);
    writeFileSync(path.join(entry, "commondir"), "../..\n");
  }

  it("is no place, by its folder nor by its branch: another repository, a plain folder, a worktree entered twice", async () => {
    const victim = createRepo(bench.folder, "victim");
    victim.write("own.txt", "own\n");
    victim.commit("own");
    const plain = path.join(bench.folder.path, "plain");
    mkdirSync(plain);
    forge("e1", victim.path, "to-victim");
    forge("e2", plain, "to-plain");
    forge("e3", side, "to-side");
    const before = [victim.path, plain, side].map((folder) => readFolder(folder));
    const { places } = must(await bench.changes.places(sessionId));
    expect(places.map(({ to }) => to)).toEqual([bench.project.path, "release/1.0"]);
    for (const to of [victim.path, "to-victim", plain, "to-plain", side, "to-side"])
      expect(await bench.changes.apply(sessionId, { to, message: "x", dryRun: false }), to).toMatchObject({
        ok: false,
        error: { code: "PLACE_NOT_FOUND" },
      });
    expect([victim.path, plain, side].map((folder) => readFolder(folder))).toEqual(before);
  });

  it("gets nothing written after a crash, either, where a worktree was before", async () => {
    bench.state.failAt = "apply:1";
    await expect(bench.changes.apply(sessionId, { to: side, dryRun: false })).rejects.toThrow("apply:1");
    bench.state.failAt = null;
    renameSync(side, `${side}-moved`);
    cpSync(`${side}-moved`, side, { recursive: true });
    rmSync(path.join(side, ".git"));
    const before = readFolder(side);
    await bench.fresh();
    expect(readFolder(side)).toEqual(before);
  });
});

describe("a branch that is checked out nowhere", () => {
  it("gets one commit on top, by the person, and no file is touched", async () => {
    const before = readFolder(bench.project.path);
    const tip = bench.project.git("rev-parse", "release/1.0");
    const preview = must(await bench.changes.apply(sessionId, { to: "release/1.0", dryRun: true }));
    expect(preview).toMatchObject({ applied: ["a.txt", "new.txt"], commit: null, place: { kind: "branch" } });
    const applied = must(await bench.changes.apply(sessionId, toBranch));
    expect(applied.commit).toBe(bench.project.git("rev-parse", "release/1.0"));
    expect(bench.project.git("rev-parse", "release/1.0^")).toBe(tip);
    expect(bench.project.git("log", "-1", "--format=%s %an", "release/1.0")).toBe("Say ONE Test");
    expect(onBranch("a.txt")).toBe("ONE\ntwo\nthree\nfour");
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toEqual([]);
    expect(must(await bench.commits.committable(sessionId)).paths).toEqual([]);
  });

  it("is signed by the person's key, and left where it was when that can't be done", async () => {
    const key = path.join(bench.folder.path, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const tip = bench.project.git("rev-parse", "release/1.0");
    bench.project.git("config", "commit.gpgSign", "true");
    bench.project.git("config", "gpg.format", "ssh");
    bench.project.git("config", "user.signingKey", `${key}.gone`);
    expect(await bench.changes.apply(sessionId, toBranch)).toMatchObject({ ok: false, error: { code: "COMMIT_FAILED" } });
    expect(bench.project.git("rev-parse", "release/1.0")).toBe(tip);
    bench.project.git("config", "user.signingKey", `${key}.pub`);
    must(await bench.changes.apply(sessionId, toBranch));
    expect(bench.project.git("cat-file", "-p", "release/1.0")).toContain("-----BEGIN SSH SIGNATURE-----");
  });

  it("is merged with what it has of its own, and a conflict leaves it where it was", async () => {
    bench.project.git("-C", side, "checkout", "-q", "release/1.0");
    bench.project.git("-C", side, "rm", "-q", "b.txt");
    const write = (text: string): void => {
      bench.project.write("../side/a.txt", text);
      bench.project.git("-C", side, "commit", "-qam", "own");
      bench.project.git("-C", side, "checkout", "-q", "--detach", "main");
    };
    write("one\ntwo\nthree\nFOUR\n");
    must(await bench.changes.apply(sessionId, toBranch));
    expect(onBranch("a.txt")).toBe("ONE\ntwo\nthree\nFOUR");
    expect(bench.project.git("ls-tree", "--name-only", "release/1.0")).toBe("a.txt\nnew.txt");
    const tip = bench.project.git("rev-parse", "release/1.0");
    bench.copy.write("a.txt", "ONE\ntwo\nthree\nvier\n");
    const refused = must(await bench.changes.apply(sessionId, toBranch));
    expect(refused.conflicts).toEqual([{ path: "a.txt", reason: "Both sides changed the same place." }]);
    expect(bench.project.git("rev-parse", "release/1.0")).toBe(tip);
  });

  it("is reverted by a commit that says what it takes back, or in its files where it is checked out by then", async () => {
    const first = must(await bench.changes.apply(sessionId, toBranch));
    const reverted = must(await bench.changes.revert(sessionId, { dryRun: false }));
    expect(reverted).toMatchObject({ applyId: first.applyId, applied: ["a.txt", "new.txt"] });
    expect(bench.project.git("log", "-1", "--format=%s", "release/1.0")).toBe('Revert "Say ONE"');
    expect(bench.project.git("diff", "--name-only", "main", "release/1.0")).toBe("");
    expect(must(await bench.changes.list(sessionId, { diff: false })).map((change) => change.path)).toEqual(["a.txt", "new.txt"]);
    must(await bench.changes.apply(sessionId, toBranch));
    bench.project.git("-C", side, "checkout", "-q", "release/1.0");
    must(await bench.changes.revert(sessionId, { dryRun: false }));
    expect(inSide("a.txt")).toBe("one\ntwo\nthree\nfour\n");
    expect(onBranch("a.txt")).toContain("ONE");
  });

  it("needs a message, and the project's trust", async () => {
    expect(await bench.changes.apply(sessionId, { to: "release/1.0", dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "INPUT_INVALID", field: "message" },
    });
    bench.state.trusted = false;
    expect(await bench.changes.apply(sessionId, toBranch)).toMatchObject({ ok: false, error: { code: "PROJECT_NOT_TRUSTED" } });
  });

  it("that moves while the commit is made is left as it is, and everything stays pending", async () => {
    bench.state.onLabel = (label) => {
      if (label === "apply:branch")
        bench.project.git(
          "branch",
          "-f",
          "release/1.0",
          bench.project.git("commit-tree", "-m", "x", "-p", "main", "main^{tree}"),
        );
    };
    expect(await bench.changes.apply(sessionId, toBranch)).toMatchObject({ ok: false, error: { code: "CHANGES_CONFLICT" } });
    expect(bench.project.git("log", "-1", "--format=%s", "release/1.0")).toBe("x");
    expect(must(await bench.changes.list(sessionId, { diff: false }))).toHaveLength(2);
  });

  it.each([
    ["rebase", "--quiet", "main"],
    ["rebase", "--quiet", "--apply", "main"],
    ["bisect", "start", "HEAD", "HEAD~1"],
  ])("is none while a %s of it goes on in a worktree", async (...begun) => {
    bench.project.write("../side/a.txt", "side\n");
    bench.project.git("-C", side, "commit", "-qam", "side");
    bench.project.write("a.txt", "main\n");
    bench.project.git("commit", "-qam", "main");
    try {
      bench.project.git("-C", side, ...begun);
    } catch {
      // A rebase stops at its conflict.
    }
    bench.project.git("-C", side, "checkout", "--quiet", "--force", "--detach");
    const tip = bench.project.git("rev-parse", "side");
    expect(must(await bench.changes.places(sessionId)).places.map(({ to }) => to)).not.toContain("side");
    expect(await bench.changes.apply(sessionId, { ...toBranch, to: "side" })).toMatchObject({
      ok: false,
      error: { code: "PLACE_NOT_FOUND" },
    });
    expect(bench.project.git("rev-parse", "side")).toBe(tip);
  });

  it("that is being bisected by the time of the commit is left as it is", async () => {
    bench.state.onLabel = (label) => {
      if (label !== "apply:branch") return;
      bench.project.git("-C", side, "checkout", "--quiet", "release/1.0");
      bench.project.git("-C", side, "bisect", "start");
      bench.project.git("-C", side, "checkout", "--quiet", "--detach");
    };
    const tip = bench.project.git("rev-parse", "release/1.0");
    expect(await bench.changes.apply(sessionId, toBranch)).toMatchObject({ ok: false, error: { code: "CHANGES_CONFLICT" } });
    expect(bench.project.git("rev-parse", "release/1.0")).toBe(tip);
  });

  it.each([
    ["apply:branch", 2],
    ["apply:baseline", 0],
  ])("cut off at %s is as it was, or as it should be", async (label, pending) => {
    bench.state.failAt = label;
    await expect(bench.changes.apply(sessionId, toBranch)).rejects.toThrow(label);
    bench.state.failAt = null;
    const again = await bench.fresh();
    expect(must(await again.list(sessionId, { diff: false }))).toHaveLength(pending);
    expect(bench.project.git("log", "-1", "--format=%s", "release/1.0")).toBe(pending === 0 ? "Say ONE" : "first");
  });

  it("cut off and not to be looked at is left for the next start, and never written to the checkout", async () => {
    bench.state.failAt = "apply:branch";
    await expect(bench.changes.apply(sessionId, toBranch)).rejects.toThrow();
    bench.state.failAt = null;
    const before = readFolder(bench.project.path);
    const { git } = bench.deps;
    const noMergeBase = (args: readonly string[]): boolean => args[0] === "merge-base";
    const late = { type: "timeout", message: "too long", exitCode: null, stderr: "" } as const;
    bench.deps.git = new Proxy(git, {
      get: (real, name) =>
        name === "run"
          ? (...call: Parameters<typeof git.run>) =>
              noMergeBase(call[0]) ? Promise.resolve({ ok: false, error: late }) : real.run(...call)
          : Reflect.get(real, name, real),
    });
    await bench.fresh();
    expect(readFolder(bench.project.path)).toEqual(before);
    expect(await bench.deps.store.unfinishedSets()).toHaveLength(1);
    bench.deps.git = git;
    await bench.fresh();
    expect(await bench.deps.store.unfinishedSets()).toEqual([]);
    expect(bench.project.git("log", "-1", "--format=%s", "release/1.0")).toBe("first");
    expect(readFolder(bench.project.path)).toEqual(before);
  });

  it("gets content as the repository wants it committed", async () => {
    bench.copy.write(".gitattributes", "*.txt text eol=crlf\n");
    bench.copy.write("new.txt", "new\r\n");
    must(await bench.changes.apply(sessionId, { ...toBranch, paths: [".gitattributes"] }));
    must(await bench.changes.apply(sessionId, { ...toBranch, paths: ["new.txt"] }));
    expect(bench.project.git("cat-file", "-s", "release/1.0:new.txt")).toBe("4");
  });
});

it("remembers, for a bare project, where its changes went last", async () => {
  bench.project.git("config", "core.bare", "true");
  expect(must(await bench.changes.places(sessionId)).places.filter(({ isDefault }) => isDefault)).toEqual([]);
  must(await bench.changes.apply(sessionId, { to: "side", dryRun: false }));
  const { places } = must(await bench.changes.places(sessionId));
  expect(places.map(({ to, isDefault }) => [to, isDefault])).toEqual([
    [side, true],
    ["main", false],
    ["release/1.0", false],
  ]);
});
