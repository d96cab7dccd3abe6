import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

export type FoundProgram = { path: string; how: string; fingerprint: string };
export type MissingProgram = { path: null; reason: string };
type Environment = Readonly<Record<string, string>>;

/**
 * Looks for a program without starting anything: a path as it is, a name on the PATH of `env`. Paths and PATH entries
 * that are relative count from `from`, as execvp would have it; without `from` they are refused, so that nothing is
 * ever taken from a folder that happens to be the current one.
 */
export function findProgram(command: string, env: Environment, from: string | null = null): FoundProgram | MissingProgram {
  if (path.isAbsolute(command) || (from !== null && isPath(command))) {
    const found = look(path.resolve(from ?? "/", command));
    return found
      ? { ...found, how: path.isAbsolute(command) ? "absolute path" : "relative path" }
      : { path: null, reason: `${command} isn't there or can't be executed` };
  }
  if (isPath(command)) return { path: null, reason: `${command} must be a name or an absolute path` };
  for (const folder of foldersOf(env, from)) {
    for (const extension of extensionsOf(env)) {
      const found = look(path.join(folder, command + extension));
      if (found) return { ...found, how: `PATH entry ${folder}` };
    }
  }
  return { path: null, reason: `${command} isn't on the PATH of your login shell` };
}

function isPath(command: string): boolean {
  return command.includes("/") || (process.platform === "win32" && command.includes("\\"));
}

function foldersOf(env: Environment, from: string | null): string[] {
  const entries = (env["PATH"] ?? "").split(path.delimiter).filter((entry) => entry !== "");
  return from === null ? entries.filter((entry) => path.isAbsolute(entry)) : entries.map((entry) => path.resolve(from, entry));
}

function extensionsOf(env: Environment): string[] {
  return process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";") : [""];
}

function look(file: string): { path: string; fingerprint: string } | null {
  try {
    accessSync(file, constants.X_OK);
    const stat = statSync(file);
    return stat.isFile() ? { path: file, fingerprint: `${file}:${Math.trunc(stat.mtimeMs)}:${stat.size}` } : null;
  } catch {
    // Not there, or not for us: the next place may have it.
    return null;
  }
}
