import { isDeepStrictEqual } from "node:util";
import type { PendingChange } from "../../shared/contract/changes.ts";
import type { ChangeCount } from "../../shared/contract/sessions.ts";

const none: ChangeCount = { files: 0, additions: 0, deletions: 0 };

export type ChangeCountsDeps = {
  /** What an earlier core counted last; null where nobody ever did. */
  last(sessionId: string): ChangeCount | null;
  save(sessionId: string, count: ChangeCount): void;
  /** Has a session counted that never was. */
  count(sessionId: string): void;
  /** A session's count isn't what it was: all who show it are told. */
  changed(sessionId: string): void;
};

/** The one count of a session's pending changes, as of the last look at its files. It outlives the core. */
export class ChangeCounts {
  readonly #deps: ChangeCountsDeps;
  readonly #asked = new Set<string>();
  readonly #counts = new Map<string, ChangeCount>();

  constructor(deps: ChangeCountsDeps) {
    this.#deps = deps;
  }

  of(sessionId: string): ChangeCount {
    const known = this.#known(sessionId);
    if (!known && !this.#asked.has(sessionId)) {
      this.#asked.add(sessionId);
      this.#deps.count(sessionId);
    }
    return known ?? none;
  }

  /** Takes what a look at the files has found. */
  note(sessionId: string, changes: readonly PendingChange[]): void {
    const before = this.#known(sessionId);
    const now = countOf(changes);
    if (before && isDeepStrictEqual(before, now)) return;
    this.#counts.set(sessionId, now);
    this.#deps.save(sessionId, now);
    if (before || now.files > 0) this.#deps.changed(sessionId);
  }

  #known(sessionId: string): ChangeCount | null {
    return this.#counts.get(sessionId) ?? this.#deps.last(sessionId);
  }
}

function countOf(changes: readonly PendingChange[]): ChangeCount {
  return {
    files: changes.length,
    additions: changes.reduce((sum, change) => sum + change.additions, 0),
    deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
  };
}
