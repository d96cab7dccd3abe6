import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { alternatesLine } from "../git/alternates.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { settingsEnv, type GitPlace } from "../git/place.ts";
import { bareEnv } from "../git/repository.ts";
import type { OidLength } from "../git/tree-objects.ts";
import { temporaryPrefix } from "../lib/write-file.ts";
import type { CopyRef } from "./snapshot-store.ts";

/**
 * The folder of one project's store: made if it is missing or half-made, and joined to the project as it is now.
 * It holds objects, refs, an index per copy; nothing in it is anyone's but ours, and it stays when the project goes.
 */
export type StoreFolder = {
  dir: string;
  objectsDir: string;
  /** Has objects with ids of so many characters. */
  oidLength: OidLength;
  /** Git, in a copy, on our store. */
  place(copy: CopyRef): GitPlace;
  /** Git on our store, in no copy. */
  apart: GitPlace;
  indexOf(copy: CopyRef): string;
  /** Where permissions that a tree can't hold are noted. */
  permissionsOf(copy: CopyRef): string;
  /** Where the project keeps its objects; null for a plain folder. */
  borrowsFrom: string | null;
  /** Whether modes of files on the disk mean anything. */
  looksAtModes: boolean;
  /** Brings the project's own excludes up to date; returns whether they had changed. */
  refreshExcludes(): boolean;
};

// What alters bytes on the way in (line ends, filters, keywords, encodings) or names a program (diff, merge drivers) is
// off for every path; this file outranks all attributes of the project.
const attributes = "* -text -filter -ident -working-tree-encoding !eol !diff !merge !conflict-marker-size !whitespace\n";

/** What counts for the person's git counts for the project; for the store only what is said here. */
const ownSettingsOnly = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_ATTR_NOSYSTEM: "1" };

const followed = /^core\.(filemode|symlinks|ignorecase|precomposeunicode|excludesfile)$/;

export async function openStoreFolder(git: Git, storesDir: string, copy: CopyRef): Promise<Result<StoreFolder, GitFailure>> {
  const dir = path.join(storesDir, `${copy.projectId}.git`);
  mkdirSync(path.join(dir, "copies"), { recursive: true, mode: 0o700 });
  clearLeftovers(dir);
  const facts = await projectFacts(git, existsSync(copy.projectPath) ? copy.projectPath : copy.path);
  if (!facts.ok) return facts;
  const made = await git.run(
    ["init", "--bare", "--quiet", "--template=", `--object-format=${facts.value.objectFormat}`, "--", dir],
    {
      cwd: storesDir,
      env: ownSettingsOnly,
    },
  );
  if (!made.ok) return made;
  const { objects, excludeFile } = facts.value;
  putFile(path.join(dir, "info", "attributes"), attributes);
  putFile(path.join(dir, "objects", "info", "alternates"), objects === null ? "" : alternatesLine(objects));
  const disk = {
    // A plain file system's answers, where the project doesn't say otherwise.
    "core.filemode": process.platform === "win32" ? "false" : "true",
    "core.symlinks": process.platform === "win32" ? "false" : "true",
    ...facts.value.settings,
  };
  const settings = settingsEnv({
    ...disk,
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.safecrlf": "false",
    "core.sparseCheckout": "false",
    "core.fsync": "objects,reference",
    "core.fsyncMethod": "batch",
    "core.logAllRefUpdates": "false",
    "core.preloadIndex": "true",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",
    "diff.renameLimit": "2000",
    "gc.auto": "0",
    // Larger contents go through git part by part, and aren't compared line by line.
    "core.bigFileThreshold": "16m",
  });
  const indexOf = (of: CopyRef): string => path.join(dir, "copies", `${of.copyId}.index`);
  const refreshExcludes = (): boolean => {
    const own = excludeFile === null ? "" : readText(excludeFile);
    return putFile(path.join(dir, "info", "exclude"), `${own}\n${temporaryPrefix}*\n`);
  };
  refreshExcludes();
  return ok({
    dir,
    objectsDir: path.join(dir, "objects"),
    oidLength: facts.value.objectFormat === "sha256" ? 64 : 40,
    borrowsFrom: objects,
    looksAtModes: !/^(false|no|off|0|)$/i.test(disk["core.filemode"]),
    indexOf,
    permissionsOf: (of) => path.join(dir, "copies", `${of.copyId}.permissions`),
    refreshExcludes,
    apart: { cwd: dir, env: { ...settings, ...ownSettingsOnly, GIT_DIR: dir } },
    place: (of) => ({
      cwd: of.path,
      env: { ...settings, ...ownSettingsOnly, GIT_DIR: dir, GIT_WORK_TREE: of.path, GIT_INDEX_FILE: indexOf(of) },
    }),
  });
}

type GitFacts = {
  objects: string | null;
  objectFormat: "sha1" | "sha256";
  excludeFile: string | null;
  settings: Record<string, string>;
};

async function projectFacts(git: Git, folder: string): Promise<Result<GitFacts, GitFailure>> {
  const place = { cwd: folder, env: bareEnv(folder) };
  const [found, config] = await Promise.all([
    git.run(["rev-parse", "--path-format=absolute", "--show-object-format", "--git-common-dir"], {
      ...place,
      exitCodes: [0, 128],
    }),
    git.run(["config", "--list", "-z"], place),
  ]);
  if (!found.ok) return found;
  const settings = config.ok ? followedSettings(config.value.stdout.toString("utf8")) : {};
  const [format = "", ...rest] = found.value.stdout.toString("utf8").split("\n");
  const commonDir = rest.join("\n").replace(/\n$/, "");
  if (found.value.exitCode !== 0 || commonDir === "")
    return ok({ objects: null, objectFormat: "sha1", excludeFile: null, settings });
  return ok({
    objects: path.join(commonDir, "objects"),
    objectFormat: format === "sha256" ? "sha256" : "sha1",
    excludeFile: path.join(commonDir, "info", "exclude"),
    settings,
  });
}

/** Of all settings, the few that say how the file system behaves or what is ignored; the last one said counts. */
function followedSettings(listing: string): Record<string, string> {
  const entries = listing.split("\0").map((entry) => {
    const end = entry.indexOf("\n");
    return end === -1 ? ([entry, "true"] as const) : ([entry.slice(0, end), entry.slice(end + 1)] as const);
  });
  return Object.fromEntries(entries.filter(([key]) => followed.test(key)));
}

/** Writes only what differs, and whole: another command of ours may be reading. */
function putFile(file: string, text: string): boolean {
  if (existsSync(file) && readText(file) === text) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text, { flush: true });
  renameSync(`${file}.new`, file);
  return true;
}

function readText(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() && stat.size < 1024 * 1024 ? readFileSync(file, "utf8") : "";
}

/** Scratch folders of a core that was killed at its work. */
function clearLeftovers(dir: string): void {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(dir).filter((entry) => /^(edit|merge)-/.test(entry)))
    if (statSync(path.join(dir, name)).mtimeMs < hourAgo) rmSync(path.join(dir, name), { recursive: true, force: true });
}

/** We alone write these indexes, one command at a time; a lock found before one starts is a dead command's. */
export function clearStaleLock(index: string): void {
  rmSync(`${index}.lock`, { force: true });
}
