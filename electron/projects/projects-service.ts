import path from "node:path";
import type { BaseList, BaseState, FolderListing, Project, TrustReport } from "../../shared/contract/projects.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ProjectRepository, ProjectRow } from "../store/projects.ts";
import { basesOf, baseStateOf, fetchBaseOf, type BasesFailure } from "./bases.ts";
import { browseFolder } from "./browse.ts";
import { placeProject, type ProjectPlace } from "./place-project.ts";
import { realFolder } from "../lib/real-folder.ts";
import type { PathFailure } from "./project-path.ts";
import type { ProjectNotFound, ProjectRecords } from "./project-records.ts";
import type { TrustService } from "./trust-service.ts";

export type ProjectsDeps = {
  rows: ProjectRepository;
  records: ProjectRecords;
  trust: TrustService;
  git: Git;
  clock: Clock;
  log: Log;
  announce: (update: AppUpdate) => void;
  /** The environment of the person's own git. */
  userEnv: () => Promise<Record<string, string>>;
  homeDir: string;
  dataDir: string;
  /** Ends the project's sessions, or tells what would be lost and ends none. */
  removeSessions: (projectId: string) => Promise<Result<null, Failure<"WORK_AT_RISK">>>;
  /** What waited for trust may be made up for. */
  onTrusted: (projectId: string) => void;
  /** The project lies at another path now: joins its worktrees to it again. */
  onMoved: (projectId: string, path: string) => Promise<void>;
};

const overviewDelayMs = 1000;

/** The projects that a person added: from adding one until it is taken out. */
export class ProjectsService {
  readonly #deps: ProjectsDeps;
  #checking: Promise<void> | null = null;

  constructor(deps: ProjectsDeps) {
    this.#deps = deps;
  }

  async add(given: string): Promise<Result<Project, PathFailure | Failure<"GIT_FAILED">>> {
    const { rows, records, clock, git } = this.#deps;
    const place = await placeProject(git, this.#deps, given);
    if (!place.ok) return place;
    const known = rows.findByRealPath(place.value.realPath);
    const id = known ? known.id : newId("prj", clock.now());
    if (known) this.#refresh(known, place.value);
    else rows.add({ id, name: path.basename(place.value.realPath), ...place.value, addedAt: clock.now() });
    const added = await records.announced(id);
    if (!added.ok) throw new Error(`Project ${id} vanished while it was added`);
    return added;
  }

  /** The folder may have become a repository since, or hold another one: then nothing of the old trust counts. */
  #refresh(known: ProjectRow, place: ProjectPlace): void {
    if (known.kind === place.kind && known.rootCommit === place.rootCommit && known.folder === place.folder) return;
    this.#deps.rows.setPlace(known.id, place);
    if (known.rootCommit !== null) this.#deps.rows.setTrust(known.id, null);
  }

  async locate(id: string, given: string): Promise<Result<Project, ProjectNotFound | PathFailure>> {
    const { rows, records } = this.#deps;
    const row = records.row(id);
    if (!row.ok) return row;
    const place = await this.#placeAgain(row.value, given);
    const refuse = (message: string) => failure("PROJECT_PATH_REFUSED", message, { field: "path" });
    if (!place.ok)
      return place.error.code === "GIT_FAILED"
        ? refuse(place.error.message)
        : failure(place.error.code, place.error.message, { field: "path" });
    if (place.value.folder !== row.value.folder)
      return refuse(
        `There is no folder ${row.value.folder} in ${place.value.path}, which ${row.value.name} is of its repository.`,
      );
    if (place.value.kind !== row.value.kind || place.value.rootCommit !== row.value.rootCommit)
      return refuse(`This isn't ${row.value.name}: its history begins elsewhere. Add it as a project of its own.`);
    const other = rows.findByRealPath(place.value.realPath);
    if (other && other.id !== id) return refuse(`This folder is the project ${other.name} already.`);
    rows.setPlace(id, place.value);
    await this.#deps.onMoved(id, place.value.path);
    return records.announced(id);
  }

  /** Whichever folder of the repository is pointed at, a project is the same one of it as before. */
  async #placeAgain({ folder }: ProjectRow, given: string): ReturnType<typeof placeProject> {
    const { git } = this.#deps;
    const place = await placeProject(git, this.#deps, given);
    if (!place.ok || place.value.kind === "folder" || place.value.folder === folder) return place;
    const own = realFolder(path.join(place.value.path, folder));
    return own === null ? place : placeProject(git, this.#deps, own);
  }

  list(): Promise<Project[]> {
    return Promise.all(this.#deps.rows.list().map((row) => this.#deps.records.view(row)));
  }

  /**
   * All projects at once, with the trust that was found last. What runs in them is looked at behind, one after another,
   * and told where it is otherwise: nobody waits for git in fifty repositories, and no run starts on what is told here.
   */
  overview(signal: AbortSignal): Project[] {
    const all = this.#deps.rows.list();
    const told = all.map((row) => this.#deps.records.lastView(row));
    if (this.#checking === null)
      this.#checking = this.#checkAll(all, told, signal)
        .catch((error: unknown) => this.#deps.log.error("projects.overview", error))
        .finally(() => (this.#checking = null));
    return told;
  }

  async #checkAll(all: readonly ProjectRow[], told: readonly Project[], signal: AbortSignal): Promise<void> {
    const { rows, records, clock, announce } = this.#deps;
    // Starting git a hundred times would hold up the very page that this was told to.
    await new Promise<void>((resolve) => {
      clock.after(overviewDelayMs, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    for (const [index, { id }] of all.entries()) {
      if (signal.aborted) return;
      const row = rows.find(id);
      if (!row?.trusted) continue;
      const project = await records.view(row);
      if (project.trust !== told[index]?.trust && rows.find(id) && !signal.aborted) announce({ type: "project", project });
    }
  }

  async get(id: string): Promise<Result<Project, ProjectNotFound>> {
    const row = this.#deps.records.row(id);
    return row.ok ? ok(await this.#deps.records.view(row.value)) : row;
  }

  async remove(id: string): Promise<Result<{ removed: true }, ProjectNotFound | Failure<"WORK_AT_RISK">>> {
    const row = this.#deps.records.row(id);
    if (!row.ok) return row;
    const ended = await this.#deps.removeSessions(id);
    if (!ended.ok) return ended;
    this.#deps.rows.remove(id, this.#deps.clock.now());
    this.#deps.announce({ type: "removed", noun: "project", id });
    return ok({ removed: true });
  }

  async rename(id: string, name: string): Promise<Result<Project, ProjectNotFound>> {
    if (this.#deps.rows.find(id)) this.#deps.rows.rename(id, name);
    return this.#deps.records.announced(id);
  }

  async trustReport(id: string): Promise<Result<TrustReport, ProjectNotFound | Failure<"PROJECT_PATH_MISSING">>> {
    const row = this.#deps.records.row(id);
    return row.ok ? this.#deps.trust.report(row.value) : row;
  }

  /** With `contentHash`, trusts only what a report with that hash listed. */
  async trust(
    id: string,
    contentHash?: string,
  ): Promise<Result<Project, ProjectNotFound | Failure<"PROJECT_PATH_MISSING" | "TRUST_CHANGED">>> {
    const row = this.#deps.records.row(id);
    if (!row.ok) return row;
    const done = await this.#deps.trust.accept(row.value, contentHash);
    if (!done.ok) return done;
    this.#deps.onTrusted(id);
    return this.#deps.records.announced(id);
  }

  async distrust(id: string): Promise<Result<Project, ProjectNotFound>> {
    if (this.#deps.rows.find(id)) this.#deps.rows.setTrust(id, null);
    return this.#deps.records.announced(id);
  }

  browse(given: string | undefined): Result<FolderListing, Failure<"PROJECT_PATH_MISSING">> {
    return browseFolder(given, this.#deps.homeDir);
  }

  async bases(id: string, query = ""): Promise<Result<BaseList, ProjectNotFound | BasesFailure>> {
    const row = this.#deps.records.row(id);
    return row.ok ? basesOf(this.#deps.git, row.value, query) : row;
  }

  async base(id: string, ref: string): Promise<Result<BaseState, ProjectNotFound | BasesFailure | Failure<"BASE_NOT_FOUND">>> {
    const row = this.#deps.records.row(id);
    return row.ok ? baseStateOf(this.#deps.git, row.value, ref) : row;
  }

  async fetchBase(
    id: string,
    ref: string,
  ): Promise<Result<BaseState, ProjectNotFound | BasesFailure | Failure<"BASE_NOT_FOUND" | "PROJECT_NOT_TRUSTED">>> {
    const row = this.#deps.records.row(id);
    if (!row.ok) return row;
    const trusted = await this.#deps.records.requireTrusted(id);
    return trusted.ok ? fetchBaseOf(this.#deps, row.value, ref) : trusted;
  }
}
