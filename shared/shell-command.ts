import type { PermissionAction } from "./run-event.ts";
import { quoteWords } from "./shell-words.ts";

/**
 * A command as it will run: a list of arguments without any shell, or a script that a shell will read.
 * `conflicting`: the agent gave a command line and a list that don't say the same.
 */
export type Command =
  | { kind: "argv"; argv: string[] }
  | { kind: "script"; script: string }
  | { kind: "conflicting"; argv: string[]; script: string };

const shells = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash"]);
const shellScriptFlag = /^-l?c$/;

/**
 * Reads an action's command. `npm test`, `["npm", "test"]` and `["sh", "-c", "npm test"]` are the same command, so an
 * approval of one covers the others. null: there is no command to look at.
 */
export function readCommand(action: PermissionAction): Command | null {
  const line = action.command?.trim() ? action.command.trim() : null;
  const argv = action.argv && action.argv.length > 0 ? action.argv : null;
  if (!argv) return line === null ? null : fromLine(line);
  const byList = fromArgv(argv);
  const alike = line === null || line === quoteWords(argv) || line === argv.join(" ") || sameCommand(fromLine(line), byList);
  if (alike) return byList;
  return { kind: "conflicting", argv: [...argv], script: line ?? "" };
}

export function sameCommand(a: Command, b: Command): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function fromArgv(argv: readonly string[]): Command {
  const [program = "", flag = "", script] = argv;
  if (
    argv.length === 3 &&
    script !== undefined &&
    shells.has(program.replace(/^\/(usr\/)?bin\//, "")) &&
    shellScriptFlag.test(flag)
  )
    return fromLine(script.trim());
  return { kind: "argv", argv: [...argv] };
}

function fromLine(line: string): Command {
  const argv = splitPlain(line);
  return argv ? fromArgv(argv) : { kind: "script", script: line };
}

/**
 * The arguments of a command line in which a shell would do nothing but split words and take quotes off. null for
 * everything else: operators, substitutions, globs, variables, `~`, comments, line ends, assignments before the command.
 */
export function splitPlain(line: string): string[] | null {
  const words: string[] = [];
  const pattern = /((?:[\w@%+=:,./-]|[^\x00-\x7f]|'[^'\n\r]*'|"[^"\\$`!\n\r]*")+)( +|$)/gy;
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line);
    // zsh reads `=ls` as the path of ls.
    if (!match?.[1] || match[1].startsWith("=")) return null;
    words.push(
      match[1].replaceAll(
        /'([^']*)'|"([^"]*)"/g,
        (_, single: string | undefined, double: string | undefined) => single ?? double ?? "",
      ),
    );
  }
  const first = words[0];
  if (first === undefined || first === "" || /^\w+\+?=/.test(first)) return null;
  return words;
}

/** Whether the arguments hand a script, or another command, to a program whose business is to run it. */
export function runsOtherPrograms(argv: readonly string[]): boolean {
  const program = (argv[0] ?? "").replace(/^.*\//, "");
  return (
    shells.has(program) ||
    ["env", "fish", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh", "eval", "sudo", "doas", "xargs"].includes(program)
  );
}
