import { existsSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessionBench, must, mustFail, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
beforeEach(() => {
  bench = createSessionBench();
});
afterEach(() => bench.dispose());

const at = (...parts: string[]): string => path.join(bench.place.root, ...parts);

async function git(folder: string, ...args: string[]): Promise<string> {
  return (await bench.place.user(folder, ...args)).trim();
}

describe("what a session can start from", () => {
  it("is what is checked out, then local branches, then remote ones and tags, however many those are and how new", async () => {
    const repository = await bench.place.repository("shop", { a: "a" });
    const head = await git(repository, "rev-parse", "HEAD");
    const later = await git(repository, "commit-tree", "-p", "HEAD", "-m", "Later", "HEAD^{tree}");
    const refs = (count: number, name: string, commit: string) =>
      Array.from({ length: count }, (_, at) => `${commit} refs/${name}-${at + 1}\n`);
    const all = [refs(40, "heads/mine", head), refs(140, "remotes/origin/theirs", later), refs(400, "tags/v", later)];
    writeFileSync(path.join(repository, ".git", "packed-refs"), all.flat().join(""));
    await git(repository, "branch", "0-mine-4");
    const { id } = must(await bench.projects.add(repository));

    const { bases, more } = must(await bench.projects.bases(id));
    expect(bases[0]).toEqual({ ref: "main", kind: "branch", commit: head, current: true });
    expect(bases.map(({ kind }) => kind)).toEqual([
      ...Array<string>(42).fill("branch"),
      ...Array<string>(100).fill("remote"),
      ...Array<string>(50).fill("tag"),
    ]);
    expect(more).toBe(true);

    const found = must(await bench.projects.bases(id, "ORIGIN theirs-14"));
    expect(found).toEqual({
      bases: ["theirs-14", "theirs-140"].map((name) => ({
        ref: `origin/${name}`,
        kind: "remote",
        commit: later,
        current: false,
      })),
      more: false,
    });
    expect(must(await bench.projects.bases(id, "mine-4")).bases.map(({ ref }) => ref)).toEqual(["mine-4", "0-mine-4", "mine-40"]);
    expect(must(await bench.projects.bases(id, "none of these"))).toEqual({ bases: [], more: false });
  });

  it("is a commit where no branch is checked out, and branches where nothing is", async () => {
    const repository = await bench.place.repository("shop", { a: "a" });
    await git(repository, "checkout", "-q", "--detach");
    const { id } = must(await bench.projects.add(repository));
    const kinds = async () => must(await bench.projects.bases(id)).bases.map(({ ref, kind, current }) => [ref, kind, current]);
    expect(await kinds()).toEqual([
      ["HEAD", "commit", true],
      ["main", "branch", false],
    ]);
    await git(repository, "symbolic-ref", "HEAD", "refs/heads/unborn");
    expect(await kinds()).toEqual([["main", "branch", false]]);
  });
});

describe("how a base stands to its remote", () => {
  let origin: string;
  let projectId: string;
  beforeEach(async () => {
    origin = await bench.place.repository("origin", { a: "a" });
    await git(bench.place.root, "clone", "-q", origin, "clone");
    projectId = must(await bench.projects.add(at("clone"))).id;
  });
  const stateOf = async (ref: string) => must(await bench.projects.base(projectId, ref));
  const commitAtOrigin = () => git(origin, "commit", "-q", "--allow-empty", "-m", "Later");

  it("is told with the age of what is known", async () => {
    expect(await stateOf("main")).toMatchObject({ upstream: "origin/main", behind: 0, fetchedAt: expect.any(String) });
    await commitAtOrigin();
    await git(at("clone"), "fetch", "-q");
    utimesSync(at("clone", ".git", "FETCH_HEAD"), new Date("2040-01-02"), new Date("2040-01-02"));
    const fetchedAt = "2040-01-02T00:00:00.000Z";
    expect(await stateOf("main")).toMatchObject({ upstream: "origin/main", behind: 1, fetchedAt });
    expect(await stateOf("HEAD")).toMatchObject({ upstream: "origin/main", behind: 1, fetchedAt });
    expect(await stateOf("origin/main")).toMatchObject({ upstream: "origin/main", behind: 0, fetchedAt });
    await git(at("clone"), "branch", "--no-track", "side");
    await git(at("clone"), "tag", "v1");
    for (const ref of ["side", "v1"]) expect(await stateOf(ref)).toMatchObject({ upstream: null, behind: null, fetchedAt: null });
    expect(mustFail(await bench.projects.base(projectId, "gone")).code).toBe("BASE_NOT_FOUND");
    expect(mustFail(await bench.projects.base(projectId, "--all")).code).toBe("BASE_NOT_FOUND");
  });

  it("doesn't take a fetch of something else for one of it", async () => {
    const before = await stateOf("main");
    await git(origin, "branch", "other");
    await commitAtOrigin();
    await git(origin, "branch", "-f", "other");
    await git(at("clone"), "fetch", "-q", "origin", "other");
    utimesSync(at("clone", ".git", "FETCH_HEAD"), new Date("2040-01-02"), new Date("2040-01-02"));
    expect(await stateOf("main")).toEqual(before);
  });

  it("is new after a fetch, which leaves the person's own last one as it was", async () => {
    await commitAtOrigin();
    expect(mustFail(await bench.projects.fetchBase(projectId, "main")).code).toBe("PROJECT_NOT_TRUSTED");
    must(await bench.projects.trust(projectId));
    for (const ref of ["main", "origin/main"]) {
      const fetched = must(await bench.projects.fetchBase(projectId, ref));
      expect(fetched).toEqual({ ...(await stateOf(ref)), fetchedAt: expect.any(String) });
    }
    expect(await stateOf("main")).toMatchObject({ behind: 1 });
    expect(existsSync(at("clone", ".git", "FETCH_HEAD"))).toBe(false);
    await git(at("clone"), "branch", "--no-track", "side");
    expect(must(await bench.projects.fetchBase(projectId, "side"))).toMatchObject({ upstream: null, fetchedAt: null });
  });

  it("stays what it was where the remote can't be reached, which is said", async () => {
    must(await bench.projects.trust(projectId));
    const before = await stateOf("main");
    renameSync(origin, at("moved"));
    expect(mustFail(await bench.projects.fetchBase(projectId, "main"))).toMatchObject({ code: "GIT_FAILED" });
    expect(await stateOf("main")).toEqual(before);
    rmSync(at("moved"), { recursive: true });
  });
});
