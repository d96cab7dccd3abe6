import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, must, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

async function newSession(workingCopy: "worktree" | "in-place", folder = "") {
  const repository = await bench.place.repository("shop", { "a.ts": "a\n", "inner/b.ts": "b\n" });
  const project = must(await bench.projects.add(path.join(repository, folder)));
  const session = must(await bench.sessions.create({ projectId: project.id, workingCopy }));
  const user = (...args: string[]) => bench.place.user(session.workingCopy.path, ...args);
  return { user, read: () => must(bench.sessions.get(session.id)).workingCopy };
}

function announced() {
  return bench.updates.flatMap((update) => (update.type === "session" ? [update.session.workingCopy] : []));
}

describe("what a working copy has checked out", () => {
  it("is detached at its base at first, and the agent's branch once it made one", async () => {
    const { user, read } = await newSession("worktree");
    const base = (await user("rev-parse", "HEAD")).trim();
    expect(read()).toMatchObject({ branch: null, detachedAt: base });
    await user("switch", "--quiet", "--create", "fix/ü");
    expect(read()).toMatchObject({ branch: "fix/ü", detachedAt: null });
    expect(announced().at(-1)).toMatchObject({ branch: "fix/ü" });
    await user("branch", "--move", "renamed");
    expect(read()).toMatchObject({ branch: "renamed" });
    await user("switch", "--quiet", "--detach");
    expect(read()).toMatchObject({ branch: null, detachedAt: base });
  });

  it("follows a detached worktree from commit to commit", async () => {
    const { user, read } = await newSession("worktree");
    read();
    await user("commit", "--quiet", "--allow-empty", "-m", "own");
    const own = (await user("rev-parse", "HEAD")).trim();
    expect(read().detachedAt).toBe(own);
    expect(announced().at(-1)?.detachedAt).toBe(own);
    const { length } = bench.updates;
    read();
    expect(bench.updates).toHaveLength(length);
  });

  it("is what the person switched to in place, also of a subfolder as project", async () => {
    const { user, read } = await newSession("in-place", "inner");
    expect(read()).toMatchObject({ branch: "main", detachedAt: null });
    await user("switch", "--quiet", "--create", "other");
    expect(read()).toMatchObject({ branch: "other", detachedAt: null });
  });
});
