import path from "node:path";
import { createRepo, type Repo, type TestFolder } from "./repos.ts";

/**
 * A project of one kind of repository for tests with random trees. `path` is what is added as project; `kind` how its
 * session works; `mine` tells the paths that edits may touch; `canonical` makes equal what the repository takes for equal.
 */
export type RandomPlace = {
  path: string;
  /** The checkout's top folder; what is listed is relative to it. */
  root: string;
  kind: "worktree" | "in-place";
  hasGit: boolean;
  mine: (file: string) => boolean;
  canonical: (entry: string) => string;
};

const anything = (file: string): boolean => !file.startsWith(".git") && !file.includes("/.git") && !file.startsWith("ignored/");
const exact = (entry: string): string => entry;

function seeded(repo: Repo): Repo {
  repo.write(".gitignore", "ignored/\n");
  repo.write("a.txt", Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(""));
  repo.write("README.md", "hello\n");
  repo.write("src/b.txt", "b\n");
  repo.write("src/deep/er/c.txt", "c\nno end");
  repo.write("run.sh", "#!/bin/sh\n", { executable: true });
  repo.write("data.bin", Uint8Array.from([0, 1, 2, 255, 254]));
  repo.link("link", "a.txt");
  return repo;
}

/** What ends up in the project's folder after the commit: it is ignored, and nobody's to touch. */
function withIgnored(repo: Repo): Repo {
  repo.write("ignored/secret.txt", "keep me\n");
  return repo;
}

function committed(
  folder: TestFolder,
  prepare: (repo: Repo) => void = () => {},
  options: Parameters<typeof createRepo>[2] = {},
): Repo {
  const repo = seeded(createRepo(folder, "project", options));
  prepare(repo);
  repo.git("config", "user.name", "Person");
  repo.git("config", "user.email", "person@example.com");
  repo.commit("first");
  return withIgnored(repo);
}

const place = (repo: { path: string }, rest: Partial<RandomPlace> = {}): RandomPlace => ({
  path: repo.path,
  root: repo.path,
  kind: "worktree",
  hasGit: true,
  mine: anything,
  canonical: exact,
  ...rest,
});

/** Text with every line's end as git keeps it; what holds a NUL is taken as it is, as git does. */
function withoutCarriageReturns(entry: string): string {
  const [mode, hex = ""] = entry.split(":");
  const bytes = Buffer.from(hex, "hex");
  if (mode === "link" || bytes.includes(0)) return entry;
  return `${mode}:${Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1").toString("hex")}`;
}

const withoutMode = (entry: string): string => entry.replace(/^(755|644):/, "file:");

export const randomPlaces: Record<string, (folder: TestFolder) => RandomPlace> = {
  "a plain folder": (folder) =>
    place(withIgnored(seeded(createRepo(folder, "project", { plain: true }))), { kind: "in-place", hasGit: false }),
  "a fresh repository": (folder) => place(withIgnored(seeded(createRepo(folder))), { kind: "in-place" }),
  "a repository, in place": (folder) => place(committed(folder), { kind: "in-place" }),
  "a repository": (folder) => place(committed(folder)),
  autocrlf: (folder) => {
    const repo = committed(folder, (made) => made.git("config", "core.autocrlf", "true"));
    return place(repo, { canonical: withoutCarriageReturns });
  },
  "fileMode=false": (folder) =>
    place(
      committed(folder, (made) => made.git("config", "core.fileMode", "false")),
      { canonical: withoutMode },
    ),
  "attributes in subfolders": (folder) => {
    const repo = committed(folder, (made) => {
      made.write("src/.gitattributes", "*.txt text eol=crlf\n");
      made.write("docs/.gitattributes", "* -text\n");
      made.write("docs/a.txt", "kept\r\nas it is\n");
    });
    return place(repo, { canonical: withoutCarriageReturns });
  },
  "a submodule": (folder) => {
    const inner = createRepo(folder, "inner");
    inner.write("inside.txt", "inside\n");
    inner.commit("inside");
    const repo = committed(folder, (made) => made.git("submodule", "--quiet", "add", inner.path, "sub"));
    return place(repo, { mine: (file) => anything(file) && file !== "sub" && !file.startsWith("sub/") });
  },
  "a sparse checkout": (folder) => {
    const repo = committed(folder, (made) => made.write("far/away.txt", "not here\n"));
    repo.git("sparse-checkout", "set", "src", "docs");
    return place(repo, { mine: (file) => anything(file) && !file.startsWith("far") });
  },
  "SHA-256": (folder) => place(committed(folder, () => {}, { objectFormat: "sha256" })),
  "a subfolder as project": (folder) => {
    const repo = committed(folder);
    return place(repo, { path: path.join(repo.path, "src") });
  },
  "a linked worktree": (folder) => {
    const repo = committed(folder);
    repo.git("worktree", "add", "--quiet", "../linked");
    return place(withIgnored(createRepo(folder, "linked", { plain: true })));
  },
};
