import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import { GitProgram, type Git } from "../git/git.ts";
import { removeFolder } from "./remove-folder.ts";

/** A folder of its own for a test, with a home that holds nothing; gone with `dispose`. */
export type TestFolder = {
  path: string;
  /** The environment for children: own HOME and XDG folders, git's author and dates fixed. */
  env: Record<string, string>;
  git: Git;
  dispose(): void;
};

export function createTestFolder(): TestFolder {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-test-")));
  const home = path.join(folder, "home");
  mkdirSync(home);
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    TMPDIR: tmpdir(),
    LANG: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
  };
  return {
    path: folder,
    env,
    git: new GitProgram({ program: "git", env }),
    dispose: () => removeFolder(folder),
  };
}

export type Repo = {
  path: string;
  /** Runs git there as a user would, with the repository's own configuration; returns its output, the last line's end taken off. */
  git(...args: string[]): string;
  /** Writes a file or a link; paths are relative, of any bytes (see path-text.ts). */
  write(file: string, content: string | Uint8Array, options?: { executable?: boolean }): void;
  link(file: string, target: string): void;
  remove(file: string): void;
  /** Adds all and commits; returns the commit. */
  commit(message?: string): string;
};

/** A folder to write into; a repository with one branch `main` unless `plain`. */
export function createRepo(
  folder: TestFolder,
  name = "project",
  options: { plain?: boolean; bare?: boolean; objectFormat?: "sha1" | "sha256" } = {},
): Repo {
  const root = path.join(folder.path, name);
  mkdirSync(root, { recursive: true });
  const author = { NAME: "Test", EMAIL: "test@example.com", DATE: "2026-01-01T00:00:00Z" };
  const identity = Object.entries(author).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const env = { ...folder.env, ...Object.fromEntries(identity) };
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "gc.auto=0", "-c", "protocol.file.allow=always", ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    })
      .toString("utf8")
      .replace(/\n$/, "");
  if (!options.plain)
    git(
      "init",
      "--quiet",
      "--initial-branch=main",
      `--object-format=${options.objectFormat ?? "sha1"}`,
      ...(options.bare ? ["--bare"] : []),
    );
  const place = (file: string): Buffer => Buffer.from(encodePath(`${root}/${file}`));
  const makeRoom = (file: string): void => {
    if (file.includes("/"))
      mkdirSync(Buffer.from(encodePath(`${root}/${file.slice(0, file.lastIndexOf("/"))}`)), { recursive: true });
  };
  return {
    path: root,
    git,
    write(file, content, { executable = false } = {}) {
      makeRoom(file);
      writeFileSync(place(file), content);
      chmodSync(place(file), executable ? 0o755 : 0o644);
    },
    link(file, target) {
      makeRoom(file);
      rmSync(place(file), { force: true });
      symlinkSync(target, place(file));
    },
    remove: (file) => rmSync(place(file), { recursive: true, force: true }),
    commit(message = "change") {
      git("add", "-A");
      git("commit", "--quiet", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
  };
}

/** Repositories of every shape, each with something in it. */
export const repoShapes = {
  "a plain folder": (folder: TestFolder): Repo => withFiles(createRepo(folder, "project", { plain: true })),
  "no commits": (folder: TestFolder): Repo => withFiles(createRepo(folder)),
  "one commit": committed,
  "a detached HEAD": (folder: TestFolder): Repo => withGit(committed(folder), "checkout", "--quiet", "--detach"),
  "SHA-256": (folder: TestFolder): Repo => withCommit(withFiles(createRepo(folder, "project", { objectFormat: "sha256" }))),
  "a linked worktree": (folder: TestFolder): Repo => {
    withGit(committed(folder, "origin"), "worktree", "add", "--quiet", "../project");
    return createRepo(folder, "project", { plain: true });
  },
  "a shallow clone": (folder: TestFolder): Repo => {
    const origin = committed(folder, "origin");
    origin.write("second.txt", "2\n");
    origin.commit();
    origin.git("clone", "--quiet", "--depth=1", `file://${origin.path}`, "../project");
    return createRepo(folder, "project", { plain: true });
  },
  "a clone with alternates": (folder: TestFolder): Repo => {
    committed(folder, "origin").git("clone", "--quiet", "--shared", ".", "../project");
    return createRepo(folder, "project", { plain: true });
  },
  "a sparse checkout": (folder: TestFolder): Repo => withGit(committed(folder), "sparse-checkout", "set", "--no-cone", "/a.txt"),
  "a merge going on": (folder: TestFolder): Repo => {
    const repo = committed(folder);
    repo.git("checkout", "--quiet", "-b", "other");
    repo.write("a.txt", "theirs\n");
    repo.commit();
    repo.git("checkout", "--quiet", "main");
    repo.write("a.txt", "ours\n");
    repo.commit();
    try {
      repo.git("merge", "--quiet", "other");
    } catch {
      // The conflict is what this shape is.
    }
    return repo;
  },
  "a split index": (folder: TestFolder): Repo => withGit(committed(folder), "update-index", "--split-index"),
} satisfies Record<string, (folder: TestFolder) => Repo>;

function committed(folder: TestFolder, name = "project"): Repo {
  return withCommit(withFiles(createRepo(folder, name)));
}

function withFiles(repo: Repo): Repo {
  repo.write("a.txt", "one\ntwo\nthree\n");
  repo.write("dir/b.txt", "b\n");
  repo.write("run.sh", "#!/bin/sh\n", { executable: true });
  repo.link("link", "a.txt");
  return repo;
}

function withCommit(repo: Repo): Repo {
  repo.commit("first");
  return repo;
}

function withGit(repo: Repo, ...args: string[]): Repo {
  repo.git(...args);
  return repo;
}

/** Names that break programs which quote, split or decode what git prints. */
export const oddNames = [
  "new\nline",
  "tab\there",
  'double"quote',
  "single'quote",
  "back\\slash",
  "a -> b",
  "-rf",
  "--output=x",
  " leading",
  "in side",
  "😀.txt",
  "\u00e9-nfc",
  "e\u0301-nfd",
  "bytes-\udcff\udcfe",
  "colon:name",
  "*glob?[x]",
  "#hash",
  "~tilde",
  ":(top)magic",
  "deep/é/\udc80/x",
];

/** The environment with everything set that points git elsewhere, to prove that it is scrubbed. */
export function hostileGitEnvironment(elsewhere: string): Record<string, string> {
  return {
    GIT_DIR: elsewhere,
    GIT_WORK_TREE: elsewhere,
    GIT_INDEX_FILE: path.join(elsewhere, "index"),
    GIT_OBJECT_DIRECTORY: elsewhere,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.bare",
    GIT_CONFIG_VALUE_0: "true",
    GIT_EXTERNAL_DIFF: "false",
    GIT_NAMESPACE: "x",
  };
}
