import path from "node:path";
import type { TrustReport } from "../../shared/contract/projects.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git, GitFailure } from "../git/git.ts";
import type { Log } from "../lib/log.ts";
import type { ProjectRepository, ProjectRow } from "../store/projects.ts";
import { realFolder } from "../lib/real-folder.ts";
import { missingFolder } from "./project-path.ts";
import { addTrust, contentHash, distinct, toReport, untrustedItems } from "./trust.ts";
import { RepositoryScan } from "./trust-git.ts";
import { scanFolder, type FoundItem } from "./trust-scan.ts";

type Deps = {
  rows: ProjectRepository;
  git: Git;
  /** Folders of the project's sessions that aren't the project's own, with the session's title. */
  copiesOf: (projectId: string) => { path: string; title: string }[];
  log: Log;
};

/**
 * Trust is given to contents, by path and hash: of the project's folder and of every working copy of it, since a
 * worktree on another branch may hold other contents. Where git can't be asked, nothing is trusted.
 */
export class TrustService {
  readonly #deps: Deps;
  readonly #repository: RepositoryScan;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#repository = new RepositoryScan(deps);
  }

  async stateOf(row: ProjectRow): Promise<"trusted" | "untrusted" | "changed"> {
    if (row.trusted === null) return "untrusted";
    return untrustedItems(await this.#scanAll(row), row.trusted.items).length === 0 ? "trusted" : "changed";
  }

  async report(row: ProjectRow): Promise<Result<TrustReport, Failure<"PROJECT_PATH_MISSING">>> {
    if (realFolder(row.path) === null) return missingFolder(row);
    return ok(toReport(await this.#scanAll(row), row.trusted?.items ?? null));
  }

  /** Trusts what is there now; with `shownHash`, only if that is what the person was shown. */
  async accept(
    row: ProjectRow,
    shownHash: string | undefined,
  ): Promise<Result<null, Failure<"PROJECT_PATH_MISSING" | "TRUST_CHANGED">>> {
    if (realFolder(row.path) === null) return missingFolder(row);
    const found = await this.#scanAll(row);
    const hash = contentHash(found);
    if (shownHash !== undefined && shownHash !== hash)
      return failure("TRUST_CHANGED", "What would run has changed since you looked. Look at the list again before you trust it.");
    this.#deps.rows.setTrust(row.id, { hash, items: addTrust(row.trusted?.items ?? {}, found) });
    return ok(null);
  }

  async check(row: ProjectRow, folder: string): Promise<Result<null, Failure<"PROJECT_NOT_TRUSTED">>> {
    if (row.trusted === null)
      return failure("PROJECT_NOT_TRUSTED", `${row.name} isn't trusted yet. Look at what would run, and trust it first.`, {
        data: { projectId: row.id, changed: [] },
      });
    const found = await this.#scan(row, folder);
    const items = found.ok ? found.value : [unreadable(found.error)];
    const changed = [...new Set(untrustedItems(items, row.trusted.items).map((item) => item.path))];
    if (changed.length === 0) return ok(null);
    return failure(
      "PROJECT_NOT_TRUSTED",
      `What would run in ${row.name} has changed since you trusted it: ${changed.slice(0, 5).join(", ")}${changed.length > 5 ? " and more" : ""}. Look at it again.`,
      {
        data: { projectId: row.id, changed },
      },
    );
  }

  async #scan(row: ProjectRow, folder: string): Promise<Result<FoundItem[], GitFailure>> {
    const ofGit = await this.#repository.scan(folder, row.path);
    return ofGit.ok ? ok([...scanFrom(folder, row.folder), ...ofGit.value]) : ofGit;
  }

  /** Everything of the project and its working copies, with a hash nobody can have trusted for what can't be looked at. */
  async #scanAll(row: ProjectRow): Promise<FoundItem[]> {
    const copies = this.#deps.copiesOf(row.id).filter((copy) => copy.path !== row.path && realFolder(copy.path) !== null);
    const folders = [{ path: row.path, title: null }, ...copies];
    const found = await Promise.all(
      folders.map(async ({ path, title }) => {
        const items = await this.#scan(row, path);
        if (!items.ok) this.#deps.log.warn("trust.scan-failed", { projectId: row.id, reason: items.error.type });
        const all: FoundItem[] = items.ok ? items.value : [unreadable(items.error)];
        return title === null ? all : all.map((item) => ({ ...item, detail: `${item.detail} — in session “${title}”` }));
      }),
    );
    return distinct(found.flat());
  }
}

/** Agents that begin in a folder of the repository obey what lies there, and in the folders around it up to the top. */
function scanFrom(root: string, folder: string): FoundItem[] {
  const parts = folder === "" ? [] : folder.split("/");
  return [...parts.keys(), parts.length].flatMap((depth) => {
    const inside = parts.slice(0, depth).join("/");
    const items = scanFolder(path.join(root, inside));
    return inside === "" ? items : items.map((item) => ({ ...item, path: `${inside}/${item.path}` }));
  });
}

function unreadable(error: GitFailure): FoundItem {
  return {
    kind: "git-config",
    path: ".git",
    detail: `git can't be asked: ${error.message}`,
    hash: `unchecked-${crypto.randomUUID()}`,
  };
}
