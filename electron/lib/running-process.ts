import * as z from "zod";
import { tagName } from "./process-table.ts";

/** A process as the system's list tells it. */
export type RunningProcess = {
  pid: number;
  parent: number;
  /** Its process group; null on Windows, which has none. */
  group: number | null;
  /** Unix time in ms, to the second outside Windows; null where it isn't told. */
  startedAtMs: number | null;
  /** The kernel's own start time (Linux), exact where the other is not. */
  startTicks: string | null;
  /** What Hearth put into its environment; null for nothing, and where that can't be read: the two look alike. */
  tag: string | null;
  name: string;
};

/** `-E` shows environments, after the arguments; `ps` does it for processes of the same user, but not for Apple's own programs. */
export const psArguments = ["-axww", "-E", "-o", "pid=,ppid=,pgid=,stat=,lstart=,command="];

/** What `ps` prints with `LC_ALL=C` and `TZ=UTC`, a process a line; the dead that nobody has waited for are left out. */
export function parsePs(output: string): RunningProcess[] {
  return output.split("\n").flatMap((line) => {
    const fields = psLine.exec(line)?.groups;
    if (!fields || fields["state"]?.startsWith("Z")) return [];
    const command = fields["command"] ?? "";
    const started = Date.parse(`${fields["started"] ?? ""} UTC`);
    return {
      pid: Number(fields["pid"]),
      parent: Number(fields["parent"]),
      group: Number(fields["group"]),
      startedAtMs: Number.isNaN(started) ? null : started,
      startTicks: null,
      // The environment follows the arguments, so the last one counts.
      tag: command.split(` ${tagName}=`).slice(1).at(-1)?.split(" ", 1)[0] ?? null,
      name: baseName(command.split(" ", 1)[0] ?? ""),
    };
  });
}

const psLine =
  /^\s*(?<pid>\d+)\s+(?<parent>\d+)\s+(?<group>\d+)\s+(?<state>\S+)\s+(?<started>\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(?<command>.*)$/;

function baseName(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/** Windows tells no environments. A time as text, because PowerShell 5 and 7 write dates into JSON differently. */
export const cimScript = [
  "[Console]::OutputEncoding = [Text.Encoding]::UTF8;",
  "Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,Name,CreationDate |",
  "Select-Object ProcessId,ParentProcessId,Name,@{n='Started';e={if ($_.CreationDate) {$_.CreationDate.ToUniversalTime().ToString('o')}}} |",
  "ConvertTo-Json -Compress",
].join(" ");

const cimProcess = z.object({
  ProcessId: z.int(),
  ParentProcessId: z.int(),
  Name: z.string(),
  Started: z.string().nullable(),
});

/** Null for what isn't such a list. One process alone comes without brackets. */
export function parseCim(output: string): RunningProcess[] | null {
  let json: unknown;
  try {
    json = JSON.parse(output.replace(/^\uFEFF/, ""));
  } catch {
    return null; // Cut short, or a complaint of PowerShell's.
  }
  const list = z.union([z.array(cimProcess), cimProcess]).safeParse(json);
  if (!list.success) return null;
  return [list.data].flat().map(({ ProcessId, ParentProcessId, Name, Started }) => {
    const started = Started === null ? Number.NaN : Date.parse(Started);
    return {
      pid: ProcessId,
      parent: ParentProcessId,
      group: null,
      startedAtMs: Number.isNaN(started) ? null : started,
      startTicks: null,
      tag: null,
      name: Name,
    };
  });
}
