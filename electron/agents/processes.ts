import { isoTime, type Clock } from "../lib/clock.ts";
import { resources } from "../lib/process-tree.ts";
import type { BackendProcess } from "./backend.ts";

/** A process as the resources panel shows it. CPU is the share of one core since the last look, null at the first. */
export type AgentProcess = {
  pid: number;
  kind: "agent";
  label: string;
  agentId: string;
  command: string;
  chatIds: string[];
  startedAt: string;
  memoryBytes: number | null;
  cpuPercent: number | null;
};

/** What agents' processes use. It remembers the last look, to tell what was used since. */
export class ProcessUsage {
  readonly #clock: Clock;
  #seen = new Map<number, { at: number; seconds: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  measure(processes: readonly BackendProcess[]): AgentProcess[] {
    const seen = this.#seen;
    this.#seen = new Map();
    return processes.map(({ startedAt, ...child }) => {
      const used = resources(child.pid);
      const before = seen.get(child.pid);
      const now = this.#clock.monotonic();
      if (used) this.#seen.set(child.pid, { at: now, seconds: used.cpuSeconds });
      const elapsed = before ? (now - before.at) / 1000 : 0;
      const cpuPercent =
        used && before && elapsed > 0 ? Math.max(0, Math.round(((used.cpuSeconds - before.seconds) / elapsed) * 100)) : null;
      return { ...child, kind: "agent", startedAt: isoTime(startedAt), memoryBytes: used?.memoryBytes ?? null, cpuPercent };
    });
  }
}
