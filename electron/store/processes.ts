import type { Store } from "./open.ts";

/** A child that was started and isn't proved gone yet. `tag` stands in its environment and in that of all it started. */
export type RecordedProcess = {
  pid: number;
  startTicks: string;
  kind: "agent" | "terminal";
  label: string;
  tag: string;
  startedAt: number;
};

type Row = { pid: number; start_ticks: string; kind: string; label: string; tag: string; started_at: number };

/** Sole writer of `processes`: what must be gone when this core is. */
export type ProcessRepository = ReturnType<typeof createProcessRepository>;

export function createProcessRepository(store: Store) {
  const { sqlite } = store;
  const all = sqlite.prepare<[], Row>("SELECT * FROM processes ORDER BY started_at");
  const insert = sqlite.prepare(
    "INSERT OR REPLACE INTO processes (pid, start_ticks, kind, label, tag, started_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const remove = sqlite.prepare("DELETE FROM processes WHERE pid = ? AND start_ticks = ?");
  return {
    list: (): RecordedProcess[] =>
      all.all().map((row) => ({
        pid: row.pid,
        startTicks: row.start_ticks,
        kind: row.kind === "terminal" ? "terminal" : "agent",
        label: row.label,
        tag: row.tag,
        startedAt: row.started_at,
      })),
    add(process: RecordedProcess): void {
      const { pid, startTicks, kind, label, tag, startedAt } = process;
      store.durably(() => insert.run(pid, startTicks, kind, label, tag, startedAt));
    },
    remove(pid: number, startTicks: string): void {
      remove.run(pid, startTicks);
    },
  };
}
