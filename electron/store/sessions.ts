import * as z from "zod";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { Store } from "./open.ts";

export type SessionRow = {
  id: string;
  projectId: string;
  title: string;
  /** `auto` until the person or a prompt gave it one; a person's title is never replaced. */
  titleSource: "auto" | "prompt" | "user";
  status: "open" | "archived";
  policy: Policy;
  unread: boolean;
  /** Agents that never ask and may work here all the same. */
  unaskedAgents: string[];
  createdAt: number;
  updatedAt: number;
};

type Row = {
  id: string;
  project_id: string;
  title: string;
  title_source: SessionRow["titleSource"];
  status: SessionRow["status"];
  policy: Policy;
  unread: number;
  unasked_agents: string;
  created_at: number;
  updated_at: number;
};

/** Sole writer of `sessions`. A removed session keeps its row for its checkpoints and is found by nothing. */
export type SessionRepository = ReturnType<typeof createSessionRepository>;

export function createSessionRepository(store: Store) {
  const { sqlite } = store;
  const byId = sqlite.prepare<[string], Row>("SELECT * FROM sessions WHERE id = ? AND removed_at IS NULL");
  const all = sqlite.prepare<[], Row>("SELECT * FROM sessions WHERE removed_at IS NULL ORDER BY updated_at DESC, id DESC");
  const ofProject = sqlite.prepare<[string], Row>(
    "SELECT * FROM sessions WHERE project_id = ? AND removed_at IS NULL ORDER BY updated_at DESC, id DESC",
  );
  const insert = sqlite.prepare(
    "INSERT INTO sessions (id, project_id, title, title_source, status, policy, created_at, updated_at) VALUES (?, ?, ?, ?, 'open', ?, ?, ?)",
  );
  const update = sqlite.prepare(
    "UPDATE sessions SET title = ?, title_source = ?, status = ?, policy = ?, unread = ?, updated_at = ?, unasked_agents = ? WHERE id = ?",
  );
  const remove = sqlite.prepare("UPDATE sessions SET removed_at = ? WHERE id = ?");
  const takeTab = sqlite.prepare<[string], { next: number }>(
    "UPDATE sessions SET next_tab_number = next_tab_number + 1 WHERE id = ? RETURNING next_tab_number - 1 AS next",
  );
  const find = (id: string): SessionRow | null => toSession(byId.get(id));
  return {
    find,
    list: (): SessionRow[] => all.all().flatMap((row) => toSession(row) ?? []),
    listOfProject: (projectId: string): SessionRow[] => ofProject.all(projectId).flatMap((row) => toSession(row) ?? []),
    add(session: Pick<SessionRow, "id" | "projectId" | "title" | "titleSource" | "policy" | "createdAt">): void {
      const { id, projectId, title, titleSource, policy, createdAt } = session;
      store.durably(() => insert.run(id, projectId, title, titleSource, policy, createdAt, createdAt));
    },
    /** Changes what is given; answers the row as it is then, null where there is none. */
    update(
      id: string,
      change: Partial<Pick<SessionRow, "title" | "titleSource" | "status" | "policy" | "unread" | "updatedAt" | "unaskedAgents">>,
    ): SessionRow | null {
      // Its place in the list and its mark change with every run, and may be lost with the power.
      const decides = Object.keys(change).some((name) => name !== "updatedAt" && name !== "unread");
      return store[decides ? "durably" : "quickly"](() => {
        const before = find(id);
        if (!before) return null;
        const now = { ...before, ...change };
        update.run(
          now.title,
          now.titleSource,
          now.status,
          now.policy,
          now.unread ? 1 : 0,
          now.updatedAt,
          JSON.stringify(now.unaskedAgents),
          id,
        );
        return now;
      });
    },
    remove: (id: string, now: number): void => void store.durably(() => remove.run(now, id)),
    /** The next number for a tab; it is never given again. */
    takeTabNumber(id: string): number | null {
      return store.durably(() => takeTab.get(id)?.next ?? null);
    },
  };
}

function toSession(row: Row | undefined): SessionRow | null {
  if (!row) return null;
  return {
    id: row.id,
    projectId: row.project_id,
    title: row.title,
    titleSource: row.title_source,
    status: row.status,
    policy: row.policy,
    unread: row.unread === 1,
    unaskedAgents: z.array(z.string()).parse(JSON.parse(row.unasked_agents)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
