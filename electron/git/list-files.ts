import { decodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";

/** Tracked and untracked files that aren't ignored, as paths relative to `folder`. */
export async function listWorkingFiles(git: Git, folder: string): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
    cwd: folder,
  });
  return listed.ok ? ok(paths(listed.value.stdout)) : listed;
}

/** Untracked files that match any of the patterns (gitignore's syntax), those in ignored folders too. */
export async function listMatchingUntracked(
  git: Git,
  folder: string,
  match: { patterns: readonly string[]; patternFile: string | null },
): Promise<Result<string[], GitFailure>> {
  const excludes = [
    ...match.patterns.map((pattern) => `--exclude=${pattern}`),
    ...(match.patternFile === null ? [] : [`--exclude-from=${match.patternFile}`]),
  ];
  const listed = await git.run(["ls-files", "-z", "--others", "--ignored", ...excludes], { cwd: folder, timeoutMs: 20_000 });
  return listed.ok ? ok(paths(listed.value.stdout)) : listed;
}

function paths(output: Buffer): string[] {
  return decodePath(output).split("\0").filter(Boolean);
}
