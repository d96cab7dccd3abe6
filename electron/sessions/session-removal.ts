import type { LeftFolder, Risk } from "../../shared/contract/sessions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import type { Clock } from "../lib/clock.ts";
import type { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { SessionRepository, SessionRow } from "../store/sessions.ts";
import type { CopiesService } from "../working-copies/copies-service.ts";
import type { Copy } from "../working-copies/copy.ts";
import type { Leases } from "../working-copies/leases.ts";
import { busy, notFound, type Busy, type SessionNotFound } from "./session-failures.ts";

type Removed = { removed: true; checkpointId: string | null; left: LeftFolder | null };
export type RemoveFailure = SessionNotFound | Busy | Failure<"WORK_AT_RISK" | "WORKTREE_FAILED" | "CHECKPOINT_FAILED">;

type Deps = {
  rows: SessionRepository;
  copies: CopiesService;
  leases: Leases;
  endWork: (sessionId: string, folder: string | null) => Promise<void>;
  /** Its terminals have ended; what they showed goes. */
  forgetTerminals: (sessionId: string) => void;
  checkpoints: Pick<CheckpointsService, "take">;
  clock: Clock;
  announce: (update: AppUpdate) => void;
};

/** Takes sessions away for good: what would be lost is told before, and what is deleted is in a checkpoint. */
export class SessionRemoval {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What deleting the session would lose; empty when nothing. */
  async risks(id: string): Promise<Result<Risk[], SessionNotFound>> {
    const copy = this.#deps.copies.find(id);
    return copy ? ok(await this.#deps.copies.risks(copy)) : notFound();
  }

  /**
   * `force` skips the question whether work is lost, never the checkpoint; and it ends the session also where its folder
   * can't be removed, which then is left as it is.
   */
  async remove(id: string, force: boolean): Promise<Result<Removed, RemoveFailure>> {
    const copy = this.#deps.copies.find(id);
    if (!copy || !this.#deps.rows.find(id)) return notFound();
    const end = this.#deps.leases.take(copy.id);
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

  async #removeLeased(id: string, copy: Copy, force: boolean): Promise<Result<Removed, RemoveFailure>> {
    const { copies, checkpoints } = this.#deps;
    const risks = force ? [] : await copies.risks(copy);
    if (risks.length > 0) return failure("WORK_AT_RISK", risks.map((risk) => risk.message).join(" "), { data: { risks } });
    // What writes into the folder ends first, so that the checkpoint has the last of it.
    await this.#deps.endWork(id, copy.path);
    const needsCheckpoint = copies.willDelete(copy) && copies.find(id)?.state === "ready";
    const kept = needsCheckpoint ? await checkpoints.take(id, "before-removal", {}) : ok(null);
    if (!kept.ok) return failure("CHECKPOINT_FAILED", kept.error.message);
    const removed = await copies.remove(copy);
    if (!removed.ok && !force) return cantDelete(removed.error);
    if (!removed.ok) copies.leave(copy);
    this.drop(id);
    return ok({ removed: true, checkpointId: kept.value?.id ?? null, left: this.#leftOf(copy, removed) });
  }

  /** A worktree that stays after its session, and why. */
  #leftOf(copy: Copy, removed: Result<null, Failure>): LeftFolder | null {
    if (!removed.ok) return { path: copy.path, reason: removed.error.message };
    const isLeft = copy.kind === "worktree" && this.#deps.copies.isThere(copy);
    return isLeft ? { path: copy.path, reason: `${copy.projectPath} isn't there, so nothing was deleted.` } : null;
  }

  /** Ends all sessions of a project, or none: what is at risk in any of them is told first. */
  async removeAll(projectId: string): Promise<Result<null, Failure<"WORK_AT_RISK">>> {
    const rows = this.#deps.rows.listOfProject(projectId);
    const risky = (await Promise.all(rows.map((row) => this.#lookAt(row)))).filter(({ risks }) => risks.length > 0);
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
      if (!removed.ok) return cantRemove(row, removed.error.message);
    }
    return ok(null);
  }

  async #lookAt(row: SessionRow): Promise<{ row: SessionRow; risks: Risk[] }> {
    const copy = this.#deps.copies.find(row.id);
    return { row, risks: copy ? await this.#deps.copies.risks(copy) : [] };
  }

  /** Forgets a session that has no working copy any more. */
  drop(id: string): void {
    this.#deps.forgetTerminals(id);
    this.#deps.rows.remove(id, this.#deps.clock.now());
    this.#deps.announce({ type: "removed", noun: "session", id });
  }
}

function cantDelete({ code, message }: Failure<"WORKTREE_FAILED">): { ok: false; error: Failure<"WORKTREE_FAILED"> } {
  return failure(code, `${message} Delete the session by force to end it and leave the folder as it is.`);
}

function cantRemove(row: SessionRow, message: string): { ok: false; error: Failure<"WORK_AT_RISK"> } {
  const risks: Risk[] = [{ kind: "unverified", paths: [], message: `${row.title}: ${message}` }];
  return failure("WORK_AT_RISK", `${row.title} can't be deleted: ${message}`, { data: { risks, sessionIds: [row.id] } });
}
