import { existsSync } from "node:fs";
import path from "node:path";

const shell = process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c"] : ["/bin/sh", "-c"];

/**
 * The program that a terminal is to run. Some agents give a whole command line and no arguments: it goes to a shell, as
 * they mean it, unless it is the name of a program.
 */
export function programOf(command: string, args: readonly string[], folder: string): { command: string; args: string[] } {
  const isLine = args.length === 0 && /[\s;&|<>$`"'()]/.test(command.trim()) && !existsSync(path.resolve(folder, command));
  if (!isLine) return { command, args: [...args] };
  const [program = "", ...flags] = shell;
  return { command: program, args: [...flags, command] };
}
