import { setTimeout as wait } from "node:timers/promises";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isRunning, killOne } from "../lib/process-tree.ts";
import type { RunningProcess } from "../lib/running-process.ts";
import type { ProcessRepository, RecordedProcess } from "../store/processes.ts";
import { judgeProcesses, type Judged } from "./judge-processes.ts";

export type OrphansDeps = {
  rows: Pick<ProcessRepository, "list" | "remove">;
  listProcesses(): Promise<RunningProcess[] | null>;
  bootedAtMs: number;
  graceMs?: number;
};

/**
 * What an earlier core left running. What is proved to be its children is ended at the start; what isn't proved waits
 * for the person's word, and stays on record until it is gone.
 */
export class Orphans {
  readonly #deps: OrphansDeps;
  #records: RecordedProcess[] = [];
  #unproved: Judged[] = [];

  constructor(deps: OrphansDeps) {
    this.#deps = deps;
  }

  /** To be called before this core starts a child: all on record are an earlier one's. Returns how many were found to be ours. */
  async endAll(): Promise<number> {
    this.#records = this.#deps.rows.list();
    if (this.#records.length === 0) return 0;
    const ended = await this.#end(({ verdict }) => verdict === "ours");
    await this.#settle();
    return ended.size;
  }

  /** What seemed to be an earlier core's, isn't proved, and runs still. */
  unproved(): Judged[] {
    return this.#unproved.filter(({ process }) => isRunning(process.pid));
  }

  /** Ends one of `unproved`, at the person's word, with what belongs to the same record and can't be proved either. */
  async end(pid: number): Promise<Result<{ ended: true }, Failure<"PROCESS_NOT_FOUND" | "PROCESS_NOT_ENDED">>> {
    const chosen = this.unproved().find(({ process }) => process.pid === pid);
    if (!chosen) return failure("PROCESS_NOT_FOUND", `No process ${pid} waits to be ended`, { field: "pid" });
    await this.#end(
      ({ process, record, verdict }) => isSame(process, chosen.process) || (verdict === "unproved" && record === chosen.record),
    );
    await this.#settle();
    return isRunning(pid) && this.#unproved.some(({ process }) => isSame(process, chosen.process))
      ? failure("PROCESS_NOT_ENDED", `${chosen.process.name} (pid ${pid}) couldn't be ended`)
      : ok({ ended: true });
  }

  /** Looks anew before each signal, so that none goes to a number's next owner. */
  async #end(which: (judged: Judged) => boolean): Promise<Set<number>> {
    const known = new Map<number, RunningProcess>();
    for (const signal of ["SIGTERM", "SIGKILL", "SIGKILL", "SIGKILL"] as const) {
      const running = await this.#deps.listProcesses();
      if (!running) break;
      const found = this.#judge(running).filter(which);
      // One whose parent went first is known from the look before.
      const left = running.filter((process) => known.get(process.pid) && isSame(process, known.get(process.pid)));
      const targets = new Map([...left, ...found.map(({ process }) => process)].map((process) => [process.pid, process]));
      if (targets.size === 0) break;
      for (const [pid, process] of targets) {
        known.set(pid, process);
        killOne(pid, signal);
      }
      await goneWithin([...targets.keys()], this.#deps.graceMs ?? 2000);
    }
    return new Set(known.keys());
  }

  /** Forgets the records of which nothing is left. Where the system tells nothing, nothing is forgotten. */
  async #settle(): Promise<void> {
    const running = await this.#deps.listProcesses();
    if (!running) return;
    const left = this.#judge(running);
    this.#unproved = left.filter(({ verdict }) => verdict === "unproved");
    this.#records = this.#records.filter((record) => {
      const stays = left.some((judged) => judged.record === record);
      if (!stays) this.#deps.rows.remove(record.pid, record.startTicks);
      return stays;
    });
  }

  #judge(running: readonly RunningProcess[]): Judged[] {
    const judged = judgeProcesses(this.#records, running, this.#deps.bootedAtMs);
    // This core was started in a terminal multiplexer, say, that an earlier one's terminal began: a person works in it.
    const ancestors = ancestorsOf(process.pid, running);
    const lived = new Set(judged.filter(({ process: { pid } }) => ancestors.has(pid)).map(({ record }) => record));
    return judged.filter(({ record }) => !lived.has(record));
  }
}

/** The process and those it descends from. */
function ancestorsOf(pid: number, running: readonly RunningProcess[]): Set<number> {
  const parents = new Map(running.map((one) => [one.pid, one.parent]));
  const ancestors = new Set<number>();
  for (let at: number | null | undefined = pid; typeof at === "number" && !ancestors.has(at); at = parents.get(at))
    ancestors.add(at);
  return ancestors;
}

function isSame(a: RunningProcess, b: RunningProcess | undefined): boolean {
  return a.pid === b?.pid && a.startTicks === b.startTicks && a.startedAtMs === b.startedAtMs;
}

async function goneWithin(pids: readonly number[], ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (pids.some(isRunning) && performance.now() < end) await wait(15);
}
