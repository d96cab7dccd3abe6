import type { Terminal } from "../../shared/contract/terminals.ts";
import { isoTime } from "../lib/clock.ts";
import type { Store } from "./open.ts";

/** Sole writer of `terminals`. `screen` is what an ended terminal showed last, as text with colours. */
type Row = {
  id: string;
  session_id: string;
  title: string;
  cwd: string;
  cols: number;
  rows: number;
  owner: string | null;
  status: Terminal["status"];
  exit_code: number | null;
  created_at: number;
};
const columns = "id, session_id, title, cwd, cols, rows, owner, status, exit_code, created_at";

/** Ended terminals of agents that are kept for each session; older ones go. */
const keptOfAgents = 200;

export type TerminalRepository = ReturnType<typeof createTerminalRepository>;

export function createTerminalRepository({ sqlite, durably, quickly }: Store) {
  const insert = sqlite.prepare(`INSERT INTO terminals (id, session_id, title, cwd, cols, rows, owner, status, created_at)
    VALUES (@id, @sessionId, @title, @cwd, @cols, @rows, @owner, 'running', @createdAt)`);
  const prune = sqlite.prepare<
    [string, string]
  >(`DELETE FROM terminals WHERE session_id = ? AND owner IS NOT NULL AND status = 'exited' AND id NOT IN
    (SELECT id FROM terminals WHERE session_id = ? AND owner IS NOT NULL ORDER BY rowid DESC LIMIT ${keptOfAgents})`);
  const byId = sqlite.prepare<[string], Row>(`SELECT ${columns} FROM terminals WHERE id = ?`);
  const ofSession = sqlite.prepare<[string], Row>(`SELECT ${columns} FROM terminals WHERE session_id = ? ORDER BY rowid`);
  const all = sqlite.prepare<[], Row>(`SELECT ${columns} FROM terminals ORDER BY rowid`);
  const screenOf = sqlite.prepare<[string], { screen: string | null }>("SELECT screen FROM terminals WHERE id = ?");
  const title = sqlite.prepare<[string, string]>("UPDATE terminals SET title = ? WHERE id = ?");
  const size = sqlite.prepare<[number, number, string]>("UPDATE terminals SET cols = ?, rows = ? WHERE id = ?");
  const end = sqlite.prepare<[number | null, string, string]>(
    "UPDATE terminals SET status = 'exited', exit_code = ?, screen = ? WHERE id = ?",
  );
  const endLost = sqlite.prepare("UPDATE terminals SET status = 'exited' WHERE status = 'running'");
  const remove = sqlite.prepare<[string]>("DELETE FROM terminals WHERE id = ?");
  return {
    add(terminal: Omit<Terminal, "status" | "exitCode" | "createdAt"> & { createdAt: number }): void {
      durably(() => {
        insert.run(terminal);
        prune.run(terminal.sessionId, terminal.sessionId);
      });
    },
    find(id: string): Terminal | null {
      const row = byId.get(id);
      return row ? toTerminal(row) : null;
    },
    list: (sessionId?: string): Terminal[] => (sessionId === undefined ? all.all() : ofSession.all(sessionId)).map(toTerminal),
    screen: (id: string): string => screenOf.get(id)?.screen ?? "",
    setTitle: (id: string, text: string): void => void quickly(() => title.run(text, id)),
    setSize: (id: string, cols: number, rows: number): void => void quickly(() => size.run(cols, rows, id)),
    end: (id: string, exitCode: number | null, screen: string): void => void durably(() => end.run(exitCode, screen, id)),
    /** At start: what an earlier host left running runs no more. */
    endLost: (): void => void durably(() => endLost.run()),
    remove: (id: string): boolean => durably(() => remove.run(id).changes === 1),
  };
}

function toTerminal(row: Row): Terminal {
  return {
    id: row.id,
    sessionId: row.session_id,
    title: row.title,
    cwd: row.cwd,
    cols: row.cols,
    rows: row.rows,
    owner: row.owner,
    status: row.status,
    exitCode: row.exit_code,
    createdAt: isoTime(row.created_at),
  };
}
