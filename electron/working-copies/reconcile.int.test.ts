import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSessionBench, must, type SessionBench } from "../testing/session-bench.ts";
import { createTempPlace, type TempPlace } from "../testing/temp-repo.ts";

let place: TempPlace;
let bench: SessionBench | null = null;
beforeEach(() => {
  place = createTempPlace();
});
afterEach(() => {
  bench?.close();
  bench = null;
  place.dispose();
});

/** A core that dies at a label: what comes after isn't done, and nothing is tidied. */
async function dieAt(label: string, work: (bench: SessionBench) => Promise<unknown>): Promise<void> {
  const dying = createSessionBench({
    place,
    failpoint(at) {
      if (at === label) throw new Error(`died at ${label}`);
    },
  });
  await expect(work(dying)).rejects.toThrow(`died at ${label}`);
  dying.close();
}

async function startAgain(): Promise<SessionBench> {
  bench = createSessionBench({ place });
  bench.sessions.forget(await bench.copies.reconcile());
  return bench;
}

async function projectId(of: SessionBench, folder: string): Promise<string> {
  return must(await of.projects.add(folder)).id;
}

const ownWorktrees = async (repository: string): Promise<number> =>
  (await place.user(repository, "worktree", "list")).split("\n").length - 1;

it.each(["reserve", "add"])("R11 undoes a worktree cut off at %s", async (step) => {
  const repository = await place.repository("shop");
  await dieAt(`worktree:${step}`, async (core) =>
    core.sessions.create({ projectId: await projectId(core, repository), workingCopy: "worktree" }),
  );
  const core = await startAgain();
  expect(must(core.sessions.list(await projectId(core, repository), { status: "all" }))).toEqual([]);
  expect(await ownWorktrees(repository)).toBe(0);
  expect(core.copies.list()).toEqual([]);
});

it.each(["checkout", "bring", "ready"])("R11 finishes a worktree cut off at %s", async (step) => {
  const repository = await place.repository("shop", { "a.txt": "a\n", ".gitignore": ".env\n" });
  place.write(repository, { ".env": "A=1\n" });
  await dieAt(`worktree:${step}`, async (core) =>
    core.sessions.create({ projectId: await projectId(core, repository), workingCopy: "worktree" }),
  );
  const core = await startAgain();
  const [session] = must(core.sessions.list(await projectId(core, repository), { status: "all" }));
  expect(session?.workingCopy.state).toBe("ready");
  expect(readFileSync(path.join(session?.workingCopy.path ?? "", "a.txt"), "utf8")).toBe("a\n");
  expect(existsSync(path.join(session?.workingCopy.path ?? "", ".env"))).toBe(true);
  expect(await ownWorktrees(repository)).toBe(1);
});

it("R11 finishes a checkout whose git was killed with its index locked", async () => {
  const repository = await place.repository("shop", { "a.txt": "a\n" });
  await dieAt("worktree:bring", async (core) =>
    core.sessions.create({ projectId: await projectId(core, repository), workingCopy: "worktree" }),
  );
  const [admin = ""] =
    (await place.user(repository, "worktree", "list", "--porcelain")).match(/(?<=worktree ).*\/session-.*/g) ?? [];
  writeFileSync(path.join(repository, ".git/worktrees", path.basename(admin), "index.lock"), "");
  rmSync(path.join(admin, "a.txt"));
  const core = await startAgain();
  const [session] = core.sessions.listAll();
  expect(session?.workingCopy.state).toBe("ready");
  expect(existsSync(path.join(admin, "a.txt"))).toBe(true);
});

it("R11 undoes what `git worktree add` left when it was killed before it was done", async () => {
  const repository = await place.repository("shop");
  let target = "";
  await dieAt("worktree:add", async (core) => {
    const id = await projectId(core, repository);
    const creating = core.sessions.create({ projectId: id, workingCopy: "worktree" });
    await creating.catch(() => {
      target = core.copies.list()[0]?.path ?? "";
    });
    return creating;
  });
  // Git makes its entry, locked, and the folder with its `.git` file before anything else.
  const entry = path.join(repository, ".git/worktrees", path.basename(target));
  mkdirSync(entry, { recursive: true });
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(entry, "locked"), "initializing");
  writeFileSync(path.join(entry, "gitdir"), `${path.join(target, ".git")}\n`);
  writeFileSync(path.join(entry, "HEAD"), "0000000000000000000000000000000000000000\n");
  writeFileSync(path.join(entry, "commondir"), "../..\n");
  writeFileSync(path.join(target, ".git"), `gitdir: ${entry}\n`);
  const core = await startAgain();
  expect(core.sessions.listAll()).toEqual([]);
  expect(existsSync(target)).toBe(false);
  expect(await ownWorktrees(repository)).toBe(0);
});

it.each(["remove", "removed"])("R11 goes on with a removal cut off at %s", async (step) => {
  const repository = await place.repository("shop");
  await dieAt(`worktree:${step}`, async (core) => {
    const session = must(await core.sessions.create({ projectId: await projectId(core, repository), workingCopy: "worktree" }));
    return core.removal.remove(session.id, true);
  });
  const core = await startAgain();
  expect(core.sessions.listAll()).toEqual([]);
  expect(await ownWorktrees(repository)).toBe(0);
});

it("R11 leaves a worktree whose making again was cut off missing, to be tried once more", async () => {
  const repository = await place.repository("shop", { "a.txt": "a\n" });
  const first = await startAgain();
  const { id, workingCopy } = must(
    await first.sessions.create({ projectId: await projectId(first, repository), workingCopy: "worktree" }),
  );
  rmSync(workingCopy.path, { recursive: true });
  expect(first.records.find(id)?.copy.state).toBe("missing");
  first.close();
  await dieAt("worktree:bring", (core) => core.sessions.recreate(id));
  const last = await startAgain();
  expect(last.sessions.listAll()[0]?.workingCopy.state).toBe("missing");
  expect(must(await last.sessions.recreate(id)).workingCopy.state).toBe("ready");
  expect(readFileSync(path.join(workingCopy.path, "a.txt"), "utf8")).toBe("a\n");
});

it("R71 waits with what was begun while the project's disk is away", async () => {
  const repository = await place.repository("shop");
  await dieAt("worktree:checkout", async (core) =>
    core.sessions.create({ projectId: await projectId(core, repository), workingCopy: "worktree" }),
  );
  renameSync(repository, `${repository}-away`);
  const first = await startAgain();
  expect(first.sessions.listAll()[0]?.workingCopy.state).toBe("preparing");
  first.close();
  renameSync(`${repository}-away`, repository);
  const second = await startAgain();
  expect(second.sessions.listAll()[0]?.workingCopy.state).toBe("ready");
});
