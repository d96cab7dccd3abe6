import type { AgentSession } from "../../shared/contract/chats.ts";
import type { Policy, RemovedSession, Session, WorkingCopy } from "../../shared/contract/sessions.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { keptDaysAfterRemoval } from "../../shared/kept-after-removal.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { readTags, tagsText } from "../../shared/session-tags.ts";
import type { AgentsService } from "../agents/agents.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Listeners } from "../lib/listeners.ts";
import type { Log } from "../lib/log.ts";
import type { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { RemovedSessionRow, SessionRepository, SessionRow } from "../store/sessions.ts";
import type { Copy } from "../working-copies/copy.ts";
import type { CopiesService, RecreateFailure } from "../working-copies/copies-service.ts";
import type { MakeFailure } from "../working-copies/make-worktree.ts";
import type { Leases } from "../working-copies/leases.ts";
import type { PlanFailure } from "../working-copies/plan.ts";
import type { ChatsService } from "./chats-service.ts";
import { busy, notFound, type Busy, type SessionNotFound } from "./session-failures.ts";
import type { SessionActivity } from "./session-activity.ts";
import type { SessionRemoval } from "./session-removal.ts";

export type SessionsDeps = {
  rows: SessionRepository;
  removal: SessionRemoval;
  copies: CopiesService;
  leases: Leases;
  checkpoints: Pick<CheckpointsService, "restoreLatest">;
  chats: Pick<ChatsService, "list">;
  agents: Pick<AgentsService, "agentSessions">;
  write: <T>(work: () => T) => T;
  clock: Clock;
  log: Log;
  announce: (update: AppUpdate) => void;
  /** Told the sessions whose rows show something new. */
  changed: Listeners<string>;
  projectExists: (projectId: string) => boolean;
  /** The tree of a session's files as they are now; null where they can't be looked at. */
  treeOf(sessionId: string): Promise<string | null>;
  defaultPolicy: () => Policy;
  activityOf: (sessionId: string) => SessionActivity;
  endWork: (sessionId: string, folder: string | null) => Promise<void>;
};

const dayMs = 24 * 3_600_000;
const untitled = "New session";

/** Owns what a session is: its row, its title, its place in the list; its folder is the working copies' affair. */
export class SessionsService {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    deps.changed.on((id) => this.#announce(id));
  }

  async create(input: {
    projectId: string;
    workingCopy: "worktree" | "in-place";
    base?: string | undefined;
    title?: string | undefined;
    fetch?: boolean | undefined;
  }): Promise<Result<Session, PlanFailure | MakeFailure>> {
    const { rows, copies, clock } = this.#deps;
    const plan = await copies.plan({ projectId: input.projectId, kind: input.workingCopy, base: input.base });
    if (!plan.ok) return plan;
    const now = clock.now();
    const id = newId("ses", now);
    const title = input.title ? input.title : untitled;
    this.#deps.write(() => {
      const titleSource = input.title ? "user" : "auto";
      rows.add({ id, projectId: input.projectId, title, titleSource, policy: this.#deps.defaultPolicy(), createdAt: now });
      copies.reserve(plan.value, { id, title: input.title ?? "" });
    });
    this.#announce(id);
    const made = await copies.prepare(id, { fetch: input.fetch ?? false });
    if (made.ok) return ok(this.#viewOf(id));
    this.#deps.removal.drop(id);
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
      .filter((row) => words.every((word) => `${row.title} ${tagsText(row.tags ?? [])}`.toLowerCase().includes(word)));
    return ok(rows.flatMap((row) => this.#view(row) ?? []));
  }

  /** Sessions of all projects, open and archived. */
  listAll(): Session[] {
    return this.#deps.rows.list().flatMap((row) => this.#view(row) ?? []);
  }

  get(id: string): Result<Session, SessionNotFound> {
    const row = this.#deps.rows.find(id);
    const view = row && this.#view(row);
    return view ? ok(view) : notFound();
  }

  /** With the revision of the files as they are now; elsewhere it is that of the last look at them. */
  async look(id: string): Promise<Result<Session, SessionNotFound>> {
    const revisionId = await this.#deps.treeOf(id);
    const found = this.get(id);
    return found.ok ? ok({ ...found.value, workingCopy: { ...found.value.workingCopy, revisionId } }) : found;
  }

  update(
    id: string,
    change: {
      title?: string | undefined;
      status?: "open" | "archived" | undefined;
      policy?: Policy | undefined;
      unread?: boolean | undefined;
      unaskedAgents?: string[] | undefined;
      tags?: string[] | undefined;
    },
  ): Result<Session, SessionNotFound | Busy> {
    const row = this.#deps.rows.find(id);
    if (!row) return notFound();
    if (change.status === "archived" && row.status === "open") {
      const copy = this.#deps.copies.find(id);
      const end = copy ? this.#deps.leases.take(copy.id) : null;
      if (copy && !end) return busy("archived");
      end?.();
    }
    const { title, status, policy, unread, unaskedAgents, tags } = change;
    // Looking at a session or marking it doesn't move it up in the list.
    const moves = title !== undefined || status !== undefined;
    this.#deps.rows.update(id, {
      ...(title === undefined ? {} : { title, titleSource: "user" as const }),
      ...(status === undefined ? {} : { status }),
      ...(policy === undefined ? {} : { policy }),
      ...(unread === undefined ? {} : { unread }),
      ...(unaskedAgents === undefined ? {} : { unaskedAgents: [...new Set(unaskedAgents)] }),
      ...(tags === undefined ? {} : { tags: readTags(tags.join(" ")) }),
      ...(moves ? { updatedAt: this.#deps.clock.now() } : {}),
    });
    this.#announce(id);
    if (status === "archived") this.#letGo(id);
    return ok(this.#viewOf(id));
  }

  /** Nobody works for an archived session; its agents and terminals end behind. */
  #letGo(id: string): void {
    const folder = this.#deps.copies.find(id)?.path ?? null;
    this.#deps.endWork(id, folder).catch((error: unknown) => this.#deps.log.error("session.release", error, { sessionId: id }));
  }

  async recreate(id: string): Promise<Result<Session, SessionNotFound | RecreateFailure>> {
    if (!this.#deps.rows.find(id)) return notFound();
    const made = await this.#deps.copies.recreate(id, async () => {
      const restored = await this.#deps.checkpoints.restoreLatest(id);
      return restored.ok ? ok(null) : failure("CHECKPOINT_FAILED", restored.error.message);
    });
    this.#announce(id);
    return made.ok ? ok(this.#viewOf(id)) : made;
  }

  /** Deleted sessions whose files are still kept, latest first. */
  listRemoved(projectId: string): Result<RemovedSession[], Failure<"PROJECT_NOT_FOUND">> {
    if (!this.#deps.projectExists(projectId))
      return failure("PROJECT_NOT_FOUND", "This project isn't in Hearth. Add its folder first.");
    return ok(this.#deps.rows.listRemoved(projectId).flatMap((row) => this.#removedView(row) ?? []));
  }

  /** Why a deleted session can't be brought back any more; null where it can. */
  whyLost({ id, removedAt }: { id: string; removedAt: number }): string | null {
    if (this.#deps.copies.wasReady(id) === null) return "its working copy was never made";
    const isOver = removedAt + keptDaysAfterRemoval * dayMs < this.#deps.clock.now();
    return isOver ? `its files were kept for ${keptDaysAfterRemoval} days` : null;
  }

  #removedView({ id, projectId, title, removedAt }: RemovedSessionRow): RemovedSession | null {
    const kind = this.#deps.copies.wasReady(id);
    if (kind === null || this.whyLost({ id, removedAt }) !== null) return null;
    const keptUntil = removedAt + keptDaysAfterRemoval * dayMs;
    return { id, projectId, title, kind, removedAt: isoTime(removedAt), keptUntil: isoTime(keptUntil) };
  }

  /** The session is there again. Where its worktree can't be made again it is missing, which can be tried again. */
  async bringBack(id: string): Promise<Result<Session, SessionNotFound | RecreateFailure>> {
    const row = this.#deps.rows.findRemoved(id);
    if (!row || !this.#deps.projectExists(row.projectId)) return notFound();
    const lost = this.whyLost(row);
    if (lost !== null) return failure("SESSION_NOT_FOUND", `The session can't be brought back: ${lost}.`, { field: "id" });
    this.#deps.rows.bringBack(id);
    const copy = await this.#deps.copies.bringBack(id);
    this.#announce(id);
    return copy?.kind === "worktree" && copy.state === "missing" ? this.recreate(id) : ok(this.#viewOf(id));
  }

  /** What agents remember of the session's chats. */
  agentSessions(id: string): Result<AgentSession[], SessionNotFound> {
    const chats = this.#deps.chats.list(id);
    return chats.ok ? ok(this.#deps.agents.agentSessions(chats.value.map((chat) => chat.id))) : chats;
  }

  /** At start: forgets sessions whose working copy came to nothing. */
  forget(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#deps.removal.drop(id);
  }

  /** Tells everyone the session as it is now. */
  #announce(id: string): void {
    const row = this.#deps.rows.find(id);
    const session = row && this.#view(row);
    if (session) this.#deps.announce({ type: "session", session });
  }

  #viewOf(id: string): Session {
    const found = this.get(id);
    if (!found.ok) throw new Error(`Session ${id} vanished under way`);
    return found.value;
  }

  #view(row: SessionRow): Session | null {
    const copy = this.#deps.copies.find(row.id);
    if (!copy) return null;
    return {
      id: row.id,
      projectId: row.projectId,
      title: row.title,
      status: row.status,
      workingCopy: workingCopyView(copy),
      policy: row.policy,
      unread: row.unread,
      unaskedAgents: row.unaskedAgents,
      tags: row.tags ?? [],
      createdAt: isoTime(row.createdAt),
      updatedAt: isoTime(row.updatedAt),
      ...this.#deps.activityOf(row.id),
    };
  }
}

function workingCopyView(copy: Copy): WorkingCopy {
  const { id, kind, path, branch, detachedAt, baseCommit, baseRef, revisionTree, gitBase, state, detail } = copy;
  const broughtIn = gitBase && gitBase.brought.files > 0 ? gitBase.brought : null;
  return { id, kind, path, branch, detachedAt, baseCommit, baseRef, revisionId: revisionTree, broughtIn, state, detail };
}
