import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, gitProject, must, mustFail, newSession, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

describe("a working copy that isn't there", () => {
  it("R69 is told missing once, and is made again with the files of its checkpoint", async () => {
    const project = await gitProject(bench, { "a.txt": "a\n" });
    const { id, workingCopy } = await newSession(bench, project.id);
    rmSync(workingCopy.path, { recursive: true });
    bench.updates.length = 0;
    expect(bench.records.find(id)?.copy.state).toBe("missing");
    expect(bench.records.find(id)?.copy.state).toBe("missing");
    expect(bench.updates.filter((update) => update.type === "session")).toHaveLength(1);
    bench.knobs.restore = () => bench.place.write(workingCopy.path, { "a.txt": "from the checkpoint\n" });
    const again = must(await bench.sessions.recreate(id));
    expect(again.workingCopy).toMatchObject({ state: "ready", path: workingCopy.path });
    expect(readFileSync(path.join(workingCopy.path, "a.txt"), "utf8")).toBe("from the checkpoint\n");
  });

  it("R69 can be deleted", async () => {
    const project = await gitProject(bench);
    const { id, workingCopy } = await newSession(bench, project.id);
    rmSync(workingCopy.path, { recursive: true });
    expect(must(await bench.removal.remove(id, false))).toEqual({ removed: true, checkpointId: null, left: null });
    expect(await bench.place.user(project.path, "worktree", "list")).not.toContain(workingCopy.path);
  });

  it("R71 belongs to its project again once that is located", async () => {
    const project = await gitProject(bench);
    const { id, workingCopy } = await newSession(bench, project.id);
    const moved = path.join(bench.place.root, "moved");
    renameSync(project.path, moved);
    expect(must(await bench.projects.get(project.id)).missing).toBe(true);
    expect(must(await bench.removal.risks(id))).toMatchObject([{ kind: "unverified" }]);
    expect(must(await bench.projects.locate(project.id, moved))).toMatchObject({ path: moved, missing: false });
    expect(await bench.place.user(workingCopy.path, "rev-parse", "--git-common-dir")).toBe(path.join(moved, ".git"));
    must(await bench.removal.remove(id, false));
    expect(existsSync(workingCopy.path)).toBe(false);
  });
});

describe("names, archive, search", () => {
  it("takes its title from the first prompt, but never over a person's", async () => {
    const project = await gitProject(bench);
    const { id } = await newSession(bench, project.id);
    bench.records.titleFromPrompt(id, "\n# Round totals to cents, and make sure that every currency has its own scale\nmore");
    expect(must(bench.sessions.get(id)).title).toBe("Round totals to cents, and make sure that every currency…");
    bench.records.titleFromPrompt(id, "Second prompt");
    expect(must(bench.sessions.get(id)).title).toContain("Round totals");
    must(bench.sessions.update(id, { title: "Mine" }));
    bench.records.titleFromPrompt(id, "Third");
    expect(must(bench.sessions.get(id)).title).toBe("Mine");
  });

  it("keeps tags, finds by them, and asks a model for none that a person has given or taken away", async () => {
    const project = await gitProject(bench);
    const one = await newSession(bench, project.id, { title: "Cart rounding" });
    const other = await newSession(bench, project.id, { title: "Flaky test" });
    expect(one.tags).toEqual([]);
    bench.records.setTags(other.id, ["bug"]);
    expect(bench.records.tagsBeside(one.id)).toEqual(["bug"]);
    expect(must(bench.sessions.update(one.id, { tags: ["Carts", "bug", "bug"] })).tags).toEqual(["carts", "bug"]);
    const found = (query: string) => must(bench.sessions.list(project.id, { status: "open", query })).map(({ id }) => id);
    expect(found("cart #carts")).toEqual([one.id]);
    must(bench.sessions.update(one.id, { tags: [] }));
    expect([found("#carts"), bench.records.tagsBeside(one.id)]).toEqual([[], null]);
  });

  it("lists open ones, finds by words, keeps archived ones apart", async () => {
    const project = await gitProject(bench);
    const one = await newSession(bench, project.id, { title: "Cart rounding" });
    await newSession(bench, project.id, { title: "Flaky test" });
    expect(must(bench.sessions.list(project.id, { status: "open", query: "ROUND cart" })).map((each) => each.id)).toEqual([
      one.id,
    ]);
    must(bench.sessions.update(one.id, { status: "archived" }));
    expect(must(bench.sessions.list(project.id, { status: "open" })).map((each) => each.title)).toEqual(["Flaky test"]);
    expect(must(bench.sessions.list(project.id, { status: "archived" })).map((each) => each.title)).toEqual(["Cart rounding"]);
    expect(existsSync(one.workingCopy.path)).toBe(true);
    expect(mustFail(bench.sessions.list("prj_none", { status: "all" })).code).toBe("PROJECT_NOT_FOUND");
  });

  it("removes a project with its clean sessions, never its files, and refuses while one holds work", async () => {
    const project = await gitProject(bench);
    const { workingCopy } = await newSession(bench, project.id, { title: "Holds work" });
    await newSession(bench, project.id);
    bench.place.write(workingCopy.path, { "new.txt": "n" });
    const refused = mustFail(await bench.projects.remove(project.id));
    expect(refused.code).toBe("WORK_AT_RISK");
    expect(refused.message).toContain("Holds work");
    expect(must(bench.sessions.list(project.id, { status: "all" }))).toHaveLength(2);
    rmSync(path.join(workingCopy.path, "new.txt"));
    must(await bench.projects.remove(project.id));
    expect(await bench.projects.list()).toEqual([]);
    expect(existsSync(path.join(project.path, "readme.md"))).toBe(true);
    expect(existsSync(workingCopy.path)).toBe(false);
    expect(must(await bench.projects.add(project.path)).id).not.toBe(project.id);
  });
});
