import os from "node:os";
import type { AppState, AppUpdate, ProcessInfo, SystemInfo } from "../../shared/contract/system.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Listeners } from "../lib/listeners.ts";
import { resources } from "../lib/process.ts";
import type { OwnedProcess } from "./owned-processes.ts";
import { followApp } from "./app-feed.ts";

export type SystemDeps = {
  info: Pick<SystemInfo, "version" | "host" | "dataDir" | "configDir" | "gitVersion">;
  warnings(): string[];
  updates: Listeners<AppUpdate>;
  clock: Clock;
  processes(): OwnedProcess[];
  state(): Promise<Omit<AppState, "info">>;
};

/** What the core knows of itself, and the feed of the app's state. */
export function createSystemService(deps: SystemDeps) {
  const startedAtMs = deps.clock.now();
  const cpuSeen = new Map<number, { atMs: number; seconds: number }>();

  function info(): SystemInfo {
    return { ...deps.info, pid: process.pid, platform: `${process.platform} ${os.release()}`, warnings: deps.warnings() };
  }

  function measure(owned: OwnedProcess): ProcessInfo {
    const { startedAtMs: started, ...rest } = owned;
    const used = resources(owned.pid);
    const now = deps.clock.monotonic();
    const before = cpuSeen.get(owned.pid);
    if (used) cpuSeen.set(owned.pid, { atMs: now, seconds: used.cpuSeconds });
    const elapsed = before ? (now - before.atMs) / 1000 : 0;
    const cpuPercent =
      used && before && elapsed > 0.2 ? Math.round(((used.cpuSeconds - before.seconds) / elapsed) * 1000) / 10 : null;
    return { ...rest, startedAt: isoTime(started), memoryBytes: used?.memoryBytes ?? null, cpuPercent };
  }

  return {
    info,
    processes(): ProcessInfo[] {
      const core: OwnedProcess = { pid: process.pid, kind: "core", label: "Hearth", sessionIds: [], startedAtMs };
      const all = [core, ...deps.processes()];
      for (const pid of cpuSeen.keys()) if (!all.some((owned) => owned.pid === pid)) cpuSeen.delete(pid);
      return all.map(measure);
    },
    follow: (signal: AbortSignal | undefined): AsyncGenerator<AppUpdate> =>
      followApp({ updates: deps.updates, state: async () => ({ ...(await deps.state()), info: info() }) }, signal),
  };
}
