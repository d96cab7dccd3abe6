import type { StoredAgentSession } from "../../store/agent-sessions.ts";
import type { TranscriptKey } from "../../store/transcripts.ts";
import type { BackendDeps } from "../backend.ts";

/** Agents' own transcripts of such sessions. */
export class MemoryTranscripts implements Pick<BackendDeps["transcripts"], "append" | "read"> {
  readonly #lines = new Map<string, { id: string | null; text: string }[]>();

  append({ agentSessionId }: TranscriptKey, lines: readonly { id: string | null; text: string }[]): void {
    const known = this.#lines.get(agentSessionId) ?? [];
    const added = lines.filter(({ id }) => id === null || !known.some((line) => line.id === id));
    this.#lines.set(agentSessionId, [...known, ...added]);
  }

  read({ agentSessionId }: TranscriptKey): string[] {
    return (this.#lines.get(agentSessionId) ?? []).map(({ text }) => text);
  }
}

/** What a backend keeps of its sessions, for one whose chats nobody ever sees: it is forgotten with it. */
export class MemorySessions implements Pick<BackendDeps["sessions"], "find" | "save" | "setStatus" | "touch"> {
  readonly #rows = new Map<string, StoredAgentSession>();

  find(chatId: string): StoredAgentSession | null {
    return this.#rows.get(chatId) ?? null;
  }

  save(session: Omit<StoredAgentSession, "usage">): void {
    this.#rows.set(session.chatId, { ...session, usage: null });
  }

  setStatus(chatId: string, _agentId: string, status: StoredAgentSession["status"]): void {
    this.#change(chatId, { status });
  }

  touch(chatId: string, _agentId: string, at: number): void {
    this.#change(chatId, { lastActiveAt: at });
  }

  #change(chatId: string, change: Partial<StoredAgentSession>): void {
    const row = this.#rows.get(chatId);
    if (row) this.#rows.set(chatId, { ...row, ...change });
  }
}
