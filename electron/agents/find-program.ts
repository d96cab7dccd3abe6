import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

export type FoundProgram = { path: string; how: string; fingerprint: string };

/** Looks for a program without starting anything: an absolute path as it is, a name on the PATH. */
export function findProgram(command: string, env: Record<string, string>): FoundProgram | { path: null; reason: string } {
  if (path.isAbsolute(command)) {
    const found = look(command);
    return found ? { ...found, how: "absolute path" } : { path: null, reason: `${command} isn't there or can't be executed` };
  }
  if (command.includes("/") || command.includes("\\"))
    return { path: null, reason: `${command} must be a name or an absolute path` };
  const extensions = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";") : [""];
  for (const folder of (env["PATH"] ?? "").split(path.delimiter)) {
    // An empty or relative entry would mean the current folder, which an agent's program is never taken from.
    if (!path.isAbsolute(folder)) continue;
    for (const extension of extensions) {
      const found = look(path.join(folder, command + extension));
      if (found) return { ...found, how: `PATH entry ${folder}` };
    }
  }
  return { path: null, reason: `${command} isn't on the PATH of your login shell` };
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
