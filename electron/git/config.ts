import { fail, ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import { settingsEnv } from "./place.ts";
import { bareEnv } from "./repository.ts";

export type ConfigEntry = { scope: string; key: string; value: string };

/** Every setting git sees in `folder`, included files too. Keys are lower case but for a middle part such as a URL. */
export async function listConfig(git: Git, folder: string): Promise<Result<ConfigEntry[], GitFailure>> {
  const listed = await git.run(["config", "--list", "--show-scope", "-z"], { cwd: folder, env: bareEnv(folder) });
  if (!listed.ok) return listed;
  const fields = listed.value.stdout.toString("utf8").split("\0");
  const entries: ConfigEntry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [key = "", ...value] = (fields[at + 1] ?? "").split("\n");
    entries.push({ scope: fields[at] ?? "", key, value: value.join("\n") });
  }
  return ok(entries);
}

const executing = [
  /^core\.(fsmonitor|hookspath|sshcommand|gitproxy|editor|pager|askpass|worktree|attributesfile|alternaterefscommand)$/,
  /^(sequence\.editor|interactive\.difffilter|gpg\.program|gpg\..*\.program|gpg\.ssh\.defaultkeycommand)$/,
  /^diff\.external$|^diff\..*\.(command|textconv)$|^merge\..*\.driver$|^(difftool|mergetool|browser|man)\..*\.(cmd|path)$/,
  /^filter\..*\.(clean|smudge|process)$|^credential(\..*)?\.helper$|^trailer\..*\.(command|cmd)$|^tar\..*\.command$/,
  /^remote\..*\.(uploadpack|receivepack|vcs|proxy)$|^uploadpack\.packobjectshook$|^url\..*\.(insteadof|pushinsteadof)$/,
  /^protocol\.(.*\.)?allow$|^pager\.|^include\.path$|^includeif\..*\.path$|^submodule\..*\.update$|^init\.templatedir$/,
];

/** Whether a setting makes git run a program, fetch from elsewhere, or read its settings from another place. */
export function isExecuting(entry: ConfigEntry): boolean {
  const key = entry.key.toLowerCase();
  if (key.startsWith("alias.")) return entry.value.trimStart().startsWith("!");
  if (key === "core.fsmonitor") return !/^(true|false|0|1|yes|no|on|off|)$/i.test(entry.value);
  return executing.some((pattern) => pattern.test(key));
}

/**
 * An environment that switches off every content filter that is configured: files are what the repository has of them.
 * Not `-c`, which takes a name with `=` in it for another setting. Names that no environment can carry are refused.
 */
export async function withoutFilters(git: Git, folder: string): Promise<Result<Record<string, string>, GitFailure>> {
  const listed = await listConfig(git, folder);
  if (!listed.ok) return listed;
  const names = new Set(listed.value.flatMap(({ key }) => /^filter\.(.*)\.[^.]+$/is.exec(key)?.[1] ?? []));
  if ([...names].some((name) => name.includes("\ufffd")))
    return fail({ type: "exit", message: "a content filter's name isn't UTF-8", exitCode: null, stderr: "" });
  const off = { smudge: "", clean: "", process: "", required: "false" };
  const settings = [...names].flatMap((name) =>
    Object.entries(off).map(([key, value]): [string, string] => [`filter.${name}.${key}`, value]),
  );
  return ok(settingsEnv(Object.fromEntries(settings)));
}
