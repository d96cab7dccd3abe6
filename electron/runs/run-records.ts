import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import { Listeners } from "../lib/listeners.ts";
import type { Log } from "../lib/log.ts";
import { Retry } from "../lib/retry.ts";
import { faultText, storeFault, type StoreFault } from "../store/faults.ts";
import type { Store } from "../store/open.ts";
import type { PendingEvent, RunPatch, RunRepository } from "../store/runs.ts";
import type { Published } from "./run-feed.ts";

export type RunRef = Pick<Run, "id" | "chatId" | "sessionId">;

/**
 * Events of a run and what its row becomes, written whole or not at all. `ends` is on its last one: the run has ended
 * once that is written, or has by now.
 */
export type RunWrite = { patch?: RunPatch; events: PendingEvent[]; durable: boolean; ends?: "once-saved" | "by-now" };

/** `waiting`: the store doesn't take the run's writes; `given-up`: it didn't for so long that the run has to end; `saved`: all is written. */
export type Saving = { run: RunRef; state: "waiting" | "given-up" | "saved"; message: string };

type Unsaved = {
  run: RunRef;
  writes: RunWrite[];
  chars: number;
  since: number;
  error: unknown;
  gaveUp: boolean;
  retry: Retry;
};

type Deps = { store: Store; runs: RunRepository; clock: Clock; log: Log };

/** A lock of another process or a disk without room may pass. */
const patienceMs = 60_000;
/** Any other error will hardly go away by itself. */
const surprisePatienceMs = 5_000;
const maxUnsavedChars = 32 * 1024 * 1024;

/**
 * Every run's row and events, as they are by now: what the store has, and over it what it doesn't take yet. A write never
 * throws: it waits here, in order and each in a transaction of its own, and is tried again until the store takes it.
 * Nothing is published before it is written. Owns its timers; `dispose` ends them.
 */
export class RunRecords {
  readonly published: Listeners<Published>;
  readonly saving: Listeners<Saving>;
  readonly #deps: Deps;
  readonly #unsaved = new Map<string, Unsaved>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.published = new Listeners((error) => deps.log.error("runs.listener", error));
    this.saving = new Listeners((error) => deps.log.error("runs.listener", error));
  }

  find(id: string): Run | null {
    const run = this.#deps.runs.find(id);
    return run && this.#asItIs(run);
  }

  /** Null too where its agent never had its prompt. */
  findSent(id: string): Run | null {
    return this.#deps.runs.wasSent(id) ? this.find(id) : null;
  }

  /** The latest that a prompt of the chat came with. */
  contractFor(run: Pick<Run, "id" | "chatId">): ReturnType<RunRepository["contractFor"]> {
    return this.#deps.runs.contractFor(run);
  }

  listOpen(): Run[] {
    return this.#deps.runs
      .listOpen()
      .map(this.#asItIs)
      .filter((run) => run.endedAt === null);
  }

  /** Newest `limit` runs of a chat before `beforeId`, oldest first. */
  listChat(chatId: string, limit: number, beforeId?: string): Run[] {
    return this.#deps.runs.listChat(chatId, limit, beforeId).map(this.#asItIs);
  }

  holds(chatId: string, runId: string): boolean {
    return this.find(runId)?.chatId === chatId;
  }

  /** How a session's runs stand. */
  standingOf(sessionId: string): ReturnType<RunRepository["standingOf"]> {
    const ours = [...this.#unsaved.values()].filter(({ run }) => run.sessionId === sessionId);
    if (ours.length === 0) return this.#deps.runs.standingOf(sessionId);
    const open = this.listOpen().filter((run) => run.sessionId === sessionId);
    const ended = ours.map(({ run }) => this.find(run.id)).findLast((run) => run && run.endedAt !== null);
    return { open: open.map((run) => run.status), last: ended?.status ?? this.#deps.runs.standingOf(sessionId).last };
  }

  agentsOfSession(sessionId: string): string[] {
    return this.#deps.runs.agentsOfSession(sessionId);
  }

  readRun(runId: string, afterSeq: number, limit: number): RunEvent[] {
    return this.#deps.runs.readRun(runId, afterSeq, limit);
  }

  readRunBackwards(runId: string, beforeSeq: number, maxChars: number): RunEvent[] {
    return this.#deps.runs.readRunBackwards(runId, beforeSeq, maxChars);
  }

  readSession(sessionId: string, afterCursor: number, limit: number): RunEvent[] {
    return this.#deps.runs.readSession(sessionId, afterCursor, limit);
  }

  readChat(chatId: string, afterCursor: number, limit: number): RunEvent[] {
    return this.#deps.runs.readChat(chatId, afterCursor, limit);
  }

  cursor(): number {
    return this.#deps.runs.cursor();
  }

  /** Writes, or keeps what is to be written until it can be; returns whether it is written. */
  write(run: RunRef, write: RunWrite): boolean {
    const unsaved = this.#unsaved.get(run.id);
    if (unsaved) {
      unsaved.writes.push(write);
      unsaved.chars += sizeOf(write);
      if (write.ends) return this.#retry(unsaved);
      if (unsaved.chars > maxUnsavedChars) this.#giveUp(unsaved);
      return false;
    }
    try {
      this.#commit(run, write);
      return true;
    } catch (error) {
      this.#keep(run, write, error);
      return false;
    }
  }

  /** Puts another end in the place of one that waits: the run has ended otherwise than that says. */
  replaceEnd(runId: string, write: RunWrite): void {
    const unsaved = this.#unsaved.get(runId);
    if (unsaved) unsaved.writes = [...unsaved.writes.filter((waiting) => !waiting.ends), write];
  }

  /** What keeps a run from being saved; null where all is saved. */
  fault(runId: string): { fault: StoreFault | null; message: string; gaveUp: boolean } | null {
    const unsaved = this.#unsaved.get(runId);
    if (!unsaved) return null;
    return { fault: storeFault(unsaved.error), message: faultText(unsaved.error), gaveUp: unsaved.gaveUp };
  }

  /** Resolves once all of the run is saved, or it is given up. */
  whenSaved(runId: string): Promise<void> {
    const unsaved = this.#unsaved.get(runId);
    if (!unsaved || unsaved.gaveUp) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.saving.on(({ run, state }) => {
        if (run.id !== runId || state === "waiting") return;
        off();
        resolve();
      });
    });
  }

  /** A last try; what isn't taken now is settled at the next start. */
  dispose(): void {
    for (const unsaved of [...this.#unsaved.values()]) {
      this.#retry(unsaved);
      unsaved.retry.stop();
    }
    this.#unsaved.clear();
  }

  readonly #asItIs = (run: Run): Run => {
    const unsaved = this.#unsaved.get(run.id);
    if (!unsaved) return run;
    const shownWrites = unsaved.writes.filter((write) => write.ends !== "once-saved");
    const patch = Object.assign({}, ...shownWrites.map((write) => write.patch)) as RunPatch;
    const { promptSentAt: _, endedAt, ...shown } = patch;
    return {
      ...run,
      ...shown,
      ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }),
      notSaved: faultText(unsaved.error),
    };
  };

  #commit(run: RunRef, { patch, events, durable }: RunWrite): void {
    const { store, runs } = this.#deps;
    const commit = (): RunEvent[] => {
      if (patch) runs.update(run.id, patch);
      return events.length > 0 ? runs.append(run.id, events) : [];
    };
    const written = store.write(commit, { durable });
    if (written.length > 0) this.published.emit({ runId: run.id, chatId: run.chatId, sessionId: run.sessionId, events: written });
  }

  #keep(run: RunRef, write: RunWrite, error: unknown): void {
    this.#deps.log.error("run.not-saved", error, { runId: run.id });
    const unsaved: Unsaved = {
      run,
      writes: [write],
      chars: sizeOf(write),
      since: this.#deps.clock.monotonic(),
      error,
      gaveUp: false,
      retry: new Retry(this.#deps.clock, () => void this.#retry(unsaved)),
    };
    this.#unsaved.set(run.id, unsaved);
    unsaved.retry.later();
    this.saving.emit({ run, state: "waiting", message: faultText(error) });
  }

  /** Writes what waits, in order, as far as the store takes it; returns whether nothing is left. */
  #retry(unsaved: Unsaved): boolean {
    const { run } = unsaved;
    for (let write = unsaved.writes[0]; write; write = unsaved.writes[0]) {
      try {
        this.#commit(run, write);
        unsaved.chars -= sizeOf(write);
      } catch (error) {
        unsaved.error = error;
        if (!this.#isHopeless(unsaved, write, error)) {
          unsaved.retry.later();
          const patience = storeFault(error) ? patienceMs : surprisePatienceMs;
          if (this.#deps.clock.monotonic() - unsaved.since >= patience) this.#giveUp(unsaved);
          return false;
        }
        this.#deps.log.error("run.write-dropped", error, { runId: run.id, events: write.events.map(({ body }) => body.type) });
      }
      unsaved.writes.splice(unsaved.writes.indexOf(write), 1);
    }
    unsaved.retry.stop();
    this.#unsaved.delete(run.id);
    this.saving.emit({ run, state: "saved", message: "" });
    return true;
  }

  /** A write that the store will never take, for a reason of its own, must not keep the end of its run out. */
  #isHopeless({ run, gaveUp, writes }: Unsaved, write: RunWrite, error: unknown): boolean {
    if (!gaveUp || storeFault(error) !== null) return false;
    return write.ends ? this.#deps.runs.find(run.id) === null : writes.some((other) => other.ends);
  }

  #giveUp(unsaved: Unsaved): void {
    if (unsaved.gaveUp) return;
    unsaved.gaveUp = true;
    this.saving.emit({ run: unsaved.run, state: "given-up", message: faultText(unsaved.error) });
  }
}

function sizeOf({ events }: RunWrite): number {
  return events.reduce((size, { body }) => size + sizeOfBody(body.payload), 0);
}

function sizeOfBody(payload: object): number {
  let size = 100;
  for (const value of Object.values(payload)) size += typeof value === "string" ? value.length : 0;
  return size;
}
