import path from "node:path";
import type { Project } from "../../shared/contract/projects.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime } from "../lib/clock.ts";
import type { ProjectRepository, ProjectRow } from "../store/projects.ts";
import { realFolder } from "../lib/real-folder.ts";
import type { TrustService } from "./trust-service.ts";

export type ProjectNotFound = Failure<"PROJECT_NOT_FOUND">;

/** For those who work in a project: `path` is the whole repository's, `folder` what of it the project is. */
export type ProjectFacts = Pick<ProjectRow, "id" | "name" | "path" | "folder" | "kind">;

type Deps = { rows: ProjectRepository; trust: TrustService; announce: (update: AppUpdate) => void };

/** The projects that there are, and whether what can run in them is trusted. Remembers the trust that was found last. */
export class ProjectRecords {
  readonly #deps: Deps;
  /** What the last look at a project found. */
  readonly #seen = new Map<string, Project["trust"]>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  find(id: string): ProjectFacts | null {
    const row = this.#deps.rows.find(id);
    return row ? { id: row.id, name: row.name, path: row.path, folder: row.folder, kind: row.kind } : null;
  }

  row(id: string): Result<ProjectRow, ProjectNotFound> {
    const row = this.#deps.rows.find(id);
    return row ? ok(row) : failure("PROJECT_NOT_FOUND", "This project isn't in Hearth. Add its folder first.");
  }

  /** Whether something may run in a working copy of the project: it is trusted, and what can run is what was trusted. */
  async requireTrusted(
    id: string,
    copyPath?: string,
  ): Promise<Result<null, Failure<"PROJECT_NOT_FOUND" | "PROJECT_NOT_TRUSTED">>> {
    const row = this.row(id);
    if (!row.ok) return row;
    const checked = await this.#deps.trust.check(row.value, copyPath ?? row.value.path);
    if (!checked.ok) await this.announced(id);
    return checked;
  }

  async isTrusted(id: string): Promise<boolean> {
    return (await this.requireTrusted(id)).ok;
  }

  /** The project with its trust looked at now. */
  async view(row: ProjectRow): Promise<Project> {
    const there = realFolder(row.path) !== null;
    const state = there ? await this.#deps.trust.stateOf(row) : row.trusted ? "trusted" : "untrusted";
    if (there) this.#seen.set(row.id, state);
    return viewOf(row, state);
  }

  /** The project with the trust that was found last; asks nobody. */
  lastView(row: ProjectRow): Project {
    return viewOf(row, this.#seen.get(row.id) ?? (row.trusted ? "trusted" : "untrusted"));
  }

  /** The project as it is in the store now, told to everyone. */
  async announced(id: string): Promise<Result<Project, ProjectNotFound>> {
    const row = this.row(id);
    if (!row.ok) return row;
    const project = await this.view(row.value);
    this.#deps.announce({ type: "project", project });
    return ok(project);
  }
}

function viewOf(row: ProjectRow, state: Project["trust"]): Project {
  return {
    id: row.id,
    name: row.name,
    path: path.join(row.path, row.folder),
    kind: row.kind,
    folder: row.folder,
    repository: row.kind === "git" ? row.path : null,
    trusted: state === "trusted",
    trust: state,
    missing: realFolder(row.path) === null,
    addedAt: isoTime(row.addedAt),
  };
}
