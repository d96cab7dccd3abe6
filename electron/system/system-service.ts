import os from "node:os";
import type { AppState, AppUpdate, ProcessInfo, SystemInfo } from "../../shared/contract/system.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Listeners } from "../lib/listeners.ts";
import { resources } from "../lib/process-tree.ts";
import { AppFeed } from "./app-feed.ts";
import type { Orphans } from "./orphans.ts";
import type { OwnedProcess } from "./owned-processes.ts";

export type SystemDeps = {
  info: Pick<SystemInfo, "version" | "host" | "dataDir" | "configDir" | "gitVersion">;
  warnings: () => string[];
  updates: Listeners<AppUpdate>;
  clock: Clock;
  processes: () => OwnedProcess[];
  endProcess: Orphans["end"];
  state: () => Promise<Omit<AppState, "info">>;
};

/** What the core knows of itself, and the feed of the app's state. Remembers CPU times, to tell what was used since. */
export class SystemService {
  readonly #deps: SystemDeps;
  readonly #startedAtMs: number;
  readonly #feed: AppFeed;
  readonly #cpuSeen = new Map<number, { atMs: number; seconds: number }>();

  constructor(deps: SystemDeps) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.now();
    this.#feed = new AppFeed({ updates: deps.updates, state: async () => ({ ...(await deps.state()), info: this.info() }) });
  }

  info(): SystemInfo {
    const { info, warnings } = this.#deps;
    return { ...info, pid: process.pid, platform: `${process.platform} ${os.release()}`, warnings: warnings() };
  }

  processes(): ProcessInfo[] {
    const core: OwnedProcess = {
      ...{ pid: process.pid, kind: "core", label: "Hearth", sessionIds: [], unproved: false },
      startedAtMs: this.#startedAtMs,
    };
    const all = [core, ...this.#deps.processes()];
    for (const pid of this.#cpuSeen.keys()) if (!all.some((owned) => owned.pid === pid)) this.#cpuSeen.delete(pid);
    return all.map((owned) => this.#measure(owned));
  }

  endProcess(pid: number): ReturnType<Orphans["end"]> {
    return this.#deps.endProcess(pid);
  }

  follow(...of: Parameters<AppFeed["follow"]>): ReturnType<AppFeed["follow"]> {
    return this.#feed.follow(...of);
  }

  #measure({ startedAtMs, ...rest }: OwnedProcess): ProcessInfo {
    const used = resources(rest.pid);
    const now = this.#deps.clock.monotonic();
    const before = this.#cpuSeen.get(rest.pid);
    if (used) this.#cpuSeen.set(rest.pid, { atMs: now, seconds: used.cpuSeconds });
    const elapsed = before ? (now - before.atMs) / 1000 : 0;
    const cpuPercent =
      used && before && elapsed > 0.2 ? Math.round(((used.cpuSeconds - before.seconds) / elapsed) * 1000) / 10 : null;
    return { ...rest, startedAt: isoTime(startedAtMs), memoryBytes: used?.memoryBytes ?? null, cpuPercent };
  }
}
