import { fail, ok, type Result } from "../../shared/result.ts";
import type { Git } from "./git.ts";

export type GitRefusal = { code: "GIT_UNAVAILABLE"; message: string };

const floor = [2, 39] as const;

/** The version of git, if it is one that Hearth can work with. */
export async function checkGit(git: Git, cwd: string): Promise<Result<string, GitRefusal>> {
  const answered = await git.run(["version"], { cwd, timeoutMs: 10_000 });
  const install = "Install git 2.39 or newer (https://git-scm.com/downloads, or your system's packages) and start Hearth again.";
  if (!answered.ok) return fail({ code: "GIT_UNAVAILABLE", message: `git was not found. ${install}` });
  const version = /(\d+)\.(\d+)(\.\d+)*/.exec(answered.value.stdout.toString("utf8"));
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return ok(version?.[0] ?? "");
  return fail({ code: "GIT_UNAVAILABLE", message: `git ${version?.[0] ?? "of an unknown version"} is too old. ${install}` });
}
