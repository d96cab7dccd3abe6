import { spawn, type ChildProcess } from "node:child_process";

/** Asks a process to end once the line of input that never comes has ended, and makes it end five seconds later. */
const script = 'read -r line; kill -TERM "$1" && sleep 5; kill -KILL "$1"';

/** Sees to it that a child doesn't outlive this process, however this one ends: a pipe breaks with its last holder. */
export function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // In a group of its own, so that what ends the tests' group doesn't end it before its work.
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(child.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  child.once("exit", () => guard.kill("SIGKILL"));
}
