import type { Run } from "../../shared/contract/runs.ts";
import type { ChatEvents } from "./read-turns.ts";
import type { RunRecords } from "./run-records.ts";

type Runs = Pick<ChatEvents, "find" | "listChat">;

/** Forks of forks of forks: further back nobody looks. */
const mostForks = 50;

/**
 * The runs of a chat and, before them, those of the chat that it was forked from, up to where that was, and so on.
 * `forkedAt`: the run behind which a chat begins; null for one that begins with nothing.
 */
export class ChatLineage implements Pick<ChatEvents, "listChat" | "holds"> {
  readonly #runs: Runs;
  readonly #forkedAt: (chatId: string) => string | null;

  constructor(runs: Runs, forkedAt: (chatId: string) => string | null) {
    this.#runs = runs;
    this.#forkedAt = forkedAt;
  }

  /** Newest `limit` runs before `beforeId`, oldest first. */
  listChat = (chatId: string, limit: number, beforeId?: string): Run[] => {
    const startsIn = beforeId === undefined ? chatId : this.#runs.find(beforeId)?.chatId;
    const found: Run[] = [];
    let isBegun = false;
    for (const part of this.#parts(chatId)) {
      const isStart = !isBegun && part.chatId === startsIn;
      if (!isBegun && !isStart) continue;
      isBegun = true;
      const left = limit - found.length;
      if (left <= 0) break;
      found.unshift(...this.#listPart(part, left, isStart ? beforeId : undefined));
    }
    return found;
  };

  /** Whether the run is one of them. */
  holds = (chatId: string, runId: string): boolean => {
    const run = this.#runs.find(runId);
    return run !== null && [...this.#parts(chatId)].some((part) => part.chatId === run.chatId);
  };

  #listPart({ chatId, last }: Part, limit: number, beforeId: string | undefined): Run[] {
    if (beforeId !== undefined) return this.#runs.listChat(chatId, limit, beforeId);
    if (last === null) return this.#runs.listChat(chatId, limit);
    return limit === 1 ? [last] : [...this.#runs.listChat(chatId, limit - 1, last.id), last];
  }

  /** Latest first. */
  *#parts(chatId: string): Generator<Part, void> {
    yield { chatId, last: null };
    let at = chatId;
    for (let forks = 0; forks < mostForks; forks += 1) {
      const forkedAt = this.#forkedAt(at);
      const last = forkedAt === null ? null : this.#runs.find(forkedAt);
      if (!last) return;
      at = last.chatId;
      yield { chatId: at, last };
    }
  }
}

type Part = { chatId: string; last: Run | null };

/** A chat's events as they are read, with what it was forked from before its own. */
export function eventsOf(records: RunRecords, { listChat, holds }: ChatLineage): ChatEvents {
  return {
    listChat,
    holds,
    find: (runId) => records.find(runId),
    readRun: (runId, afterSeq, limit) => records.readRun(runId, afterSeq, limit),
    readRunBackwards: (runId, beforeSeq, maxChars) => records.readRunBackwards(runId, beforeSeq, maxChars),
    readChat: (chatId, afterCursor, limit) => records.readChat(chatId, afterCursor, limit),
    cursor: () => records.cursor(),
  };
}
