import * as z from "zod";
import { currentChoice, type CurrentChoice } from "../../shared/contract/agents.ts";
import { usage as usageSchema, type Usage } from "../../shared/run-event.ts";
import type { Store } from "./open.ts";

export type StoredAgentSession = {
  chatId: string;
  agentId: string;
  /** The agent's own id; null until it gave one. */
  agentSessionId: string | null;
  status: "ready" | "crashed" | "closed";
  /** What the agent could do when it was last seen. */
  canResume: boolean;
  canLoad: boolean;
  /** Added up over all turns; the context is the last turn's. */
  usage: Usage | null;
  /** The last turn; null before the first. */
  lastActiveAt: number | null;
  /** What it was opened with when it was new; null where nobody knows. */
  openedWith: CurrentChoice | null;
};

type Row = {
  chat_id: string;
  agent_id: string;
  agent_session_id: string | null;
  status: string;
  can_resume: number | null;
  can_load: number | null;
  usage: string | null;
  last_active_at: number | null;
  opened_with: string | null;
};

/** Sole writer of `agent_sessions`: each agent's memory of each chat. */
export type AgentSessionRepository = ReturnType<typeof createAgentSessionRepository>;

export function createAgentSessionRepository(store: Store) {
  const { sqlite } = store;
  const one = sqlite.prepare<[string, string], Row>("SELECT * FROM agent_sessions WHERE chat_id = ? AND agent_id = ?");
  const ofChat = sqlite.prepare<[string], Row>("SELECT * FROM agent_sessions WHERE chat_id = ? ORDER BY agent_id");
  const upsert = sqlite.prepare(
    `INSERT INTO agent_sessions (chat_id, agent_id, agent_session_id, status, can_resume, can_load, last_active_at, opened_with)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chat_id, agent_id) DO UPDATE SET agent_session_id = excluded.agent_session_id, status = excluded.status,
       can_resume = excluded.can_resume, can_load = excluded.can_load, last_active_at = excluded.last_active_at,
       opened_with = excluded.opened_with`,
  );
  const setStatus = sqlite.prepare("UPDATE agent_sessions SET status = ? WHERE chat_id = ? AND agent_id = ?");
  const setActive = sqlite.prepare("UPDATE agent_sessions SET last_active_at = ? WHERE chat_id = ? AND agent_id = ?");
  const setUsage = sqlite.prepare("UPDATE agent_sessions SET usage = ? WHERE chat_id = ? AND agent_id = ?");
  const find = (chatId: string, agentId: string): StoredAgentSession | null => {
    const row = one.get(chatId, agentId);
    return row ? toSession(row) : null;
  };
  return {
    find,
    list: (chatId: string): StoredAgentSession[] => ofChat.all(chatId).map(toSession),
    save(session: Omit<StoredAgentSession, "usage">): void {
      const { chatId, agentId, agentSessionId, status, canResume, canLoad, lastActiveAt } = session;
      const opened = session.openedWith && JSON.stringify(session.openedWith);
      store.durably(() =>
        upsert.run(chatId, agentId, agentSessionId, status, Number(canResume), Number(canLoad), lastActiveAt, opened),
      );
    },
    setStatus(chatId: string, agentId: string, status: StoredAgentSession["status"]): void {
      setStatus.run(status, chatId, agentId);
    },
    touch(chatId: string, agentId: string, at: number): void {
      store.quickly(() => setActive.run(at, chatId, agentId));
    },
    /** Adds a turn's usage to what there is; context figures and those that were never told stay what they are. */
    addUsage(chatId: string, agentId: string, turn: Usage): void {
      const before = find(chatId, agentId)?.usage;
      const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
        a === null || a === undefined ? (b ?? null) : a + (b ?? 0);
      const total: Usage = {
        input: sum(before?.input, turn.input),
        cached: sum(before?.cached, turn.cached),
        output: sum(before?.output, turn.output),
        reasoning: sum(before?.reasoning, turn.reasoning),
        cost: sum(before?.cost, turn.cost),
        contextUsed: turn.contextUsed ?? before?.contextUsed ?? null,
        contextSize: turn.contextSize ?? before?.contextSize ?? null,
      };
      store.quickly(() => setUsage.run(JSON.stringify(total), chatId, agentId));
    },
  };
}

function toSession(row: Row): StoredAgentSession {
  return {
    chatId: row.chat_id,
    agentId: row.agent_id,
    agentSessionId: row.agent_session_id,
    status: z.enum(["ready", "crashed", "closed"]).catch("closed").parse(row.status),
    canResume: row.can_resume === 1,
    canLoad: row.can_load === 1,
    usage: row.usage === null ? null : usageSchema.parse(JSON.parse(row.usage)),
    lastActiveAt: row.last_active_at,
    openedWith: row.opened_with === null ? null : currentChoice.parse(JSON.parse(row.opened_with)),
  };
}
