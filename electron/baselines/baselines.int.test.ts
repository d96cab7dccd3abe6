import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

const lines = (...changed: [number, string][]): string =>
  Array.from({ length: 20 }, (_, at) => `${changed.find(([line]) => line === at)?.[1] ?? `line ${at}`}\n`).join("");

/** A session beside `main`, which goes on by `team/` files and the last line of `shared.txt`. */
async function begin(options: Parameters<typeof createChangesBench>[1] = {}): Promise<void> {
  bench = await createChangesBench((project) => {
    project.write("shared.txt", lines());
    project.write("own.txt", "own\n");
  }, options);
}

function teamWorks(in_: Repo, name = "team", change: [number, string] = [19, "theirs"]): string {
  for (let at = 0; at < 40; at += 1) in_.write(`${name}/${at}.txt`, `${at}\n`);
  in_.write("shared.txt", lines(change));
  return in_.commit(name);
}

/** A colleague's branch, made elsewhere. */
function teamBranch(name: string): Repo {
  const colleague = createRepo(bench.folder, name, { plain: true });
  bench.project.git("worktree", "add", "--quiet", "-b", name, colleague.path);
  teamWorks(colleague);
  return colleague;
}

async function pending(): Promise<PendingChange[]> {
  return must(await bench.changes.list(sessionId, { diff: false }));
}

async function short(): Promise<string[]> {
  return (await pending()).map(({ operation, path, agent }) => `${operation} ${path} ${agent ?? "manual"}`);
}

describe("pending changes, where git brings something in", () => {
  it("(a) are the session's own after it merged main, committed and not", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => {
      copy.write("made.txt", "made\n");
      copy.commit("own");
      copy.write("loose.txt", "not committed\n");
    });
    teamWorks(project);
    await bench.run("a", () => copy.git("merge", "--quiet", "--no-edit", "main"));
    expect(await short()).toEqual(["create loose.txt a", "create made.txt a"]);
  });

  it("are listed where the logs of branches are pipes: nobody waits for what never comes", async () => {
    await begin();
    const { copy, project } = bench;
    for (const name of ["z1", "z2", "z3", "z4", "z5"]) {
      project.git("branch", name);
      const log = path.join(project.path, ".git/logs/refs/heads", name);
      rmSync(log);
      execFileSync("mkfifo", [log]);
    }
    await bench.run("a", () => {
      copy.write("made.txt", "made\n");
      copy.commit("own");
    });
    expect(await short()).toEqual(["create made.txt a"]);
  });

  it("(b) are the session's own after a rebase, also of the person's", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => {
      copy.write("own.txt", "changed\n");
      copy.commit("own");
    });
    teamWorks(project);
    copy.git("rebase", "--quiet", "main");
    expect(await short()).toEqual(["edit own.txt a"]);
  });

  it("(c) are none of what a pull brings in place, forward or as a merge", async () => {
    await begin({ inPlace: true });
    const { project } = bench;
    const colleague = teamBranch("upstream");
    project.write("loose.txt", "the person's\n");
    project.git("merge", "--quiet", "--ff-only", "upstream");
    expect(await short()).toEqual(["create loose.txt manual"]);
    colleague.write("late.txt", "late\n");
    colleague.commit("late");
    await bench.run("a", () => {
      project.write("own.txt", "by the agent\n");
      project.git("commit", "--quiet", "-am", "own");
      project.git("merge", "--quiet", "--no-edit", "upstream");
    });
    expect(await short()).toEqual(["create loose.txt manual", "edit own.txt a"]);
  });

  it("(d) go along to another branch in place, and back", async () => {
    await begin({ inPlace: true });
    const { project } = bench;
    teamBranch("other");
    await bench.run("a", () => project.write("own.txt", "by the agent\n"));
    must(await bench.changes.approve(sessionId, { paths: ["own.txt"], undo: false }));
    project.write("second.txt", "second\n");
    const before = bench.baseline();
    project.git("switch", "--quiet", "--ignore-other-worktrees", "other");
    expect(await short()).toEqual(["create second.txt manual"]);
    project.git("switch", "--quiet", "main");
    expect(await short()).toEqual(["create second.txt manual"]);
    expect(bench.baseline()).toBe(before);
  });

  it("(e, f) stay while the session commits, amends and resets its own", async () => {
    await begin();
    const { copy } = bench;
    copy.git("switch", "--quiet", "--create", "agent/work");
    await bench.run("a", () => copy.write("made.txt", "1\n"));
    copy.commit("one");
    copy.write("more.txt", "2\n");
    copy.git("add", "-A");
    copy.git("commit", "--quiet", "--amend", "--no-edit");
    expect(await short()).toEqual(["create made.txt a", "create more.txt manual"]);
    copy.git("reset", "--quiet", "--soft", "HEAD~1");
    expect(await short()).toEqual(["create made.txt a", "create more.txt manual"]);
  });

  it("(f) stay what they are where a commit from before is amended", async () => {
    await begin({ inPlace: true });
    const { project } = bench;
    project.write("second.txt", "before the session\n");
    await bench.dispose();
    bench = await createChangesBench(
      (repo) => {
        repo.write("zero.txt", "0\n");
        repo.commit("zero");
        repo.write("first.txt", "1\n");
      },
      { inPlace: true },
    );
    bench.project.write("new.txt", "n\n");
    bench.project.git("commit", "--quiet", "--amend", "-m", "better words");
    expect(await short()).toEqual(["create new.txt manual"]);
  });

  it("(e) stay after the session pushed them, and a colleague went on there", async () => {
    await begin();
    const { copy, project } = bench;
    copy.git("switch", "--quiet", "--create", "agent/work");
    await bench.run("a", () => {
      copy.write("made.txt", "made\n");
      copy.commit("own");
      copy.git("update-ref", "refs/remotes/origin/agent/work", "HEAD");
    });
    expect(await short()).toEqual(["create made.txt a"]);
    project.git("switch", "--quiet", "--detach", "origin/agent/work");
    const late = teamWorks(project);
    project.git("update-ref", "refs/remotes/origin/agent/work", late);
    copy.git("merge", "--quiet", "--ff-only", "origin/agent/work");
    expect(await short()).toEqual(["create made.txt a"]);
  });

  it("(g) are how a conflict was resolved, against main's new text", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => {
      copy.write("shared.txt", lines([19, "ours"]));
      copy.commit("own");
    });
    teamWorks(project);
    await bench.run("b", () => {
      expect(() => copy.git("merge", "--quiet", "main")).toThrow();
      copy.write("shared.txt", lines([19, "both"]));
      copy.commit("merged");
    });
    expect(await short()).toEqual(["edit shared.txt b"]);
    must(await bench.changes.reject(sessionId, { paths: ["shared.txt"] }));
    expect(copy.git("show", "main:shared.txt")).toBe(lines([19, "theirs"]).trimEnd());
    expect(await short()).toEqual([]);
  });

  it("(h) are the session's own while a merge goes on, and after it was called off", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => copy.write("made.txt", "made\n"));
    const before = bench.baseline();
    teamWorks(project);
    copy.git("merge", "--quiet", "--no-commit", "--no-ff", "main");
    expect(await short()).toEqual(["create made.txt a"]);
    copy.git("merge", "--abort");
    expect(await short()).toEqual(["create made.txt a"]);
    expect(bench.baseline()).toBe(before);
  });

  it("(i) are what the session picked from elsewhere", async () => {
    await begin();
    const { copy, project } = bench;
    teamWorks(project);
    await bench.run("a", () => copy.git("cherry-pick", "main"));
    expect(await pending()).toHaveLength(41);
  });

  it("(j) stay approved and whose they are, where main changed another place of the file", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => {
      copy.write("shared.txt", lines([0, "ours"]));
      copy.write("own.txt", "changed\n");
    });
    must(await bench.changes.approve(sessionId, { undo: false }));
    copy.commit("own");
    teamWorks(project);
    copy.git("merge", "--quiet", "--no-edit", "main");
    const list = await pending();
    expect(list.map(({ path, agent, review, additions }) => ({ path, agent, review, additions }))).toEqual([
      { path: "own.txt", agent: "a", review: "approved", additions: 1 },
      { path: "shared.txt", agent: "a", review: "approved", additions: 1 },
    ]);
  });

  it("(j) stay applied after a merge", async () => {
    await begin();
    const { copy, project } = bench;
    await bench.run("a", () => copy.write("shared.txt", lines([0, "ours"])));
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    project.commit("applied");
    teamWorks(project, "team", [19, "theirs"]);
    project.write("shared.txt", lines([0, "ours"], [19, "theirs"]));
    project.commit("both");
    copy.commit("own");
    await bench.run("a", () => copy.git("merge", "--quiet", "--no-edit", "main"));
    expect(await short()).toEqual([]);
  });

  it("(k, l) keep what was stashed or lay about meanwhile", async () => {
    await begin({ inPlace: true });
    const { project } = bench;
    teamBranch("upstream");
    await bench.run("a", () => project.write("own.txt", "by the agent\n"));
    project.git("stash", "--quiet");
    project.git("merge", "--quiet", "--ff-only", "upstream");
    expect(await short()).toEqual([]);
    project.git("stash", "pop", "--quiet");
    expect(await short()).toEqual(["edit own.txt a"]);
  });

  it("belong to nobody where git brought them, also when edited by hand later", async () => {
    await begin();
    const { copy, project } = bench;
    teamWorks(project);
    await bench.run("a", () => copy.git("merge", "--quiet", "--ff-only", "main"));
    copy.write("team/0.txt", "by hand\n");
    const [only, ...more] = await pending();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ path: "team/0.txt", agent: null, agents: [] });
  });

  it("stay where git brought them, when what agents did since is taken back", async () => {
    await begin();
    const { copy, project } = bench;
    const before = must(await bench.kept.take(sessionId, "before-run", { runId: "run_r" }));
    copy.write("made.txt", "made\n");
    copy.commit("own");
    teamWorks(project);
    copy.git("merge", "--quiet", "--no-edit", "main");
    must(await bench.kept.take(sessionId, "after-run", { runId: "run_r" }));
    const preview = must(await bench.kept.restore(before.id, { dryRun: true }));
    expect(preview.changed).toEqual(["made.txt"]);
    expect(preview.kept).toHaveLength(41);
    expect(preview.kept[0]?.reason).toBe("Git brought it in since.");
    const exact = must(await bench.kept.restore(before.id, { mode: "exact", dryRun: true }));
    expect(exact.changed).toHaveLength(42);
  });
});
