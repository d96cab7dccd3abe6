import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCoreBench, type CoreBench } from "../testing/core-bench.ts";
import { createRepo, type Repo } from "../testing/repos.ts";
import { until } from "../testing/until.ts";

let bench: CoreBench;
beforeEach(async () => {
  bench = await createCoreBench();
});
afterEach(() => bench.dispose());

const image = (n: number, size = 3000): Buffer =>
  Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), Buffer.alloc(size, n)]);
const fileOf = (repo: Repo, file: string): Buffer => readFileSync(path.join(repo.path, file));
const pointer = "version https://git-lfs.github.com/spec/v1\n";
const notCoveredOf = async (id: string) =>
  (await bench.rpc.changes.apply({ id, dryRun: true })).notCovered.map(({ path: at, why }) => `${why} ${at}`);

const detailOf = async (id: string) => (await bench.rpc.sessions.get({ id })).workingCopy.detail;

function withImages(): Repo {
  const project = bench.project();
  project.git("lfs", "install", "--skip-repo");
  project.git("config", "user.name", "Test");
  project.git("config", "user.email", "test@example.com");
  project.write(".gitattributes", "*.png filter=lfs diff=lfs merge=lfs -text\n");
  project.write("logo.png", image(1));
  project.write("icon.png", image(2));
  project.write("a.txt", "one\n");
  project.commit("images");
  expect(project.git("show", "HEAD:logo.png").startsWith(pointer.trim())).toBe(true);
  return project;
}

describe("Git LFS in a project that is trusted", () => {
  it("has the images in a new worktree and nothing pending; a replaced one applies and is committed as a pointer", async () => {
    const project = withImages();
    const session = await bench.session(project);
    expect(fileOf(session.copy, "logo.png")).toEqual(image(1));
    expect(session.detail).toBeNull();
    expect(await session.changes()).toEqual([]);
    session.copy.write("logo.png", image(9));
    expect(await session.changes()).toEqual(["edit logo.png +0 -0"]);
    expect(await session.apply()).toEqual({ applied: ["logo.png"], conflicts: [] });
    expect(fileOf(project, "logo.png")).toEqual(image(9));
    await bench.rpc.changes.commit({ id: session.id, message: "new logo" });
    expect(project.git("show", "HEAD:logo.png").startsWith(pointer.trim())).toBe(true);
    expect(project.git("status", "--porcelain")).toBe("");
    expect(await session.changes()).toEqual([]);
  });

  it("rejects and restores an image byte for byte", async () => {
    const session = await bench.session(withImages());
    session.copy.write("logo.png", image(9));
    const then = await session.checkpoint();
    await session.reject();
    expect(fileOf(session.copy, "logo.png")).toEqual(image(1));
    await session.restore(then);
    expect(fileOf(session.copy, "logo.png")).toEqual(image(9));
  });

  it("names the pointers of what isn't here, and fetches nothing", async () => {
    const project = withImages();
    rmSync(path.join(project.path, ".git/lfs/objects"), { recursive: true });
    const session = await bench.session(project);
    expect(session.read("logo.png").startsWith(pointer)).toBe(true);
    expect(session.detail).toMatch(/Git LFS.*icon\.png, logo\.png/);
    expect(await session.changes()).toEqual(["filtered icon.png", "filtered logo.png"]);
    expect(await bench.rpc.sessions.remove({ id: session.id })).toBeTruthy();
  });
});

describe("Git LFS in a project that isn't trusted", () => {
  it("is pointers that are named; those that are replaced are changes", async () => {
    const project = withImages();
    const session = await bench.session(project, { trusted: false });
    expect(session.read("logo.png").startsWith(pointer)).toBe(true);
    expect(session.detail).toMatch(/Git LFS.*icon\.png, logo\.png/);
    expect(await notCoveredOf(session.id)).toEqual(["filtered icon.png", "filtered logo.png"]);
    session.copy.write("logo.png", image(9));
    expect(await session.changes()).toEqual(["edit logo.png +0 -0", "filtered icon.png"]);
  });
});

describe("Git LFS in a project that comes to be trusted", () => {
  it("fills the pointers of its worktrees, which is nobody's change; what was written since stays", async () => {
    const project = withImages();
    const session = await bench.session(project, { trusted: false });
    session.copy.write("icon.png", image(7));
    session.copy.write("a.txt", "two\n");
    expect(await session.changes()).toEqual(["edit a.txt +1 -1", "edit icon.png +0 -0", "filtered logo.png"]);
    await bench.rpc.projects.trust({ id: session.projectId });
    await until(() => fileOf(session.copy, "logo.png").equals(image(1)), "the image");
    await until(async () => (await detailOf(session.id)) === null, "nothing to be told");
    expect(await session.changes()).toEqual(["edit a.txt +1 -1", "edit icon.png +0 -0"]);
    expect(fileOf(session.copy, "icon.png")).toEqual(image(7));
    expect(session.copy.git("status", "--porcelain")).toBe(" M a.txt\n M icon.png");
    expect(await session.apply()).toEqual({ applied: ["a.txt", "icon.png"], conflicts: [] });
    expect(fileOf(project, "icon.png")).toEqual(image(7));
  });

  it("names what isn't here as pointers still", async () => {
    const project = withImages();
    const session = await bench.session(project, { trusted: false });
    const [oid = ""] = /[0-9a-f]{64}/.exec(session.read("logo.png")) ?? [];
    rmSync(path.join(project.path, ".git/lfs/objects", oid.slice(0, 2), oid.slice(2, 4), oid));
    await bench.rpc.projects.trust({ id: session.projectId });
    await until(() => fileOf(session.copy, "icon.png").equals(image(2)), "the other image");
    expect(await session.changes()).toEqual(["filtered logo.png"]);
    expect(await detailOf(session.id)).toMatch(/Git LFS/);
  });
});

describe("any other content filter", () => {
  const rot13 = "tr A-Za-z N-ZA-Mn-za-m";

  function withFilter(): { project: Repo; canary: string } {
    const project = bench.project();
    const canary = path.join(bench.folder.path, "ran");
    project.git("config", "filter.secret.clean", rot13);
    project.git("config", "filter.secret.smudge", `touch ${canary}; ${rot13}`);
    project.write(".gitattributes", "*.key filter=secret\n");
    project.write("a.key", "hello\n");
    project.commit("secret");
    expect(project.git("show", "HEAD:a.key")).toBe("uryyb");
    return { project, canary };
  }

  it("runs where git would run it once the project is trusted", async () => {
    const { project } = withFilter();
    const session = await bench.session(project);
    expect(session.read("a.key")).toBe("hello\n");
    expect(await session.changes()).toEqual([]);
    session.copy.write("a.key", "bye\n");
    expect(await session.apply()).toEqual({ applied: ["a.key"], conflicts: [] });
    expect(fileOf(project, "a.key").toString()).toBe("bye\n");
  });

  it("doesn't run before, and what it would have made is named", async () => {
    const { project, canary } = withFilter();
    const session = await bench.session(project, { trusted: false });
    expect(session.read("a.key")).toBe("uryyb\n");
    expect(await session.changes()).toEqual(["filtered a.key"]);
    expect(existsSync(canary)).toBe(false);
  });

  it("is known by a name that isn't ASCII", async () => {
    const { project, canary } = withFilter();
    project.git("config", "filter.é.smudge", `touch ${canary}; ${rot13}`);
    project.write(".gitattributes", "*.key filter=é\n");
    project.commit("another");
    const session = await bench.session(project, { trusted: false });
    expect(await session.changes()).toEqual(["filtered a.key"]);
    expect(existsSync(canary)).toBe(false);
  });

  it("doesn't run where its name looks like a setting: not in the checkout, nor where worktrees and submodules are looked at", async () => {
    const ran = path.join(bench.folder.path, "ran");
    const nothingRan = (where: string): void => {
      expect.soft(existsSync(ran), where).toBe(false);
      rmSync(ran, { force: true });
    };
    const configure = (repo: Repo, ...where: string[]): void => {
      for (const kind of ["clean", "smudge"]) repo.git(...where, "config", `filter.a=b.${kind}`, `echo ${kind} >>${ran}; cat`);
    };
    const library = createRepo(bench.folder, "library");
    library.write(".gitattributes", "*.txt filter=a=b\n");
    library.write("x.txt", "x\n");
    library.commit("first");
    const project = bench.project();
    project.write(".gitattributes", "*.txt filter=a=b\n");
    project.write("a.txt", "a\n");
    project.git("submodule", "--quiet", "add", library.path, "lib");
    project.commit("first");
    configure(project);
    const session = await bench.session(project, { trusted: false });
    expect(session.read("a.txt")).toBe("a\n");
    nothingRan("checkout");
    project.write("a.txt", "b\n");
    expect((await bench.rpc.changes.places({ id: session.id })).places).toMatchObject([{ kind: "checkout", clean: false }]);
    nothingRan("places");
    session.copy.write("lib/x.txt", "y\n");
    configure(session.copy, "-C", "lib");
    expect(await notCoveredOf(session.id)).toContain("submodule lib/");
    nothingRan("submodule");
  });

  it("whose name no environment can carry is refused, and doesn't run", async () => {
    const { project, canary } = withFilter();
    const section = `[filter "\u00ff"]\n\tclean = cat\n\tsmudge = "touch ${canary}; cat"\n`;
    appendFileSync(path.join(project.path, ".git/config"), Buffer.from(section, "latin1"));
    project.write(".gitattributes", Buffer.from("*.key filter=\u00ff\n", "latin1"));
    project.commit("another");
    rmSync(canary, { force: true });
    await expect(bench.session(project, { trusted: false })).rejects.toThrow();
    expect(existsSync(canary)).toBe(false);
  });

  it("that fails leaves the files as the repository has them, and is told", async () => {
    const { project } = withFilter();
    project.git("config", "filter.secret.smudge", "false");
    project.git("config", "filter.secret.required", "true");
    const session = await bench.session(project);
    expect(session.read("a.key")).toBe("uryyb\n");
    expect(session.detail).toMatch(/filter.*failed/i);
    expect(await session.changes()).toEqual(["filtered a.key"]);
  });
});
