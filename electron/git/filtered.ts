import { decodePath } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { listConfig } from "./config.ts";
import { hasAttributes } from "./conversion.ts";
import type { Git, GitFailure } from "./git.ts";

const listingBytes = 512 * 1024 * 1024;

export type Filtered = { path: string; filter: string };

/** Files of a checkout whose content a filter makes (Git LFS is one), by all attributes that are in force. */
export async function listFiltered(git: Git, checkout: string): Promise<Result<Filtered[], GitFailure>> {
  const attributes = await hasAttributes(git, checkout);
  if (!attributes.ok || !attributes.value) return attributes.ok ? ok([]) : attributes;
  const files = await git.run(["ls-files", "--cached", "-z"], { cwd: checkout, maxBytes: listingBytes });
  if (!files.ok) return files;
  const told = await git.run(["check-attr", "-z", "--stdin", "filter"], {
    cwd: checkout,
    input: files.value.stdout,
    timeoutMs: 60_000,
    maxBytes: listingBytes,
  });
  return told.ok ? ok(parseFilters(told.value.stdout)) : told;
}

/**
 * Fields are path, attribute, value, each with a NUL at its end; most of a hundred thousand have none. Names are read as
 * settings are, which they are compared with.
 */
function parseFilters(told: Buffer): Filtered[] {
  const found: Filtered[] = [];
  for (let start = 0; start < told.length;) {
    const pathEnd = told.indexOf(0, start);
    const value = told.indexOf(0, pathEnd + 1) + 1;
    const end = told.indexOf(0, value);
    const filter = told.toString("utf8", value, end);
    if (filter !== "unspecified" && filter !== "unset" && filter !== "set")
      found.push({ path: decodePath(told.subarray(start, pathEnd)), filter });
    start = end + 1;
  }
  return found;
}

/** Names of the filters that make another content when files are checked out. */
export async function smudgingFilters(git: Git, checkout: string): Promise<Result<Set<string>, GitFailure>> {
  const listed = await listConfig(git, checkout);
  if (!listed.ok) return listed;
  const names = listed.value.flatMap(({ key, value }) => {
    const name = /^filter\.(.*)\.(smudge|process)$/is.exec(key)?.[1];
    return name !== undefined && value !== "" && value !== "cat" ? [name] : [];
  });
  return ok(new Set(names));
}
