import { statSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "./git.ts";
import { findRepository, line } from "./repository.ts";

const settings = "^core\\.(autocrlf|eol|sparsecheckout)$";
const unchanged = new Set(["unset", "unspecified"]);
const listingBytes = 512 * 1024 * 1024;

/**
 * Whether a checkout's files may differ, byte for byte, from what is in the commit: line ends or encodings converted,
 * content filtered, keywords expanded, or only a part checked out. Where that can't be told, it may.
 */
export async function convertsContent(git: Git, checkout: string): Promise<boolean> {
  const asked = await git.run(["config", "--get-regexp", settings], { cwd: checkout, exitCodes: [0, 1] });
  if (!asked.ok) return true;
  const lines = asked.value.stdout.toString("utf8").trim().split("\n").filter(Boolean);
  if (lines.some((text) => !text.endsWith(" false"))) return true;
  const attributes = await hasAttributes(git, checkout);
  if (!attributes.ok) return true;
  const converted = attributes.value ? await isConverted(git, checkout) : ok(false);
  return !converted.ok || converted.value;
}

/** Whether there may be attributes: the project's in any folder, the repository's own, the person's, the machine's. */
export async function hasAttributes(git: Git, checkout: string): Promise<Result<boolean, GitFailure>> {
  const named = await git.run(["ls-files", "--cached", "-z", "--", ":(top,glob)**/.gitattributes"], {
    cwd: checkout,
    env: { GIT_LITERAL_PATHSPECS: "0" },
  });
  if (!named.ok) return named;
  const repository = await findRepository(git, checkout);
  if (!repository.ok) return repository;
  const [own, system] = await Promise.all(
    ["GIT_ATTR_GLOBAL", "GIT_ATTR_SYSTEM"].map((name) => git.run(["var", name], { cwd: checkout })),
  );
  // Gits before 2.42 can't say where these two are.
  if (!own?.ok || !system?.ok || !repository.value) return ok(true);
  const files = [path.join(repository.value.commonDir, "info/attributes"), line(own.value.stdout), line(system.value.stdout)];
  return ok(named.value.stdout.length > 0 || files.some(hasContent));
}

function hasContent(file: string): boolean {
  return file !== "" && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Asks for every file, in two processes. What is told of a hundred thousand files doesn't become text. */
async function isConverted(git: Git, checkout: string): Promise<Result<boolean, GitFailure>> {
  const files = await git.run(["ls-files", "--cached", "-z"], { cwd: checkout, maxBytes: listingBytes });
  if (!files.ok) return files;
  const names = ["eol", "ident", "filter", "working-tree-encoding", ...(process.platform === "win32" ? ["text"] : [])];
  const told = await git.run(["check-attr", "-z", "--stdin", ...names], {
    cwd: checkout,
    input: files.value.stdout,
    timeoutMs: 60_000,
    maxBytes: listingBytes,
  });
  if (!told.ok) return told;
  const { stdout } = told.value;
  return ok(
    stdout.includes("\0eol\0crlf\0") ||
      ["ident", "filter", "working-tree-encoding", "text"].some((name) => isSetSomewhere(stdout, name)),
  );
}

/** Fields of `check-attr -z` are path, attribute, value, each with a NUL at its end. */
function isSetSomewhere(told: Buffer, name: string): boolean {
  const field = Buffer.from(`\0${name}\0`);
  for (let at = told.indexOf(field); at !== -1; at = told.indexOf(field, at + field.length)) {
    const value = at + field.length;
    const end = told.indexOf(0, value);
    if (!unchanged.has(told.toString("latin1", value, end))) return true;
  }
  return false;
}
