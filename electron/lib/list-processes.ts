import { readFileSync } from "node:fs";
import os from "node:os";
import { lookAnew, processTable, tagOf } from "./process-table.ts";
import { runToEnd } from "./process.ts";
import { cimScript, parseCim, parsePs, psArguments, type RunningProcess } from "./running-process.ts";

const limits = { timeoutMs: 20_000, maxBytes: 64 * 1024 * 1024 };

/** All that run now, this process among them; null where the system didn't tell. Linux tells without a program. */
export async function listProcesses(): Promise<RunningProcess[] | null> {
  switch (process.platform) {
    case "linux":
      return listFromProc();
    case "win32":
      return listFromPowerShell();
    default:
      return listFromPs();
  }
}

function listFromProc(): RunningProcess[] | null {
  lookAnew();
  const bootedAtMs = readBootTime();
  return (
    processTable()
      ?.filter(({ state }) => state !== "Z" && state !== "X")
      .map(({ pid, parent, group, startTicks, name }) => {
        const startedAtMs = bootedAtMs === null ? null : bootedAtMs + Number.parseInt(startTicks, 10) * 10;
        return { pid, parent, group, startedAtMs, startTicks, tag: tagOf(pid), name };
      }) ?? null
  );
}

function readBootTime(): number | null {
  const seconds = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

async function listFromPs(): Promise<RunningProcess[] | null> {
  const env = { PATH: "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" };
  const listed = await runToEnd({ command: "/bin/ps", args: psArguments, cwd: "/", env, ...limits });
  return listed.ok && listed.value.code === 0 ? parsePs(listed.value.stdout.toString("utf8")) : null;
}

async function listFromPowerShell(): Promise<RunningProcess[] | null> {
  const root = process.env["SystemRoot"] ?? "C:\\Windows";
  const listed = await runToEnd({
    command: `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
    args: ["-NoProfile", "-NonInteractive", "-Command", cimScript],
    cwd: os.tmpdir(),
    env: { SystemRoot: root, TEMP: os.tmpdir() },
    ...limits,
  });
  return listed.ok && listed.value.code === 0 ? parseCim(listed.value.stdout.toString("utf8")) : null;
}
