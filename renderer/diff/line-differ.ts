import type { ToolDiff } from "../../shared/run-event.ts";
import { lineDiff, type DiffBounds, type LineDiff } from "./line-diff.ts";
import type { LineDiffAnswer, LineDiffRequest } from "./line-diff-worker.ts";

export type LineDifferDeps = {
  /** Starts a worker, which tells what it found, or that it broke, until it is ended. */
  start(on: { answer: (answer: LineDiffAnswer) => void; broken: () => void }): {
    post(request: LineDiffRequest): void;
    end(): void;
  };
  after(ms: number, run: () => void): () => void;
};

/** So little that it is found while the page draws: a millisecond. */
const atOnce: DiffBounds = { maxChars: 16_000, maxEdits: 100 };
const patienceMs = 8_000;
const tooLarge: LineDiff = { additions: 0, deletions: 0, lines: null };

type Asked = { diff: ToolDiff; listeners: Set<() => void> };

/**
 * Owns the worker that compares texts, and what it found, which goes with the texts. It has one pair at a time; a pair that
 * takes too long is taken for too large.
 */
export class LineDiffer {
  readonly #deps: LineDifferDeps;
  readonly #found = new WeakMap<ToolDiff, LineDiff>();
  readonly #asked = new Map<ToolDiff, Asked>();
  #worker: ReturnType<LineDifferDeps["start"]> | null = null;
  #under: { id: number; diff: ToolDiff; stopTimer: () => void } | null = null;
  #lastId = 0;

  constructor(deps: LineDifferDeps) {
    this.#deps = deps;
  }

  /** Null: it isn't known yet. The same object every time. */
  known(diff: ToolDiff): LineDiff | null {
    const found = this.#found.get(diff);
    if (found) return found;
    const quick = lineDiff(diff, atOnce);
    if (quick.lines === null && !diff.cut) return null;
    this.#found.set(diff, quick);
    return quick;
  }

  /** Has it found out, and hears when it is; until what is returned is called. */
  want(diff: ToolDiff, onFound: () => void): () => void {
    if (this.known(diff)) return () => {};
    const asked = this.#asked.get(diff) ?? { diff, listeners: new Set() };
    asked.listeners.add(onFound);
    this.#asked.set(diff, asked);
    this.#next();
    return () => {
      asked.listeners.delete(onFound);
      if (asked.listeners.size === 0 && this.#under?.diff !== diff) this.#asked.delete(diff);
    };
  }

  #next(): void {
    const [asked] = this.#asked.values();
    if (this.#under || !asked) return;
    this.#worker ??= this.#deps.start({ answer: (answer) => this.#take(answer), broken: () => this.#giveUp() });
    const id = (this.#lastId += 1);
    this.#under = { id, diff: asked.diff, stopTimer: this.#deps.after(patienceMs, () => this.#giveUp()) };
    this.#worker.post({ id, diff: asked.diff });
  }

  #take({ id, found }: LineDiffAnswer): void {
    if (id === this.#under?.id) this.#settle(found);
  }

  #giveUp(): void {
    this.#worker?.end();
    this.#worker = null;
    this.#settle(tooLarge);
  }

  #settle(found: LineDiff): void {
    if (!this.#under) return;
    const { diff, stopTimer } = this.#under;
    stopTimer();
    this.#under = null;
    this.#found.set(diff, found);
    const listeners = this.#asked.get(diff)?.listeners ?? [];
    this.#asked.delete(diff);
    for (const listener of listeners) listener();
    this.#next();
  }
}
