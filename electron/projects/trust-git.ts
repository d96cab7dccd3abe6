import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { isExecuting, listConfig, type ConfigEntry } from "../git/config.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { findRepository, type Repository } from "../git/repository.ts";
import { ok, type Result } from "../../shared/result.ts";
import { clip } from "./trust-describe.ts";
import { scanHooks, sha, type FoundItem } from "./trust-scan.ts";

type Facts = { repository: Repository; local: ConfigEntry[] };

/**
 * Looks for what a repository's own folder would run: hooks, settings that name programs, and where a crafted `.git`
 * points. Remembers what git said for as long as its configuration files are unchanged, so that asking before every
 * run starts no process.
 */
export function createRepositoryScan(git: Git) {
  const remembered = new Map<string, { signature: string; facts: Facts }>();

  async function facts(folder: string): Promise<Result<Facts | null, GitFailure>> {
    const known = remembered.get(folder);
    if (known && known.signature === signatureOf(folder, known.facts.repository)) return ok(known.facts);
    remembered.delete(folder);
    const found = await findRepository(git, folder);
    if (!found.ok) return found;
    if (found.value === null) return ok(null);
    const signature = signatureOf(folder, found.value);
    const config = await listConfig(git, folder);
    if (!config.ok) return config;
    const local = config.value.filter((entry) => entry.scope === "local" || entry.scope === "worktree");
    const fresh = { repository: found.value, local };
    // Included files may lie anywhere and depend on the branch, so what they say is asked for each time.
    if (!local.some((entry) => /^include(if)?\./i.test(entry.key))) remembered.set(folder, { signature, facts: fresh });
    return ok(fresh);
  }

  return {
    /** Items of the repository of `folder`; `home` is the project whose own repository a working copy must belong to. */
    async scan(folder: string, home: string): Promise<Result<FoundItem[], GitFailure>> {
      const found = await facts(folder);
      if (!found.ok) return found;
      if (found.value === null) return ok([]);
      const { repository, local } = found.value;
      const items = [...hookItems(repository, local), ...local.filter(isExecuting).map(settingItem)];
      if (folder === home) return ok([...items, ...pointer(folder, repository)]);
      const expected = await facts(home);
      if (!expected.ok) return expected;
      const belongs = expected.value?.repository.commonDir === repository.commonDir;
      return ok(belongs ? items : [...items, ...pointer(folder, repository)]);
    },
  };
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
  const content = stat.isFile() && stat.size < 65_536 ? readFileSync(dotGit) : Buffer.from("folder");
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
