import { parentPort } from "node:worker_threads";
import { runToEnd, type ProcessIdentity, type RunOptions, type RunOutcome } from "./process.ts";

/**
 * Entry of the helper that starts bounded programs for the core: a small process, or a thread where Node can't be
 * started (see process-lane.ts). It ends with its last program once it is told to, or once the core is gone.
 */
export type Order =
  | { type: "run"; id: number; options: Omit<RunOptions, "signal"> }
  | { type: "cancel"; id: number }
  | { type: "end" };

export type Report =
  | { type: "ready" }
  | { type: "started"; id: number; identity: ProcessIdentity }
  | { type: "done"; id: number; outcome: RunOutcome };

const running = new Map<number, AbortController>();
let ending = false;

if (parentPort) parentPort.on("message", follow);
else process.on("message", follow).on("disconnect", end);
send({ type: "ready" });

function follow(order: Order): void {
  if (order.type === "end") end();
  else if (order.type === "cancel") running.get(order.id)?.abort();
  else void run(order.id, order.options);
}

async function run(id: number, options: Omit<RunOptions, "signal">): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const onStarted = (identity: ProcessIdentity): void => send({ type: "started", id, identity });
  const outcome = await runToEnd({ ...options, signal: abort.signal, onStarted });
  running.delete(id);
  send({ type: "done", id, outcome });
  leaveWhenIdle();
}

function end(): void {
  ending = true;
  leaveWhenIdle();
}

/** What has begun is let to its end: a git that is cut off leaves locks in the person's repository. */
function leaveWhenIdle(): void {
  if (!ending || running.size > 0) return;
  if (parentPort) parentPort.close();
  else if (process.connected) process.disconnect();
}

function send(report: Report): void {
  if (parentPort) parentPort.postMessage(report);
  // The core may go at any moment; nobody else would hear of it.
  else if (process.connected) process.send?.(report, undefined, undefined, () => {});
}
