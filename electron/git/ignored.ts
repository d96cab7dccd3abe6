import { decodePaths, encodePaths } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

const lookMs = 60_000;
const listingBytes = 512 * 1024 * 1024;

/** Whether this is one of the files that say what git ignores. */
export function isIgnoreFile(path: string): boolean {
  return path === ".gitignore" || path.endsWith("/.gitignore");
}

/** Of these paths those that the rules of the place's work tree ignore, `tracked` ones too where it is true. */
export async function ignoredOf(
  git: Git,
  place: GitPlace,
  paths: readonly string[],
  { tracked }: { tracked: boolean },
): Promise<Result<string[], GitFailure>> {
  if (paths.length === 0) return ok([]);
  const found = await git.run(["check-ignore", ...(tracked ? ["--no-index"] : []), "-z", "--stdin"], {
    ...place,
    // This command knows no literal pathspecs, and gives each back as it was asked for: the dot keeps a colon from being magic.
    env: { ...place.env, GIT_LITERAL_PATHSPECS: "0" },
    input: encodePaths(paths.map((path) => `./${path}`)),
    exitCodes: [0, 1],
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return found.ok ? ok(decodePaths(found.value.stdout).map((path) => path.slice(2))) : found;
}

/** Files on the disk that are ignored; a folder that is ignored whole is one path that ends in `/`. */
export async function listIgnored(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"], {
    ...place,
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

/** Paths of the place's index that the rules of its work tree ignore. */
export async function listIndexedIgnored(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const listed = await git.run(["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"], {
    ...place,
    timeoutMs: lookMs,
    maxBytes: listingBytes,
  });
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}
