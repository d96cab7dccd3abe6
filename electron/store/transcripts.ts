import { and, asc, eq, ne } from "drizzle-orm";
import type { Store } from "./open.ts";
import { transcriptLines } from "./tables/programs.ts";

/** One agent session of (chat, agent). */
export type TranscriptKey = { chatId: string; agentId: string; agentSessionId: string };

/** Sole writer of `transcript_lines`: agents' own transcripts, of the session that (chat, agent) has. */
export class TranscriptRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Lines that are known by their name are not added again. What there was of earlier sessions goes. */
  append(key: TranscriptKey, lines: readonly { id: string | null; text: string }[]): void {
    const rows = lines.map(({ id, text }) => ({ ...key, lineId: id, line: text }));
    const add = (): void => {
      this.#store.orm.delete(transcriptLines).where(isOlder(key)).run();
      for (const row of rows) this.#store.orm.insert(transcriptLines).values(row).onConflictDoNothing().run();
    };
    this.#store.keep(add, { durable: false });
  }

  /** In the order in which they came. */
  read(key: TranscriptKey): string[] {
    const { line, id } = transcriptLines;
    const rows = this.#store.orm.select({ line }).from(transcriptLines).where(isOf(key)).orderBy(asc(id)).all();
    return rows.map((row) => row.line);
  }
}

const { chatId, agentId, agentSessionId } = transcriptLines;

function isOf(key: TranscriptKey) {
  return and(eq(chatId, key.chatId), eq(agentId, key.agentId), eq(agentSessionId, key.agentSessionId));
}

function isOlder(key: TranscriptKey) {
  return and(eq(chatId, key.chatId), eq(agentId, key.agentId), ne(agentSessionId, key.agentSessionId));
}
