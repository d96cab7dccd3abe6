import { whyNotCovered } from "../../shared/not-covered.ts";
import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunChanges } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { RecordedChange, RunServices } from "./ports.ts";
import type { TurnRef } from "../permissions/service.ts";
import type { RunLog } from "./run-log.ts";
import { nextTurn } from "../lib/slices.ts";

export type RunCheckpointsDeps = {
  services: Pick<RunServices, "checkpoints" | "changes" | "sessions" | "permissions" | "alarms" | "agents">;
  turn: TurnRef;
  runLog: RunLog;
  clock: Clock;
  log: Log;
  run: Run;
  sentRun: (runId: string) => Run | null;
  /** Nothing is told of a run that has ended. */
  hasEnded: () => boolean;
};

/** Without a word of the agent's the first one begins then. */
const wordlessMs = 150;
/** Its first words are at who reads them by then. */
const behindWordsMs = 20;

/**
 * The two checkpoints around a run, from its slot until it has settled. One that can't be taken is told in the run and
 * doesn't stop it.
 */
export class RunCheckpoints {
  readonly #deps: RunCheckpointsDeps;
  #before: Promise<string | null> | null = null;
  #sentAt: number | null = null;
  #beforeId: string | null = null;
  #takeBack: (() => void) | null = null;
  #hasHeard = false;
  readonly #begun = Promise.withResolvers<void>();

  constructor(deps: RunCheckpointsDeps) {
    this.#deps = deps;
  }

  /** The moment, which it returns, that the first one is of, whenever it is taken. */
  promptGoesOut(moment: number): number {
    this.#sentAt = moment;
    return moment;
  }

  /**
   * Begins the first one by itself, in a while: what holds the core up, as starting git's processes does, would hold up
   * the agent and its first words. Resolves when it begins.
   */
  beforeSoon(): Promise<void> {
    this.#beginIn(wordlessMs);
    return this.#begun.promise;
  }

  /** The first of them count: an agent that goes on talking works for all that. */
  heardWords(): void {
    if (!this.#takeBack || this.#hasHeard) return;
    this.#hasHeard = true;
    this.#beginIn(behindWordsMs);
  }

  /** An agent that begins to work may write at once, and need not ask. */
  heardWork(): void {
    if (this.#takeBack) void this.before();
  }

  /** Begins the first one unless it was begun; what the app does on the agent's behalf waits for the answer, a tree. */
  before(): Promise<string | null> {
    this.#takeBack?.();
    this.#takeBack = null;
    this.#begun.resolve();
    this.#before ??= this.#takeBefore();
    return this.#before;
  }

  /** A run that ends without having sent its prompt needs none any more. */
  skipBefore(): void {
    this.#takeBack?.();
    this.#begun.resolve();
    this.#before ??= Promise.resolve(null);
  }

  /** Takes the second one. Whoever is told of the new revision finds the pending changes of it. */
  async after(): Promise<void> {
    const { services, runLog, run } = this.#deps;
    // What was told last goes to its readers in this turn of the loop, which git's processes would hold up.
    await nextTurn();
    // Late, but of the same moment: what the agent changed is put apart by when it did.
    const beforeTree = (await this.before()) ?? (await this.#takeBefore({ again: true }));
    const taken = await this.#take("after-run");
    if (!taken) return;
    const { id: checkpointId, revisionId, skipped } = taken;
    let changed: RecordedChange[] = [];
    try {
      if (beforeTree !== null) {
        const since = this.#sentAt ?? Date.parse(run.createdAt);
        const trees = { beforeTree, afterTree: revisionId, skipped, since };
        changed = await services.changes.recordRun(run.sessionId, { agentId: run.agentId, runId: run.id, ...trees });
        this.#tellUnasked(changed.map(({ path }) => path));
      }
    } finally {
      services.sessions.setRevision(run.sessionId, revisionId);
      if (!this.#deps.hasEnded()) {
        runLog.append({ type: "revision.created", payload: { revisionId, ...summed(changed) } });
        runLog.append({ type: "checkpoint.created", payload: { checkpointId, kind: "after-run" } });
        if (skipped.length > 0)
          runLog.append({ type: "notice", payload: { kind: "skipped-files", message: tellSkipped(skipped) } });
      }
    }
  }

  #beginIn(ms: number): void {
    this.#takeBack?.();
    this.#takeBack = this.#before ? null : this.#deps.clock.after(ms, () => void this.before());
  }

  /** The policy is only as good as the agent's asking: what changed without it is said at once, and remembered of the agent. */
  #tellUnasked(changed: readonly string[]): void {
    const { services, runLog, turn } = this.#deps;
    const paths = changed.length > 0 ? services.permissions.unasked(turn, changed) : [];
    if (paths.length === 0 || this.#deps.hasEnded()) return;
    services.agents.noteUnasked(turn.agentId);
    services.sessions.touch(turn.sessionId, { unread: true });
    const { id: alarmId, message, paths: told, checkpointId } = services.alarms.raise(turn, paths, this.#beforeId);
    const checkpoint = checkpointId === null ? {} : { checkpointId };
    runLog.append({ type: "notice", payload: { kind: "unasked", message, paths: told, ...checkpoint, alarmId } });
  }

  async #takeBefore({ again = false } = {}): Promise<string | null> {
    const { log, run } = this.#deps;
    try {
      const earlier = run.status === "paused" ? this.#findBefore() : null;
      if (earlier) {
        this.#beforeId = earlier.id;
        return earlier.revisionId;
      }
      if (!again) await this.#takeOwed().catch((error: unknown) => log.error("run.checkpoint.owed", error, { runId: run.id }));
      const taken = await this.#take("before-run", again);
      this.#beforeId = taken?.id ?? null;
      if (taken)
        this.#deps.runLog.append({ type: "checkpoint.created", payload: { checkpointId: taken.id, kind: "before-run" } });
      return taken?.revisionId ?? null;
    } catch (error) {
      log.error("run.checkpoint", error, { runId: run.id });
      if (!this.#deps.hasEnded() && !again) this.#warn(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Of a run that goes on where an earlier core left it. */
  #findBefore(): Checkpoint | null {
    const { services, run } = this.#deps;
    const list = services.checkpoints.list(run.sessionId);
    return (list.ok && list.value.find(({ kind, runId }) => kind === "before-run" && runId === run.id)) || null;
  }

  /**
   * The second one of the run before, where it couldn't be taken: what that run's agent changed becomes its own before
   * this one's does. What a person changed in between counts as the agent's too; no agent's change counts as a person's.
   */
  async #takeOwed(): Promise<void> {
    const { services, run, log } = this.#deps;
    const list = services.checkpoints.list(run.sessionId);
    const before = list.ok ? list.value.find(({ kind, runId }) => kind === "before-run" && runId !== run.id) : undefined;
    if (!list.ok || !before?.runId) return;
    if (list.value.some(({ kind, runId }) => kind === "after-run" && runId === before.runId)) return;
    const earlier = this.#deps.sentRun(before.runId);
    if (!earlier) return;
    const moment = (): number | null => this.#sentAt;
    const taken = await services.checkpoints.take(run.sessionId, "after-run", { runId: earlier.id, moment });
    if (!taken.ok) return log.warn("run.checkpoint.owed", { runId: earlier.id, code: taken.error.code });
    const { revisionId: afterTree, skipped } = taken.value;
    const trees = { beforeTree: before.revisionId, afterTree, skipped, since: Date.parse(earlier.createdAt) };
    await services.changes.recordRun(run.sessionId, { agentId: earlier.agentId, runId: earlier.id, ...trees });
    services.sessions.setRevision(run.sessionId, trees.afterTree);
  }

  async #take(kind: "before-run" | "after-run", again = false): Promise<Checkpoint | null> {
    const { services, run, hasEnded } = this.#deps;
    const moment = kind === "before-run" ? { moment: () => this.#sentAt } : {};
    const taken = await services.checkpoints.take(run.sessionId, kind, { runId: run.id, ...moment });
    if (hasEnded()) return null;
    if (taken.ok) return taken.value;
    if (!again) this.#warn(taken.error.message);
    return null;
  }

  #warn(reason: string): void {
    this.#deps.runLog.stream({
      type: "notice",
      payload: { kind: "warning", message: `No checkpoint could be taken: ${reason}` },
    });
  }
}

const mostPaths = 200;

/** What the run changed, for its log. */
function summed(changes: readonly RecordedChange[]): { changed?: RunChanges } {
  if (changes.length === 0) return {};
  const sum = (key: "additions" | "deletions"): number => changes.reduce((total, change) => total + change[key], 0);
  const paths = changes.slice(0, mostPaths).map(({ path }) => path);
  return { changed: { files: changes.length, additions: sum("additions"), deletions: sum("deletions"), paths } };
}

function tellSkipped(skipped: Checkpoint["skipped"]): string {
  const named = skipped.slice(0, 3).map((one) => `${one.path} (${whyNotCovered(one)})`);
  const more = skipped.length > named.length ? ` and ${skipped.length - named.length} more` : "";
  return `Not covered by checkpoints: ${named.join(", ")}${more}`;
}
