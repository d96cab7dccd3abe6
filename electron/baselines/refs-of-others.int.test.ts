// Whose work the commits are that only a ref tells of: a tag, a remote branch, a branch without a log.
import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

async function begin(): Promise<void> {
  bench = await createChangesBench((project) => project.write("own.txt", "own\n"));
}

async function short(): Promise<string[]> {
  const changes = must(await bench.changes.list(sessionId, { diff: false }));
  return changes.map(({ operation, path, agent }) => `${operation} ${path} ${agent ?? "manual"}`);
}

describe("pending changes, of commits that HEAD's log doesn't tell of", () => {
  const author = {
    ...{ GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com" },
    ...{ GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.com" },
  };
  /** Git as the agent runs it, at a time after the session began. */
  const later = (at: Repo, ...args: string[]): string =>
    execFileSync("git", args, {
      cwd: at.path,
      env: { ...bench.folder.env, ...author, GIT_COMMITTER_DATE: "2026-01-02T00:00:00Z" },
      stdio: ["ignore", "pipe", "pipe"],
    })
      .toString("utf8")
      .trim();

  /** A commit of the agent's, made in a second worktree of its own, on no branch. */
  function commitElsewhere(): string {
    const { copy, project } = bench;
    later(copy, "worktree", "add", "--quiet", "--detach", "../second");
    const second = createRepo(bench.folder, "second", { plain: true });
    second.write("made.txt", "made\n");
    later(second, "add", "-A");
    later(second, "commit", "--quiet", "-m", "own");
    const made = second.git("rev-parse", "HEAD");
    project.git("worktree", "remove", "--force", second.path);
    return made;
  }

  const refs: Record<string, (made: string) => void> = {
    "a tag": (made) => later(bench.copy, "tag", "v1", made),
    "a tag with words": (made) => later(bench.copy, "tag", "-a", "-m", "first", "v1", made),
    "a remote branch that it pushed": (made) => {
      const origin = createRepo(bench.folder, "origin", { bare: true });
      later(bench.copy, "remote", "add", "origin", origin.path);
      later(bench.copy, "push", "--quiet", "origin", `${made}:refs/heads/agent/work`);
      expect(bench.copy.git("rev-parse", "refs/remotes/origin/agent/work")).toBe(made);
    },
    "a remote branch that it wrote": (made) => later(bench.copy, "update-ref", "refs/remotes/origin/agent/work", made),
    "a branch without a log": (made) => later(bench.copy, "-c", "core.logAllRefUpdates=false", "branch", "agent/work", made),
  };

  it.each(Object.keys(refs))("are the session's own, whatever points to them: %s, loose or packed", async (name) => {
    await begin();
    const { copy } = bench;
    const made = commitElsewhere();
    refs[name]?.(made);
    await bench.run("a", () => later(copy, "reset", "--quiet", "--hard", made));
    expect(await short()).toEqual(["create made.txt a"]);
    later(copy, "pack-refs", "--all");
    later(copy, "commit", "--quiet", "--allow-empty", "-m", "more");
    expect(await short()).toEqual(["create made.txt a"]);
  });

  it("are others' where they were fetched, also of a tag or after a push to the same branch", async () => {
    await begin();
    const { copy } = bench;
    const origin = createRepo(bench.folder, "origin", { bare: true });
    later(copy, "remote", "add", "origin", origin.path);
    later(copy, "push", "--quiet", "origin", `${commitElsewhere()}:refs/heads/agent/work`);
    const colleague = createRepo(bench.folder, "colleague", { plain: true });
    later(colleague, "clone", "--quiet", "--branch", "agent/work", origin.path, ".");
    colleague.write("theirs.txt", "theirs\n");
    later(colleague, "add", "-A");
    later(colleague, "commit", "--quiet", "-m", "theirs");
    later(colleague, "push", "--quiet", "origin", "agent/work");
    later(colleague, "switch", "--quiet", "--detach", "HEAD~2");
    colleague.write("team.txt", "team\n");
    later(colleague, "add", "-A");
    later(colleague, "commit", "--quiet", "-m", "team");
    later(colleague, "push", "--quiet", "origin", "HEAD:refs/tags/team");
    await bench.run("a", () => later(copy, "merge", "--quiet", "--ff-only", "origin/agent/work"));
    expect(await short()).toEqual(["create made.txt a"]);
    await bench.run("a", () => {
      later(copy, "fetch", "--quiet", "--tags", "origin");
      later(copy, "merge", "--quiet", "--ff-only", "origin/agent/work");
      later(copy, "merge", "--quiet", "--no-edit", "team");
    });
    expect(await short()).toEqual(["create made.txt a"]);
  });
});
