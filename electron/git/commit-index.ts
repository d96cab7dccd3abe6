import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePath, encodePaths } from "../../shared/path-text.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Git, GitCall, GitFailure, GitOutput } from "./git.ts";
import { findRepository, line } from "./repository.ts";

/** `mode` is git's, octal; null where the file is to be taken out. */
export type CommitFile = { path: string; mode: string | null };

type Outcome<T> = Promise<Result<T, GitFailure>>;

/**
 * An index of ours in which a commit is put together, and a folder of files from which git fills it, through the filters
 * that the repository has for them. The repository's own index and files have no part in it. Lives in a temporary folder,
 * whose end is `dispose`.
 */
export class CommitIndex {
  /** Where `add` reads files from, laid out as the project's folder is. */
  readonly files: string;
  readonly #git: Git;
  readonly #folder: string;
  readonly #temporary: string;
  readonly #env: Record<string, string>;

  private constructor(deps: { git: Git; folder: string; temporary: string; inside: string; env: Record<string, string> }) {
    this.#git = deps.git;
    this.#folder = deps.folder;
    this.#temporary = deps.temporary;
    this.#env = { ...deps.env, GIT_INDEX_FILE: path.join(deps.temporary, "index") };
    this.files = path.join(deps.temporary, "files", deps.inside);
  }

  /** With what `commit` has in it, null for nothing. `env` is added to the environment of git and so of its hooks. */
  static async open(
    git: Git,
    folder: string,
    { commit, env }: { commit: string | null; env: Record<string, string> },
  ): Outcome<CommitIndex> {
    const repository = await findRepository(git, folder);
    if (!repository.ok) return repository;
    if (!repository.value?.topLevel) return fail(noWorkTree(folder));
    const temporary = await mkdtemp(path.join(tmpdir(), "hearth-commit-"));
    const inside = await git.run(["rev-parse", "--show-prefix"], { cwd: folder });
    const index = new CommitIndex({ git, folder, temporary, inside: inside.ok ? line(inside.value.stdout) : "", env });
    const filled = inside.ok ? await index.#fill(repository.value.gitDir, commit) : inside;
    if (filled.ok) return ok(index);
    await index.dispose();
    return filled;
  }

  /** Begins with the repository's own, which knows what it needn't read again. */
  async #fill(gitDir: string, commit: string | null): Outcome<GitOutput> {
    await mkdir(this.files, { recursive: true });
    await copyFile(path.join(gitDir, "index"), path.join(this.#temporary, "index")).catch(() => {
      // A repository in which nothing was ever added has none.
    });
    return this.run(commit === null ? ["read-tree", "--empty"] : ["read-tree", "--reset", commit]);
  }

  /** In the project's folder, with the index of ours. */
  run(args: readonly string[], call: Partial<GitCall> = {}): Outcome<GitOutput> {
    return this.#git.run(args, { cwd: this.#folder, ...call, env: { ...this.#env, ...call.env } });
  }

  /** Writes the commit's files at these paths to `files`, as a checkout of them would be. */
  async checkOut(paths: readonly string[]): Outcome<null> {
    const known = await this.#known(paths);
    if (!known.ok) return known;
    // Paths are written below the prefix as they are in the repository.
    const prefix = `--prefix=${path.join(this.#temporary, "files")}/`;
    const out = await this.run(["checkout-index", "--force", prefix, "-z", "--stdin"], {
      asUser: true,
      input: encodePaths(known.value),
    });
    return out.ok ? ok(null) : out;
  }

  /** Takes these paths from `files` as they are there; one that isn't there is taken out. */
  async add(files: readonly CommitFile[]): Outcome<null> {
    const gitDir = await this.run(["rev-parse", "--absolute-git-dir"]);
    if (!gitDir.ok) return gitDir;
    const update = (args: string[], of: readonly CommitFile[]): Outcome<GitOutput> =>
      this.run(["update-index", ...args, "-z", "--stdin"], {
        cwd: this.files,
        asUser: true,
        env: { GIT_DIR: line(gitDir.value.stdout), GIT_WORK_TREE: path.join(this.#temporary, "files") },
        input: encodePaths(of.map((file) => file.path)),
      });
    const added = await update(["--add", "--remove"], files);
    if (!added.ok) return added;
    const asked = await this.run(["config", "--type=bool", "--get", "core.fileMode"], { exitCodes: [0, 1] });
    if (!asked.ok) return asked;
    if (line(asked.value.stdout) !== "false") return ok(null);
    // Where the repository doesn't look at modes, git keeps those it knew.
    for (const [mode, args] of [
      ["100755", "--chmod=+x"],
      ["100644", "--chmod=-x"],
    ] as const) {
      const of = files.filter((file) => file.mode === mode);
      const set = of.length === 0 ? ok(null) : await update([args], of);
      if (!set.ok) return set;
    }
    return ok(null);
  }

  async #known(paths: readonly string[]): Outcome<string[]> {
    const listed = await this.run(["ls-files", "-z", "--cached"]);
    if (!listed.ok) return listed;
    // Names are compared as bytes: one that isn't UTF-8 must not be taken for another.
    const known = new Set(listed.value.stdout.toString("latin1").split("\0"));
    return ok(paths.filter((one) => known.has(Buffer.from(encodePath(one)).toString("latin1"))));
  }

  async dispose(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }
}

function noWorkTree(folder: string): GitFailure {
  return { type: "exit", message: `${folder} has no files of a repository`, exitCode: 128, stderr: "" };
}
