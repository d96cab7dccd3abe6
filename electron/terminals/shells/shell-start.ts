import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Log } from "../../lib/log.ts";
import { shellScripts } from "./scripts.ts";

/** How a shell is started; `env` is all of its environment. */
export type ShellStart = { command: string; args: string[]; env: Record<string, string> };

type Wanted = {
  /** The program; null takes the person's own. */
  chosen: string | null;
  env: Record<string, string>;
  /** Where `writeShellScripts` wrote; null for a shell that tells nothing of its commands. */
  folder: string | null;
  platform: NodeJS.Platform;
};

export type ShellChoice = {
  /** The shell from the settings; null takes the person's own. */
  shell(): string | null;
  /** Whether shells tell where their commands begin and how they ended. */
  shellMarks(): boolean;
  /** For their scripts, and nobody else's. */
  shellFolder: string;
  log: Log;
};

/** How the person's shell is started in this environment, with what it needs for that. */
export function prepareShell(choice: ShellChoice, env: Record<string, string>): ShellStart {
  return shellStart({ chosen: choice.shell(), env, folder: preparedScripts(choice), platform: process.platform });
}

/** Where they can't be written it's a shell all the same. */
function preparedScripts(choice: ShellChoice): string | null {
  if (!choice.shellMarks()) return null;
  try {
    writeShellScripts(choice.shellFolder);
    return choice.shellFolder;
  } catch (error) {
    choice.log.error("terminals.shell-scripts", error);
    return null;
  }
}

/** Pure. A login shell; one of those that we know also tells where its commands begin and how they end. */
function shellStart({ chosen, env, folder, platform }: Wanted): ShellStart {
  if (platform === "win32") return { command: chosen ?? "powershell.exe", args: [], env };
  const command = chosen ?? env.SHELL ?? "/bin/sh";
  const plain = { command, args: ["-l"], env };
  if (folder === null) return plain;
  switch (path.basename(command)) {
    case "bash":
      // Apple's own is built not to read ENV.
      return platform === "darwin" && command === "/bin/bash" ? plain : bashStart(plain, folder);
    case "zsh":
      return { ...plain, env: { ...env, ...kept(env, "ZDOTDIR"), ZDOTDIR: path.join(folder, "zsh") } };
    case "fish": {
      const own = path.join(folder, "data");
      const dirs = `${own}:${env.XDG_DATA_DIRS ?? "/usr/local/share:/usr/share"}`;
      return { ...plain, env: { ...env, ...kept(env, "XDG_DATA_DIRS"), HEARTH_DATA_DIR: own, XDG_DATA_DIRS: dirs } };
    }
    default:
      return plain;
  }
}

function bashStart({ command, env }: ShellStart, folder: string): ShellStart {
  // In POSIX mode it would keep its history in another file.
  const history: Record<string, string> =
    env.HISTFILE === undefined && env.HOME !== undefined
      ? { HISTFILE: path.join(env.HOME, ".bash_history"), HEARTH_HISTFILE: "1" }
      : {};
  const own = { ...env, ...history, ...kept(env, "ENV"), ENV: path.join(folder, "hearth.bash") };
  return { command, args: ["--posix", "-l"], env: own };
}

/** What the shell's script puts back. */
function kept(env: Record<string, string>, name: string): Record<string, string> {
  return env[name] === undefined ? {} : { [`HEARTH_${name}`]: env[name] };
}

/**
 * Writes those that aren't there as they are here, as an earlier version may have left others. Each appears whole: other
 * shells may be reading them. The folder is the caller's.
 */
function writeShellScripts(folder: string): void {
  for (const [name, text] of Object.entries(shellScripts)) {
    const file = path.join(folder, name);
    if (isThere(file, text)) continue;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, file);
  }
}

function isThere(file: string, text: string): boolean {
  try {
    return readFileSync(file, "utf8") === text;
  } catch {
    return false;
  }
}
