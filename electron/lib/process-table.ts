import { readdirSync, readFileSync } from "node:fs";

// Who runs, as Linux's /proc tells it. On other systems nothing is told: then nothing is proved, and nothing is signalled by it.

/** Stands in the environment of a child, and so in that of all it starts. */
export const tagName = "HEARTH_PROCESS_TREE";

export type Stat = {
  pid: number;
  /** The program's name, its first 15 letters. */
  name: string;
  parent: number;
  group: number;
  state: string;
  startTicks: string;
  cpuTicks: number;
  rssPages: number;
};

/** Ticks count from the start of the system, so that after a restart the same number may be another process's. */
const boot = readBoot();

function readBoot(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return ""; // Not Linux, or hidden from us.
  }
}

/** Fields of /proc/PID/stat; the command's name, in parentheses, may hold anything, so what follows the last `)` counts. */
export function readStat(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    name: text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")),
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTicks: `${fields[19] ?? ""}@${boot}`,
    rssPages: Number(fields[21]),
  };
}

/**
 * One look at all processes, shared by all who ask in the same turn of the event loop: fifty terminals that end at once
 * would otherwise read the whole of /proc fifty times. Each turn begins without one.
 */
class Look {
  readonly #pids = pids();
  readonly #environments = new Map<number, string>();
  #table: Stat[] | null = null;

  table(): Stat[] {
    this.#table ??= this.#pids.map(readStat).filter((stat) => stat !== null);
    return this.#table;
  }

  tagged(tag: string): number[] {
    return this.#pids.filter((pid) => this.#environment(pid).includes(`\0${tagName}=${tag}\0`));
  }

  tagOf(pid: number): string | null {
    return new RegExp(`\0${tagName}=([^\0]*)\0`).exec(this.#environment(pid))?.[1] ?? null;
  }

  #environment(pid: number): string {
    const known = this.#environments.get(pid) ?? readEnvironment(pid);
    this.#environments.set(pid, known);
    return known;
  }
}

let shared: Look | null = null;

function look(): Look {
  if (!shared) {
    shared = new Look();
    setImmediate(() => (shared = null));
  }
  return shared;
}

/** The next look is newer than this call. */
export function lookAnew(): void {
  shared = null;
}

export function processTable(): Stat[] | null {
  return process.platform === "linux" ? look().table() : null;
}

/** The tag in a process's environment; null for none, and where it can't be read. */
export function tagOf(pid: number): string | null {
  return process.platform === "linux" ? look().tagOf(pid) : null;
}

function pids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

export function pidsTagged(tag: string): number[] {
  if (tag === "" || process.platform !== "linux") return [];
  return look().tagged(tag);
}

/** Each entry between NULs. Empty for a process of another user, and for one that has overwritten its environment. */
function readEnvironment(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
  } catch {
    return "";
  }
}
