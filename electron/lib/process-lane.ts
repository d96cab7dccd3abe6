import { fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import type { Order, Report } from "./process-helper.ts";

/**
 * The way to one helper, which lives from `openLane` until it has gone: told to end, crashed, or left alone by the core.
 * Starting a program stops the loop that does it until the program runs, longer the more memory the process has; so a
 * small process does it. The packaged app's Electron refuses to run as Node: there it is a thread.
 */
export type Lane = {
  post(order: Order): void;
  onReport(listener: (report: Report) => void): void;
  /** Told once. */
  readonly gone: Promise<void>;
  /** It isn't waited for any more; it ends with the programs it still has. */
  letGo(): void;
};

export function openLane(entry: string): Lane {
  return process.versions["electron"] === undefined ? openProcessLane(entry) : openThreadLane(entry);
}

export function openProcessLane(entry: string): Lane {
  const child = fork(entry, {
    // Ctrl+C in a terminal reaches the whole group; the helper goes with the core, not before.
    detached: process.platform !== "win32",
    env: process.platform === "win32" ? { SystemRoot: process.env["SystemRoot"] } : {},
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // What can't be sent any more goes to one that is gone, which `gone` tells.
  const gone = new Promise<void>((resolve) =>
    child.once("exit", () => resolve()).on("error", () => child.pid === undefined && resolve()),
  );
  return {
    post: (order) => void (child.connected && child.send(order, () => {})),
    onReport: (listener) => void child.on("message", (report) => listener(report as Report)),
    gone,
    letGo() {
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
}

export function openThreadLane(entry: string): Lane {
  const worker = new Worker(entry, { env: {}, execArgv: [] });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  // Followed by its exit.
  worker.on("error", () => {});
  return {
    post: (order) => worker.postMessage(order),
    onReport: (listener) => void worker.on("message", listener),
    gone,
    letGo: () => worker.unref(),
  };
}
