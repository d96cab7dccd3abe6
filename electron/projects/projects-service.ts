import path from "node:path";
import type { FolderListing, Project, TrustReport } from "../../shared/contract/projects.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { findRepository, gitMessage, listBases, rootCommit, type Base } from "../git/repository.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ProjectRepository, ProjectRow } from "../store/projects.ts";
import { browseFolder } from "./browse.ts";
import { checkProjectPath, realFolder, refusalOf, type PathFailure } from "./project-path.ts";
import { createTrustService } from "./trust-service.ts";

export type ProjectsDeps = {
  rows: ProjectRepository;
  git: Git;
  clock: Clock;
  log: Log;
  announce: (update: AppUpdate) => void;
  homeDir: string;
  dataDir: string;
  /** Folders of the project's sessions that aren't the project's own, with the session's title. */
  copiesOf: (projectId: string) => { path: string; title: string }[];
  /** Ends the project's sessions, or tells what would be lost and ends none. */
  removeSessions: (projectId: string) => Promise<Result<null, Failure<"WORK_AT_RISK">>>;
  /** The project lies at another path now: joins its worktrees to it again. */
  onMoved: (projectId: string, path: string) => Promise<void>;
};

type NotFound = Failure<"PROJECT_NOT_FOUND">;
type Place = Pick<ProjectRow, "path" | "realPath" | "kind" | "rootCommit">;
export type ProjectsService = ReturnType<typeof createProjectsService>;

const overviewDelayMs = 1000;

export function createProjectsService(deps: ProjectsDeps) {
  const { rows, git, clock, announce } = deps;
  const trust = createTrustService({ rows, git, copiesOf: deps.copiesOf, log: deps.log });

  /** What the last look at a project found. */
  const seen = new Map<string, Project["trust"]>();
  let checking: Promise<void> | null = null;

  function find(id: string): Result<ProjectRow, NotFound> {
    const row = rows.find(id);
    return row ? ok(row) : failure("PROJECT_NOT_FOUND", "This project isn't in Hearth. Add its folder first.");
  }

  async function view(row: ProjectRow): Promise<Project> {
    const there = realFolder(row.path) !== null;
    const state = there ? await trust.stateOf(row) : row.trusted ? "trusted" : "untrusted";
    if (there) seen.set(row.id, state);
    return asSeen(row, state);
  }

  function asSeen(row: ProjectRow, state: Project["trust"]): Project {
    return {
      id: row.id,
      name: row.name,
      path: row.path,
      kind: row.kind,
      trusted: state === "trusted",
      trust: state,
      missing: realFolder(row.path) === null,
      addedAt: isoTime(row.addedAt),
    };
  }

  async function checkAll(all: readonly ProjectRow[], told: readonly Project[], signal: AbortSignal): Promise<void> {
    // Starting git a hundred times would hold up the very page that this was told to.
    await new Promise<void>((resolve) => {
      clock.after(overviewDelayMs, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    for (const [index, { id }] of all.entries()) {
      if (signal.aborted) return;
      const row = rows.find(id);
      if (!row?.trusted) continue;
      const project = await view(row);
      if (project.trust !== told[index]?.trust && rows.find(id) && !signal.aborted) announce({ type: "project", project });
    }
  }

  /** The project as it is in the store now, told to everyone. */
  async function announced(id: string): Promise<Result<Project, NotFound>> {
    const row = find(id);
    if (!row.ok) return row;
    const project = await view(row.value);
    announce({ type: "project", project });
    return ok(project);
  }

  /** Where a chosen folder's project is: the repository around it, or the folder itself. */
  async function lookAt(given: string): Promise<Result<Place, PathFailure | Failure<"GIT_FAILED">>> {
    const folder = checkProjectPath(given, deps);
    if (!folder.ok) return folder;
    const repository = await findRepository(git, folder.value);
    if (!repository.ok) return failure("GIT_FAILED", gitMessage("git refuses this folder", repository.error), { field: "path" });
    if (repository.value === null) return ok(plainFolder(folder.value));
    const top = realFolder(repository.value.topLevel ?? repository.value.gitDir);
    // A home folder under version control doesn't make everything in it one project.
    if (top === null || refusalOf(top, deps) !== null) return ok(plainFolder(folder.value));
    const root = await rootCommit(git, top);
    if (!root.ok) return failure("GIT_FAILED", gitMessage("git can't read the history", root.error), { field: "path" });
    return ok({ path: top, realPath: top, kind: "git", rootCommit: root.value });
  }

  async function add(given: string): Promise<Result<Project, PathFailure | Failure<"GIT_FAILED">>> {
    const place = await lookAt(given);
    if (!place.ok) return place;
    const known = rows.findByRealPath(place.value.realPath);
    const id = known ? known.id : newId("prj", clock.now());
    if (known) refresh(known, place.value);
    else rows.add({ id, name: path.basename(place.value.path), ...place.value, addedAt: clock.now() });
    const row = rows.find(id);
    if (!row) throw new Error(`Project ${id} vanished while it was added`);
    const project = await view(row);
    announce({ type: "project", project });
    return ok(project);
  }

  /** The folder may have become a repository since, or hold another one: then nothing of the old trust counts. */
  function refresh(known: ProjectRow, place: Place): void {
    if (known.kind === place.kind && known.rootCommit === place.rootCommit) return;
    rows.setPlace(known.id, place);
    if (known.rootCommit !== null) rows.setTrust(known.id, null);
  }

  async function locate(id: string, given: string): Promise<Result<Project, NotFound | PathFailure>> {
    const row = find(id);
    if (!row.ok) return row;
    const place = await lookAt(given);
    const refuse = (message: string) => failure("PROJECT_PATH_REFUSED", message, { field: "path" });
    if (!place.ok)
      return place.error.code === "GIT_FAILED"
        ? refuse(place.error.message)
        : failure(place.error.code, place.error.message, { field: "path" });
    if (place.value.kind !== row.value.kind || place.value.rootCommit !== row.value.rootCommit)
      return refuse(`This isn't ${row.value.name}: its history begins elsewhere. Add it as a project of its own.`);
    const other = rows.findByRealPath(place.value.realPath);
    if (other && other.id !== id) return refuse(`This folder is the project ${other.name} already.`);
    rows.setPlace(id, place.value);
    await deps.onMoved(id, place.value.path);
    return announced(id);
  }

  return {
    add,
    locate,
    list: (): Promise<Project[]> => Promise.all(rows.list().map(view)),
    /**
     * All projects at once, with the trust that was found last. What runs in them is looked at behind, one after another,
     * and told where it is otherwise: nobody waits for git in fifty repositories, and no run starts on what is told here.
     */
    overview(signal: AbortSignal): Project[] {
      const all = rows.list();
      const told = all.map((row) => asSeen(row, seen.get(row.id) ?? (row.trusted ? "trusted" : "untrusted")));
      checking ??= checkAll(all, told, signal)
        .catch((error: unknown) => deps.log.error("projects.overview", error))
        .finally(() => (checking = null));
      return told;
    },
    async get(id: string): Promise<Result<Project, NotFound>> {
      const row = find(id);
      return row.ok ? ok(await view(row.value)) : row;
    },
    /** Path and kind for those who work in it; null where there is none. */
    find(id: string): { id: string; name: string; path: string; kind: "git" | "folder" } | null {
      const row = rows.find(id);
      return row ? { id: row.id, name: row.name, path: row.path, kind: row.kind } : null;
    },
    async remove(id: string): Promise<Result<{ removed: true }, NotFound | Failure<"WORK_AT_RISK">>> {
      const row = find(id);
      if (!row.ok) return row;
      const ended = await deps.removeSessions(id);
      if (!ended.ok) return ended;
      rows.remove(id, clock.now());
      announce({ type: "removed", noun: "project", id });
      return ok({ removed: true });
    },
    async rename(id: string, name: string): Promise<Result<Project, NotFound>> {
      if (rows.find(id)) rows.rename(id, name);
      return announced(id);
    },
    async trustReport(id: string): Promise<Result<TrustReport, NotFound | Failure<"PROJECT_PATH_MISSING">>> {
      const row = find(id);
      return row.ok ? trust.report(row.value) : row;
    },
    /** With `contentHash`, trusts only what a report with that hash listed. */
    async trust(
      id: string,
      contentHash?: string,
    ): Promise<Result<Project, NotFound | Failure<"PROJECT_PATH_MISSING" | "TRUST_CHANGED">>> {
      const row = find(id);
      if (!row.ok) return row;
      const done = await trust.accept(row.value, contentHash);
      return done.ok ? announced(id) : done;
    },
    async distrust(id: string): Promise<Result<Project, NotFound>> {
      if (rows.find(id)) rows.setTrust(id, null);
      return announced(id);
    },
    /** Whether something may run in a working copy of the project: it is trusted, and what can run is what was trusted. */
    async requireTrusted(
      id: string,
      copyPath?: string,
    ): Promise<Result<null, Failure<"PROJECT_NOT_FOUND" | "PROJECT_NOT_TRUSTED">>> {
      const row = find(id);
      if (!row.ok) return row;
      const checked = await trust.check(row.value, copyPath ?? row.value.path);
      if (!checked.ok) await announced(id);
      return checked;
    },
    browse: (given: string | undefined): Result<FolderListing, Failure<"PROJECT_PATH_MISSING">> =>
      browseFolder(given, deps.homeDir),
    async bases(id: string): Promise<Result<Base[], NotFound | Failure<"PROJECT_PATH_MISSING" | "GIT_FAILED">>> {
      const row = find(id);
      if (!row.ok) return row;
      if (realFolder(row.value.path) === null) return missingFolder(row.value);
      if (row.value.kind === "folder") return ok([]);
      const bases = await listBases(git, row.value.path);
      return bases.ok ? bases : failure("GIT_FAILED", gitMessage("The branches can't be listed", bases.error));
    },
  };
}

function plainFolder(folder: string): Place {
  return { path: folder, realPath: folder, kind: "folder", rootCommit: null };
}

function missingFolder(row: ProjectRow): { ok: false; error: Failure<"PROJECT_PATH_MISSING"> } {
  return failure(
    "PROJECT_PATH_MISSING",
    `${row.path} isn't there. If the folder was moved, locate it again; nothing of the project is lost.`,
  );
}
