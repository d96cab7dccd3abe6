import os from "node:os";
import { runToEnd } from "./process.ts";

/**
 * The environment of the person's login interactive shell, where nvm, fnm, volta, asdf, mise and homebrew set their
 * PATH: an app started from a dock has none of it. Asked once and kept until `refresh`.
 */
export type ShellEnvironment = {
  env: Record<string, string>;
  source: "shell" | "fallback";
  /** Why the shell couldn't be asked, in words for a person. */
  problem: string | null;
};

export type ShellEnvironmentReader = {
  get(): Promise<ShellEnvironment>;
  /** What is known by now; null while the shell is being asked. */
  known(): ShellEnvironment | null;
  refresh(): Promise<ShellEnvironment>;
};

const timeoutMs = 5000;
const marker = "--hearth-environment--";
const command = `printf '%s\\0' '${marker}'; env -0; printf '%s\\0' '${marker}'`;

/** The login shell's environment, kept from the first time it was read. */
export class LoginShell implements ShellEnvironmentReader {
  readonly #host: Record<string, string>;
  #known: ShellEnvironment | null = null;
  #asking: Promise<ShellEnvironment> | null = null;

  /** `host` is the environment this program was started with; it counts where the shell gives none. */
  constructor(host: Record<string, string>) {
    this.#host = host;
  }

  async get(): Promise<ShellEnvironment> {
    return this.#known ?? this.refresh();
  }

  known(): ShellEnvironment | null {
    return this.#known;
  }

  refresh(): Promise<ShellEnvironment> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask(): Promise<ShellEnvironment> {
    const read = await readShell(this.#host);
    this.#known = read;
    return read;
  }
}

async function readShell(host: Record<string, string>): Promise<ShellEnvironment> {
  const env = withoutSwitches(host);
  if (process.platform === "win32") return { env, source: "shell", problem: null };
  const shell = env["SHELL"] || os.userInfo().shell || "/bin/sh";
  const finished = await runToEnd({
    command: shell,
    args: ["-l", "-i", "-c", command],
    cwd: env["HOME"] || os.homedir(),
    env: { ...env, TERM: "dumb" },
    timeoutMs,
    maxBytes: 8 * 1024 * 1024,
  });
  const fallback = (why: string): ShellEnvironment => ({
    env,
    source: "fallback",
    problem: `The environment of ${shell} couldn't be read (${why}), so agents get the one Hearth was started with. Programs that only your shell's start-up files put on the PATH aren't found.`,
  });
  if (!finished.ok)
    return fallback(finished.error.type === "timeout" ? `no answer in ${timeoutMs / 1000} s` : finished.error.message);
  const read = parseEnvironment(finished.value.stdout.toString("utf8"));
  if (!read) return fallback(`it ended with ${finished.value.code ?? finished.value.signal} and printed no environment`);
  const { SHLVL: _level, PWD: _folder, OLDPWD: _before, _: _program, ...rest } = read;
  return { env: withoutSwitches({ ...rest, TERM: env["TERM"] ?? rest["TERM"] ?? "dumb" }), source: "shell", problem: null };
}

/** What stands between the markers, whatever the start-up files printed around it; null without both markers. */
export function parseEnvironment(output: string): Record<string, string> | null {
  const begin = output.indexOf(`${marker}\0`);
  const end = output.lastIndexOf(`${marker}\0`);
  if (begin === -1 || end <= begin) return null;
  const env: Record<string, string> = {};
  for (const entry of output.slice(begin + marker.length + 1, end).split("\0")) {
    const equals = entry.indexOf("=");
    if (equals > 0) env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return env;
}

/** Names that steer Electron, Node, our own program or the package it came in: never for a child of ours. */
const switches =
  /^(ELECTRON_|CHROME_|HEARTH_|VSCODE_|npm_|NODE_OPTIONS$|NODE_CHANNEL_|NODE_REPL_|NODE_V8_COVERAGE$|VITEST|APPIMAGE$|APPDIR$|ARGV0$|OWD$|ORIGINAL_XDG_|GIO_LAUNCHED_|BASH_FUNC_|INIT_CWD$)/;

export function withoutSwitches(env: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && !switches.test(name)) kept[name] = value;
  return kept;
}
