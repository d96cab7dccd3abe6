import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { isExecuting, listConfig, type ConfigEntry } from "../git/config.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { findRepository, type Repository } from "../git/repository.ts";
import { ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import { clip } from "./trust-describe.ts";
import { scanHooks, sha, type FoundItem } from "./trust-scan.ts";

const maxPointerBytes = 65_536;

type Facts = { repository: Repository; local: ConfigEntry[] };

/**
 * Looks for what a repository's own folder would run: hooks, settings that name programs, and where a crafted `.git`
 * points. Remembers what git said for as long as its configuration files are unchanged, so that asking before every
 * run starts no process.
 */
export class RepositoryScan {
  readonly #git: Git;
  readonly #remembered = new Map<string, { signature: string; facts: Facts }>();

  constructor({ git }: { git: Git }) {
    this.#git = git;
  }

  /** Items of the repository of `folder`; `home` is the project whose own repository a working copy must belong to. */
  async scan(folder: string, home: string): Promise<Result<FoundItem[], GitFailure>> {
    const ofHome = await this.#facts(home);
    if (!ofHome.ok) return ofHome;
    if (folder === home) return ok(ofHome.value ? [...itemsOf(ofHome.value), ...pointer(folder, ofHome.value.repository)] : []);
    const plain = ofHome.value ? plainWorktree(folder, ofHome.value) : null;
    if (plain) return ok(itemsOf(plain));
    const found = await this.#facts(folder);
    if (!found.ok) return found;
    if (found.value === null) return ok([]);
    const belongs = ofHome.value?.repository.commonDir === found.value.repository.commonDir;
    return ok(belongs ? itemsOf(found.value) : [...itemsOf(found.value), ...pointer(folder, found.value.repository)]);
  }

  async #facts(folder: string): Promise<Result<Facts | null, GitFailure>> {
    const known = this.#remembered.get(folder);
    if (known && known.signature === signatureOf(folder, known.facts.repository)) return ok(known.facts);
    this.#remembered.delete(folder);
    const found = await findRepository(this.#git, folder);
    if (!found.ok) return found;
    if (found.value === null) return ok(null);
    const signature = signatureOf(folder, found.value);
    const config = await listConfig(this.#git, folder);
    if (!config.ok) return config;
    const local = config.value.filter((entry) => entry.scope === "local" || entry.scope === "worktree");
    const fresh = { repository: found.value, local };
    // What is included is asked for each time: it may change without this repository's files changing.
    if (!hasIncludes(local)) this.#remembered.set(folder, { signature, facts: fresh });
    return ok(fresh);
  }
}

function itemsOf({ repository, local }: Facts): FoundItem[] {
  return [...hookItems(repository, local), ...local.filter(isExecuting).map(settingItem)];
}

/**
 * A worktree as git makes it, with no settings of its own: what git would say of it is what it says of the project, so
 * git isn't asked. Null where anything is unusual.
 */
function plainWorktree(folder: string, home: Facts): Facts | null {
  if (hasIncludes(home.local)) return null;
  const { commonDir } = home.repository;
  const gitDir = /^gitdir: (\/[^\n]+)\n$/.exec(readSmall(path.join(folder, ".git")))?.[1];
  if (!gitDir || path.dirname(gitDir) !== path.join(commonDir, "worktrees")) return null;
  if (readSmall(path.join(gitDir, "commondir")) !== "../..\n" || existsSync(path.join(gitDir, "config.worktree"))) return null;
  return { repository: { topLevel: folder, gitDir, commonDir }, local: home.local };
}

/** Included files may lie anywhere and depend on the branch or the folder. */
function hasIncludes(local: readonly ConfigEntry[]): boolean {
  return local.some((entry) => /^include(if)?\./i.test(entry.key));
}

function readSmall(file: string): string {
  return readRegular(file, maxPointerBytes)?.toString("utf8") ?? "";
}

function settingItem({ key, value }: ConfigEntry): FoundItem {
  return { kind: "git-config", path: ".git/config", detail: clip(`${key} = ${value}`, 200), hash: sha(`${key}\0${value}`) };
}

function hookItems({ topLevel, gitDir, commonDir }: Repository, local: ConfigEntry[]): FoundItem[] {
  const hooksPath = local.findLast((entry) => entry.key.toLowerCase() === "core.hookspath")?.value;
  const elsewhere = hooksPath ? path.resolve(topLevel ?? gitDir, hooksPath) : null;
  return [
    ...scanHooks(path.join(commonDir, "hooks"), ".git/hooks"),
    ...(elsewhere && existsSync(elsewhere) ? scanHooks(elsewhere, hooksPath ?? "") : []),
  ];
}

/** A `.git` that is a file, or a shared folder that lies elsewhere: shown, since settings and hooks come from there. */
function pointer(folder: string, { topLevel, commonDir }: Repository): FoundItem[] {
  if (topLevel === null) return [];
  const dotGit = path.join(topLevel, ".git");
  const stat = statSync(dotGit, { throwIfNoEntry: false });
  if (!stat || path.resolve(commonDir) === path.resolve(dotGit)) return [];
  const content = readRegular(dotGit, maxPointerBytes) ?? Buffer.from("folder");
  const hash = sha(Buffer.concat([content, Buffer.from(`\0${commonDir}`)]));
  return [{ kind: "git-config", path: ".git", detail: clip(`${folder} points to the repository in ${commonDir}`), hash }];
}

function signatureOf(folder: string, { topLevel, gitDir, commonDir }: Repository): string {
  const files = [
    path.join(folder, ".git"),
    path.join(topLevel ?? gitDir, ".git"),
    path.join(commonDir, "config"),
    path.join(gitDir, "config.worktree"),
    path.join(gitDir, "commondir"),
  ];
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      // A folder's times change with every commit; for one it only matters that it is the same folder.
      return stat?.isFile() ? `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}` : String(stat?.ino);
    })
    .join("|");
}
