import type { Policy, Risk, Session, WorkingCopy } from "../../shared/contract/sessions.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { SessionRepository, SessionRow } from "../store/sessions.ts";
import { titleOf } from "./titles.ts";

export type CopyState = WorkingCopy["state"];

/** What sessions need of a working copy. */
export type SessionCopy = Pick<WorkingCopy, "id" | "kind" | "path" | "branch" | "baseCommit" | "baseRef" | "state" | "detail"> & {
  sessionId: string;
  revisionTree: string | null;
};

type PlanFailure = Failure<"INPUT_INVALID" | "PROJECT_NOT_FOUND" | "PROJECT_PATH_MISSING" | "BASE_NOT_FOUND" | "WORKTREE_FAILED">;

/** Working copies, as sessions use them; `P` is the plan that one of them makes and another takes. */
export type Copies<P, C extends SessionCopy> = {
  find(sessionId: string): C | null;
  plan(wanted: { projectId: string; kind: "worktree" | "in-place"; base: string | undefined }): Promise<Result<P, PlanFailure>>;
  reserve(plan: P, session: { id: string; title: string }): void;
  prepare(sessionId: string): Promise<Result<null, Failure<"WORKTREE_FAILED" | "DISK_FULL">>>;
  recreate(
    sessionId: string,
    restore: () => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>,
  ): Promise<Result<null, Failure<"WORKTREE_FAILED" | "CHECKPOINT_FAILED">>>;
  risks(copy: C): Promise<Risk[]>;
  /** Whether removing deletes the copy's folder. */
  willDelete(copy: C): boolean;
  remove(copy: C): Promise<Result<null, Failure<"WORKTREE_FAILED">>>;
  setRevision(sessionId: string, tree: string): void;
  whenReady(sessionId: string, signal: AbortSignal): Promise<CopyState>;
};

/** What a session's row shows of its runs and changes. */
export type SessionActivity = Pick<Session, "activity" | "changes" | "agentIds">;

export type SessionsDeps<P, C extends SessionCopy> = {
  rows: SessionRepository;
  copies: Copies<P, C>;
  durably: <T>(work: () => T) => T;
  clock: Clock;
  log: Log;
  announce: (update: AppUpdate) => void;
  projectExists: (projectId: string) => boolean;
  defaultPolicy: () => Policy;
  facts: (sessionId: string) => SessionActivity;
  /** Keeps runs and applies out of a working copy until the answered function is called; null while one is in it. */
  lease: (workingCopyId: string) => (() => void) | null;
  /** Ends agents, terminals and whatever else works for the session. */
  release: (sessionId: string) => Promise<void>;
  /** Keeps the working copy as it is before it goes. */
  checkpointBeforeRemoval: (sessionId: string) => Promise<Result<{ id: string }, Failure<"CHECKPOINT_FAILED">>>;
  /** Puts the files of the session's latest checkpoint into its working copy; nothing to do without one. */
  restoreLatest: (sessionId: string) => Promise<Result<null, Failure<"CHECKPOINT_FAILED">>>;
};

type NotFound = Failure<"SESSION_NOT_FOUND">;
type Busy = Failure<"WORKING_COPY_BUSY">;
type Removed = { removed: true; checkpointId: string | null };
export type RemoveFailure = NotFound | Busy | Failure<"WORK_AT_RISK" | "WORKTREE_FAILED" | "CHECKPOINT_FAILED">;

const untitled = "New session";

/** Owns what a session is: its row, its title, its place in the list; its folder is the working copies' affair. */
export class SessionsService<P, C extends SessionCopy> {
  readonly #deps: SessionsDeps<P, C>;
  readonly #touched = new Set<string>();

  constructor(deps: SessionsDeps<P, C>) {
    this.#deps = deps;
  }

  async create(input: {
    projectId: string;
    workingCopy: "worktree" | "in-place";
    base?: string | undefined;
    title?: string | undefined;
  }): Promise<Result<Session, PlanFailure | Failure<"DISK_FULL">>> {
    const { rows, copies, clock } = this.#deps;
    const plan = await copies.plan({ projectId: input.projectId, kind: input.workingCopy, base: input.base });
    if (!plan.ok) return plan;
    const now = clock.now();
    const id = newId("ses", now);
    const title = input.title ? input.title : untitled;
    this.#deps.durably(() => {
      const titleSource = input.title ? "user" : "auto";
      rows.add({ id, projectId: input.projectId, title, titleSource, policy: this.#deps.defaultPolicy(), createdAt: now });
      copies.reserve(plan.value, { id, title: input.title ?? "" });
    });
    this.announce(id);
    const made = await copies.prepare(id);
    if (made.ok) return ok(this.#viewOf(id));
    this.#drop(id);
    return made;
  }

  list(
    projectId: string,
    filter: { status: "open" | "archived" | "all"; query?: string | undefined },
  ): Result<Session[], Failure<"PROJECT_NOT_FOUND">> {
    if (!this.#deps.projectExists(projectId))
      return failure("PROJECT_NOT_FOUND", "This project isn't in Hearth. Add its folder first.");
    const words = (filter.query ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const rows = this.#deps.rows
      .listOfProject(projectId)
      .filter((row) => filter.status === "all" || row.status === filter.status)
      .filter((row) => words.every((word) => row.title.toLowerCase().includes(word)));
    return ok(rows.flatMap((row) => this.#view(row) ?? []));
  }

  /** Sessions of all projects, open and archived. */
  listAll(): Session[] {
    return this.#deps.rows.list().flatMap((row) => this.#view(row) ?? []);
  }

  get(id: string): Result<Session, NotFound> {
    const row = this.#deps.rows.find(id);
    const view = row && this.#view(row);
    return view ? ok(view) : notFound();
  }

  /** For those who work in it; null where there is none. */
  find(id: string): {
    id: string;
    projectId: string;
    status: "open" | "archived";
    title: string;
    policy: Policy;
    copy: C & { revisionId: string | null };
  } | null {
    const row = this.#deps.rows.find(id);
    const copy = row && this.#deps.copies.find(id);
    if (!row || !copy) return null;
    const { projectId, status, title, policy } = row;
    return { id, projectId, status, title, policy, copy: { ...copy, revisionId: copy.revisionTree } };
  }

  update(
    id: string,
    change: {
      title?: string | undefined;
      status?: "open" | "archived" | undefined;
      policy?: Policy | undefined;
      unread?: boolean | undefined;
    },
  ): Result<Session, NotFound | Busy> {
    const row = this.#deps.rows.find(id);
    if (!row) return notFound();
    if (change.status === "archived" && row.status === "open") {
      const copy = this.#deps.copies.find(id);
      const end = copy ? this.#deps.lease(copy.id) : null;
      if (copy && !end) return busy("archived");
      end?.();
    }
    const { title, status, policy, unread } = change;
    // Looking at a session or marking it doesn't move it up in the list.
    const moves = title !== undefined || status !== undefined;
    this.#deps.rows.update(id, {
      ...(title === undefined ? {} : { title, titleSource: "user" as const }),
      ...(status === undefined ? {} : { status }),
      ...(policy === undefined ? {} : { policy }),
      ...(unread === undefined ? {} : { unread }),
      ...(moves ? { updatedAt: this.#deps.clock.now() } : {}),
    });
    this.announce(id);
    if (status === "archived") this.#letGo(id);
    return ok(this.#viewOf(id));
  }

  /** Nobody works for an archived session; its agents and terminals end behind. */
  #letGo(id: string): void {
    this.#deps.release(id).catch((error: unknown) => this.#deps.log.error("session.release", error, { sessionId: id }));
  }

  /** What deleting the session would lose; empty when nothing. */
  async risks(id: string): Promise<Result<Risk[], NotFound>> {
    const copy = this.#deps.copies.find(id);
    return copy ? ok(await this.#deps.copies.risks(copy)) : notFound();
  }

  /** `force` skips the question whether work is lost, never the checkpoint. */
  async remove(id: string, force: boolean): Promise<Result<Removed, RemoveFailure>> {
    const copy = this.#deps.copies.find(id);
    if (!copy || !this.#deps.rows.find(id)) return notFound();
    const end = this.#deps.lease(copy.id);
    if (!end || copy.state === "preparing") {
      end?.();
      return busy("deleted");
    }
    try {
      return await this.#removeLeased(id, copy, force);
    } finally {
      end();
    }
  }

  async #removeLeased(id: string, copy: C, force: boolean): Promise<Result<Removed, RemoveFailure>> {
    const { copies, release, checkpointBeforeRemoval } = this.#deps;
    const risks = force ? [] : await copies.risks(copy);
    if (risks.length > 0) return failure("WORK_AT_RISK", risks.map((risk) => risk.message).join(" "), { data: { risks } });
    // What writes into the folder ends first, so that the checkpoint has the last of it.
    await release(id);
    const needsCheckpoint = copies.willDelete(copy) && copies.find(id)?.state === "ready";
    const kept = needsCheckpoint ? await checkpointBeforeRemoval(id) : ok(null);
    if (!kept.ok) return kept;
    const removed = await copies.remove(copy);
    if (!removed.ok) return removed;
    this.#drop(id);
    return ok({ removed: true, checkpointId: kept.value?.id ?? null });
  }

  /** Ends all sessions of a project, or none: what is at risk in any of them is told first. */
  async removeAll(projectId: string): Promise<Result<null, Failure<"WORK_AT_RISK">>> {
    const rows = this.#deps.rows.listOfProject(projectId);
    const looked = await Promise.all(
      rows.map(async (row) => {
        const copy = this.#deps.copies.find(row.id);
        const risks = copy ? await this.#deps.copies.risks(copy) : [];
        return { row, risks };
      }),
    );
    const risky = looked.filter(({ risks }) => risks.length > 0);
    const asRisk = (title: string, message: string): Risk => ({ kind: "unverified", paths: [], message: `${title}: ${message}` });
    if (risky.length > 0) {
      const risks = risky.flatMap(({ row, risks: each }) =>
        each.map((risk) => ({ ...risk, message: `${row.title}: ${risk.message}` })),
      );
      return failure("WORK_AT_RISK", `Sessions hold work that would be lost: ${risky.map(({ row }) => row.title).join(", ")}.`, {
        data: { risks, sessionIds: risky.map(({ row }) => row.id) },
      });
    }
    for (const row of rows) {
      const removed = await this.remove(row.id, false);
      if (!removed.ok)
        return failure("WORK_AT_RISK", `${row.title} can't be deleted: ${removed.error.message}`, {
          data: { risks: [asRisk(row.title, removed.error.message)], sessionIds: [row.id] },
        });
    }
    return ok(null);
  }

  async recreate(id: string): Promise<Result<Session, NotFound | Failure<"WORKTREE_FAILED" | "CHECKPOINT_FAILED">>> {
    if (!this.#deps.rows.find(id)) return notFound();
    const made = await this.#deps.copies.recreate(id, () => this.#deps.restoreLatest(id));
    this.announce(id);
    return made.ok ? ok(this.#viewOf(id)) : made;
  }

  /** Names a session after its first prompt, unless it has a name. */
  titleFromPrompt(id: string, text: string): void {
    const row = this.#deps.rows.find(id);
    const title = row?.titleSource === "auto" ? titleOf(text) : null;
    if (title === null) return;
    this.#deps.rows.update(id, { title, titleSource: "prompt" });
    this.announce(id);
  }

  setRevision(id: string, tree: string): void {
    this.#deps.copies.setRevision(id, tree);
    this.#announceSoon(id);
  }

  /** Something happened in the session: it moves up in the list, and its row is told anew. */
  touch(id: string, what: { unread?: boolean }): void {
    this.#deps.rows.update(id, {
      ...(what.unread === undefined ? {} : { unread: what.unread }),
      updatedAt: this.#deps.clock.now(),
    });
    this.#announceSoon(id);
  }

  whenReady(id: string, signal: AbortSignal): Promise<CopyState> {
    return this.#deps.copies.whenReady(id, signal);
  }

  /** Tells everyone the session as it is now. */
  announce(id: string): void {
    const row = this.#deps.rows.find(id);
    const session = row && this.#view(row);
    if (session) this.#deps.announce({ type: "session", session });
  }

  /** A run touches its session several times in one go; it is told once, behind what the run itself has to do. */
  #announceSoon(id: string): void {
    if (this.#touched.size === 0)
      setImmediate(() => {
        const ids = [...this.#touched];
        this.#touched.clear();
        for (const touched of ids) this.announce(touched);
      });
    this.#touched.add(id);
  }

  /** Tells nothing more: the store is about to close. */
  dispose(): void {
    this.#touched.clear();
  }

  /** At start: forgets sessions whose working copy came to nothing. */
  forget(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#drop(id);
  }

  #drop(id: string): void {
    this.#deps.rows.remove(id, this.#deps.clock.now());
    this.#deps.announce({ type: "removed", noun: "session", id });
  }

  #viewOf(id: string): Session {
    const found = this.get(id);
    if (!found.ok) throw new Error(`Session ${id} vanished under way`);
    return found.value;
  }

  #view(row: SessionRow): Session | null {
    const copy = this.#deps.copies.find(row.id);
    if (!copy) return null;
    const { id, kind, path, branch, baseCommit, baseRef, state, detail } = copy;
    return {
      id: row.id,
      projectId: row.projectId,
      title: row.title,
      status: row.status,
      workingCopy: { id, kind, path, branch, baseCommit, baseRef, revisionId: copy.revisionTree, state, detail },
      policy: row.policy,
      unread: row.unread,
      createdAt: isoTime(row.createdAt),
      updatedAt: isoTime(row.updatedAt),
      ...this.#deps.facts(row.id),
    };
  }
}

function notFound(): { ok: false; error: NotFound } {
  return failure("SESSION_NOT_FOUND", "There is no such session, or it was deleted.", { field: "id" });
}

function busy(what: string): { ok: false; error: Busy } {
  return failure("WORKING_COPY_BUSY", `Something is under way in this session. Stop it, and the session can be ${what}.`);
}
