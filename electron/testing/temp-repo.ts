import { mkdirSync, mkdtempSync, realpathSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GitProgram, type Git } from "../git/git.ts";
import { runToEnd } from "../lib/process.ts";
import { removeFolder } from "./remove-folder.ts";

/**
 * A folder of a test's own with a home, a data folder and room for projects; gone with `dispose`.
 * `user` runs git as a person would, with hooks, filters and configuration; `git` is the core's door.
 */
export type TempPlace = {
  root: string;
  home: string;
  data: string;
  env: Record<string, string>;
  git: Git;
  user(cwd: string, ...args: string[]): Promise<string>;
  write(folder: string, files: Record<string, string>): void;
  /** A repository at `<root>/<name>` with one commit of these files. */
  repository(name: string, files?: Record<string, string>): Promise<string>;
  dispose(): void;
};

export function createTempPlace(): TempPlace {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-test-")));
  const home = path.join(root, "home");
  const data = path.join(root, "data");
  mkdirSync(home);
  mkdirSync(data);
  writeFileSync(
    path.join(home, ".gitconfig"),
    "[user]\n\tname = Test\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
  };
  const user = async (cwd: string, ...args: string[]): Promise<string> => {
    const done = await runToEnd({
      command: "git",
      args,
      cwd,
      env,
      timeoutMs: 30_000,
      maxBytes: 8_000_000,
    });
    if (!done.ok) throw new Error(done.error.message);
    if (done.value.code !== 0) throw new Error(`git ${args.join(" ")}: ${done.value.stderr.toString("utf8")}`);
    return done.value.stdout.toString("utf8").trimEnd();
  };
  const write = (folder: string, files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      const at = path.join(folder, name);
      if (!existsSync(path.dirname(at))) mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, text);
    }
  };
  return {
    root,
    home,
    data,
    env,
    git: new GitProgram({ program: "git", env }),
    user,
    write,
    async repository(name, files = { "readme.md": "hello\n" }) {
      const folder = path.join(root, name);
      mkdirSync(folder, { recursive: true });
      await user(folder, "init", "--quiet", "--initial-branch=main");
      write(folder, files);
      await user(folder, "add", "--all");
      await user(folder, "commit", "--quiet", "--message", "First");
      return folder;
    },
    dispose: () => removeFolder(root),
  };
}
