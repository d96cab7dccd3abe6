import { randomBytes } from "node:crypto";
import type { AppState, AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { WakeUp } from "../lib/wake-up.ts";
import type { Listeners } from "../lib/listeners.ts";

const maxWaiting = 5_000;
/** What is kept for readers that come back: so many updates, of so many characters. */
const maxKept = 2_000;
const maxKeptChars = 4_000_000;

/** An update, and the cursor after which it is the next. */
export type CursoredUpdate = { cursor: string; update: AppUpdate };

type AppFeedDeps = { updates: Listeners<AppUpdate>; state(): Promise<AppState>; maxKept?: number };
type KeptUpdate = { at: number; update: AppUpdate; chars: number };

/**
 * The state of the app and what becomes of it, for any number of readers. Updates of the same thing that wait together
 * are told once, as the latest; and so are those that a reader missed, which are kept for as long as the core lives.
 */
export class AppFeed {
  readonly #deps: AppFeedDeps;
  /** Cursors of another core are no places of this one. */
  readonly #name = randomBytes(6).toString("hex");
  /** By thing, in the order of the last update of each. */
  readonly #kept = new Map<string, KeptUpdate>();
  #keptChars = 0;
  #at = 0;
  /** Where what is kept begins. */
  #since = 0;

  constructor(deps: AppFeedDeps) {
    this.#deps = deps;
    deps.updates.on((update) => this.#keep(update));
  }

  /** The whole state and then each update; or, with a cursor, what came after it. A reader that falls too far behind is told to start over. */
  follow(after: string | undefined, signal: AbortSignal | undefined): Result<AsyncGenerator<CursoredUpdate>, Failure> {
    if (after === undefined || this.#missed(after)) return ok(this.#read(after, signal));
    return failure("CURSOR_TOO_OLD", "What came after this place isn't kept any more. Read anew, without a cursor.", {
      field: "after",
    });
  }

  async *#read(after: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<CursoredUpdate> {
    const waiting = new Map<string, CursoredUpdate>();
    const wakeUp = new WakeUp();
    let overflow = false;
    const off = this.#deps.updates.on((update) => {
      const key = keyOf(update);
      waiting.delete(key);
      waiting.set(key, { cursor: this.#cursor(this.#at), update });
      overflow ||= waiting.size > maxWaiting;
      wakeUp.now();
    });
    const cursor = this.#cursor(this.#at);
    try {
      if (after === undefined) yield { cursor, update: { type: "snapshot", state: await this.#deps.state() } };
      else {
        const missed = this.#missed(after);
        // Between being let in and beginning to read, too much may have come.
        overflow = missed === null;
        yield* missed ?? [];
      }
      while (!signal?.aborted) {
        if (overflow) {
          yield { cursor: this.#cursor(this.#at), update: { type: "resync" } };
          return;
        }
        if (waiting.size === 0) await wakeUp.sleep(signal);
        const updates = [...waiting.values()];
        waiting.clear();
        yield* updates;
      }
    } finally {
      off();
    }
  }

  #cursor(at: number): string {
    return `${this.#name}.${at}`;
  }

  /** What came after a place; null where that isn't known. */
  #missed(after: string): CursoredUpdate[] | null {
    const [name, place = ""] = after.split(".");
    const at = /^\d{1,15}$/.test(place) ? Number(place) : -1;
    if (name !== this.#name || at < this.#since || at > this.#at) return null;
    return [...this.#kept.values()]
      .filter((kept) => kept.at > at)
      .map((kept) => ({ cursor: this.#cursor(kept.at), update: kept.update }));
  }

  #keep(update: AppUpdate): void {
    this.#at += 1;
    const key = keyOf(update);
    this.#drop(key);
    const chars = charsOf(update);
    this.#kept.set(key, { at: this.#at, update, chars });
    this.#keptChars += chars;
    for (const [oldest, { at }] of this.#kept) {
      if (this.#kept.size <= (this.#deps.maxKept ?? maxKept) && this.#keptChars <= maxKeptChars) break;
      this.#drop(oldest);
      this.#since = at;
    }
  }

  #drop(key: string): void {
    this.#keptChars -= this.#kept.get(key)?.chars ?? 0;
    this.#kept.delete(key);
  }
}

/** How much of memory an update keeps, roughly: prompts may carry images, and nothing else is large. */
function charsOf(update: AppUpdate): number {
  if (update.type !== "run") return 500;
  return update.run.prompt.reduce(
    (sum, block) => sum + ("data" in block ? block.data.length : "text" in block ? block.text.length : 0),
    500,
  );
}

function keyOf(update: AppUpdate): string {
  switch (update.type) {
    case "project":
      return `project ${update.project.id}`;
    case "session":
      return `session ${update.session.id}`;
    case "chat":
      return `chat ${update.chat.id}`;
    case "agent":
      return `agent ${update.agent.id}`;
    case "run":
      return `run ${update.run.id}`;
    case "terminal":
      return `terminal ${update.terminal.id}`;
    case "changes":
    case "checkpoints":
      return `${update.type} ${update.sessionId}`;
    case "agent-sessions":
      return `${update.type} ${update.chatId}`;
    case "removed":
      return `${update.noun} ${update.id}`;
    case "settings":
    case "file-problems":
    case "inbox":
    case "embedded-models":
    case "snapshot":
    case "resync":
      return update.type;
  }
}
