/**
 * Variables that agents set for every command so that it prints for a program and asks nobody: with these values they
 * run nothing, and lead nowhere. With any other value they count like all others.
 */
const quiet: ReadonlyMap<string, RegExp> = new Map([
  ...["PAGER", "GIT_PAGER", "GH_PAGER", "MANPAGER", "SYSTEMD_PAGER", "DELTA_PAGER", "BAT_PAGER"].map((name): [string, RegExp] => [
    name,
    /^(cat)?$/,
  ]),
  ...["GIT_EDITOR", "EDITOR", "VISUAL", "GIT_SEQUENCE_EDITOR"].map((name): [string, RegExp] => [name, /^(true|:|false)$/]),
  ...["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "GIT_TERMINAL_PROMPT", "PYTHONUNBUFFERED"].map(
    (name): [string, RegExp] => [name, /^(|[0-3]|true|false)$/],
  ),
  ...["COLUMNS", "LINES"].map((name): [string, RegExp] => [name, /^\d{1,5}$/]),
  ["TERM", /^[\w+.-]{0,40}$/],
  ["COLORTERM", /^[\w-]{0,20}$/],
  ["DEBIAN_FRONTEND", /^noninteractive$/],
  ...["LANG", "LC_ALL", "LC_CTYPE"].map((name): [string, RegExp] => [name, /^[A-Za-z]{1,3}(_[A-Z]{2})?([.-][\w-]{1,12})?$/]),
]);

export function isQuietSetting(name: string, value: string): boolean {
  return quiet.get(name)?.test(value) ?? false;
}
