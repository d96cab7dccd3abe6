import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { identify } from "../lib/process-tree.ts";
import { saveJson } from "../lib/save-json.ts";

/**
 * `host.json` in the data folder: how to reach the core that holds it. Readable by its owner only, because it has a
 * token of the running host's, which ends with the host.
 */
const hostRecord = z.object({
  pid: z.int(),
  /** The kernel's start time of the process, so that another one with the same pid isn't taken for it. */
  startTicks: z.string().nullable(),
  url: z.url(),
  token: z.string(),
  startedAt: z.iso.datetime(),
  /** False for the core of a command, which ends with what is done in it; whoever wants to serve takes over then. */
  lasting: z.boolean(),
});
export type HostRecord = z.infer<typeof hostRecord>;

function fileIn(dataDir: string): string {
  return path.join(dataDir, "host.json");
}

export function saveHostRecord(dataDir: string, record: HostRecord): void {
  saveJson(fileIn(dataDir), record);
}

/** The record of a host that still lives; null where there is none. */
export function findHostRecord(dataDir: string): HostRecord | null {
  let text: string;
  try {
    text = readFileSync(fileIn(dataDir), "utf8");
  } catch {
    return null; // Nobody serves, or not to us.
  }
  const record = parse(text);
  return record && isAlive(record) ? record : null;
}

export function removeHostRecord(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function parse(text: string): HostRecord | null {
  try {
    return hostRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // Cut short by a crash; whoever serves next writes it anew.
  }
}

function isAlive(record: HostRecord): boolean {
  const { startTicks } = identify(record.pid);
  if (record.startTicks !== null) return startTicks === record.startTicks;
  try {
    process.kill(record.pid, 0);
    return true;
  } catch {
    return false; // ESRCH: it is gone. EPERM: someone else's process, so not our host.
  }
}
