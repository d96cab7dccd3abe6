import type { Policy } from "../../shared/contract/sessions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { startFolder } from "../lib/start-folder.ts";
import type { Listeners } from "../lib/listeners.ts";
import type { ProjectRecords } from "../projects/project-records.ts";
import type { SessionRepository } from "../store/sessions.ts";
import type { CopiesService } from "../working-copies/copies-service.ts";
import type { Copy } from "../working-copies/copy.ts";
import { titleOf } from "./titles.ts";

export type SessionRecord = {
  id: string;
  projectId: string;
  status: "open" | "archived";
  title: string;
  policy: Policy;
  unaskedAgents: readonly string[];
  /** For one prompt: its agent has a process of its own. */
  oneShot: boolean;
  copy: Copy & { revisionId: string | null };
};

type Touch = { unread?: boolean; updatedAt?: number };

type Deps = {
  rows: SessionRepository;
  copies: CopiesService;
  projects: ProjectRecords;
  clock: Clock;
  /** Told a session whose row shows something new. */
  changed: Listeners<string>;
};

export type CopyFailure = Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "WORKING_COPY_NOT_READY">;
export type PlaceFailure = CopyFailure | Failure<"PROJECT_NOT_TRUSTED">;

/** What those who work in a session know of it, and what they tell of it. */
export class SessionRecords {
  readonly #deps: Deps;
  /** What is to be written and told of sessions, once whatever touched them has gone its way. */
  readonly #touched = new Map<string, Touch>();
  readonly #oneShots = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  exists(id: string): boolean {
    return this.#deps.rows.find(id) !== null;
  }

  isOpen(id: string): boolean {
    return this.#deps.rows.find(id)?.status === "open";
  }

  find(id: string): SessionRecord | null {
    const row = this.#deps.rows.find(id);
    const copy = row && this.#deps.copies.find(id);
    if (!row || !copy) return null;
    const { projectId, status, title, policy, unaskedAgents } = row;
    const oneShot = this.#oneShots.has(id);
    return { id, projectId, status, title, policy, unaskedAgents, oneShot, copy: { ...copy, revisionId: copy.revisionTree } };
  }

  setOneShot(id: string, on: boolean): void {
    if (on) this.#oneShots.add(id);
    else this.#oneShots.delete(id);
  }

  /** The session's working copy, if its files are there. */
  readyCopy(id: string): Result<Copy, CopyFailure> {
    return requireReady(this.#deps.copies.find(id));
  }

  /** A working copy that programs may be started in. */
  async placeOf(id: string): Promise<Result<{ projectId: string; cwd: string }, PlaceFailure>> {
    if (!this.isOpen(id)) return failure("SESSION_NOT_FOUND", "This session isn't there any more, or is archived.");
    const copy = this.readyCopy(id);
    if (!copy.ok) return copy;
    const { projectId, path, folder } = copy.value;
    const cwd = startFolder(path, folder);
    if (cwd === null)
      return failure("WORKING_COPY_NOT_READY", `${folder}, where this project begins, isn't in the session's files.`);
    const trusted = await this.#deps.projects.requireTrusted(projectId, path);
    return trusted.ok ? ok({ projectId, cwd }) : failure("PROJECT_NOT_TRUSTED", trusted.error.message);
  }

  whenReady(id: string, signal: AbortSignal): Promise<Copy["state"]> {
    return this.#deps.copies.whenReady(id, signal);
  }

  /** Names a session after its first prompt, unless it has a name. */
  titleFromPrompt(id: string, text: string): void {
    const row = this.#deps.rows.find(id);
    const title = row?.titleSource === "auto" ? titleOf(text) : null;
    if (title === null) return;
    this.#deps.rows.keepUpdate(id, { title, titleSource: "prompt" }, () => this.#deps.changed.emit(id));
  }

  /** The same with a better title, where it is still named so. */
  renameFromPrompt(id: string, prompt: string, title: string): void {
    const row = this.#deps.rows.find(id);
    if (row?.titleSource !== "prompt" || row.title !== titleOf(prompt)) return;
    this.#deps.rows.keepUpdate(id, { title }, () => this.#deps.changed.emit(id));
  }

  /** Tags of the project's other sessions, the most used first; null where the session isn't there, or has been given some. */
  tagsBeside(id: string): string[] | null {
    const row = this.#deps.rows.find(id);
    if (!row || row.tags !== null) return null;
    const used = this.#deps.rows.listOfProject(row.projectId).flatMap(({ tags }) => tags ?? []);
    const times = Map.groupBy(used, (tag) => tag);
    return [...times].toSorted(([, a], [, b]) => b.length - a.length).map(([tag]) => tag);
  }

  setTags(id: string, tags: string[]): void {
    this.#deps.rows.keepUpdate(id, { tags }, () => this.#deps.changed.emit(id));
  }

  /** The revision of the files as they are now, which they are looked at for; null where they can't be. */
  revisionOf(id: string): Promise<string | null> {
    return this.#deps.copies.revisionOf(id);
  }

  setRevision(id: string, tree: string): void {
    this.#deps.copies.setRevision(id, tree);
    this.#touchSoon(id, {});
  }

  /** Something happened in the session: it moves up in the list, and its row is told anew. */
  touch(id: string, what: { unread?: boolean }): void {
    const unread = what.unread === undefined ? {} : { unread: what.unread };
    this.#touchSoon(id, { ...unread, updatedAt: this.#deps.clock.now() });
  }

  /** A run touches its session several times in one go: that is written and told once, behind what the run itself has to do. */
  #touchSoon(id: string, touch: Touch): void {
    if (this.#touched.size === 0) setImmediate(() => this.#writeTouched((touched) => this.#deps.changed.emit(touched)));
    this.#touched.set(id, { ...this.#touched.get(id), ...touch });
  }

  #writeTouched(written: (id: string) => void): void {
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const [id, touch] of touched) this.#deps.rows.keepUpdate(id, touch, () => written(id));
  }

  /** Tells nothing more: the store is about to close. */
  dispose(): void {
    this.#writeTouched(() => {});
  }
}

export function requireReady(copy: Copy | null): Result<Copy, CopyFailure> {
  if (!copy) return failure("SESSION_NOT_FOUND", "There is no such session, or it was deleted.", { field: "sessionId" });
  if (copy.state === "missing")
    return failure("WORKING_COPY_MISSING", `${copy.path} isn't there any more. It can be made again from its latest checkpoint.`);
  if (copy.state !== "ready") return failure("WORKING_COPY_NOT_READY", "The files of this session aren't there yet.");
  return ok(copy);
}
