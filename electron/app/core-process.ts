import { MessageChannelMain, utilityProcess, type BrowserWindow, type UtilityProcess } from "electron";
import { channels } from "./channels.ts";

/**
 * The core's process, from `start` until `stop`. If it dies by itself it is started again, at most five times a
 * minute; its agents end with it, and what it was doing is settled when it opens again.
 */
export type CoreRefusal = { code: string; message: string };

export type CoreProcess = {
  /** Resolves once the core answers, or with why it can't. */
  start(): Promise<CoreRefusal | null>;
  /** Gives the page a new port to the core; rejects while there is no core. */
  connect(window: BrowserWindow): Promise<void>;
  /** Asks the core to settle and end; ends it after `limitMs`. */
  stop(limitMs: number): Promise<void>;
};

export type CoreProcessOptions = { entry: string; args: string[]; env: NodeJS.ProcessEnv; onGone(reason: string): void };

const maxStarts = 5;
const windowMs = 60_000;

export function createCoreProcess(options: CoreProcessOptions): CoreProcess {
  let child: UtilityProcess | null = null;
  let ready: Promise<CoreRefusal | null> = Promise.resolve({ code: "NOT_STARTED", message: "The core has not been started" });
  let stopping = false;
  let starts: number[] = [];

  function launch(): Promise<CoreRefusal | null> {
    const started = utilityProcess.fork(options.entry, options.args, { serviceName: "Hearth core", env: options.env, stdio: "inherit" });
    child = started;
    return new Promise((resolve) => {
      started.on("message", (message: unknown) => resolve(refusalOf(message)));
      started.once("exit", (code) => {
        if (child === started) child = null;
        resolve({ code: "CORE_ENDED", message: `The core ended with ${code}` });
        if (!stopping) again(code);
      });
    });
  }

  function again(code: number): void {
    const now = performance.now();
    starts = [...starts.filter((at) => now - at < windowMs), now];
    if (starts.length >= maxStarts) {
      options.onGone(`The core ended ${maxStarts} times within a minute, last with ${code}.`);
      return;
    }
    ready = launch();
  }

  return {
    start() {
      ready = launch();
      return ready;
    },
    async connect(window) {
      const refusal = await ready;
      if (refusal || !child) throw new Error(refusal?.message ?? "The core is not there");
      const { port1, port2 } = new MessageChannelMain();
      child.postMessage({ type: "connect" }, [port1]);
      window.webContents.postMessage(channels.port, null, [port2]);
    },
    async stop(limitMs) {
      stopping = true;
      const ending = child;
      if (!ending) return;
      const gone = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
      ending.postMessage({ type: "stop" });
      const limit = setTimeout(() => ending.kill(), limitMs);
      await gone;
      clearTimeout(limit);
    },
  };
}

function refusalOf(message: unknown): CoreRefusal | null {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "refused") return null;
  const { code, message: text } = message as { code?: unknown; message?: unknown };
  return { code: String(code), message: String(text) };
}
