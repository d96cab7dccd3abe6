import { MessageChannelMain, utilityProcess, type BrowserWindow, type MessagePortMain, type UtilityProcess } from "electron";
import { channels } from "./channels.ts";
import { createRestartLimit } from "./restart-limit.ts";

/**
 * The core's process, from `start` until `stop`. If it dies by itself it is started again, at most five times a
 * minute; its agents end with it, and what it was doing is settled when it opens again.
 */
export type CoreRefusal = { code: string; message: string };

export type CoreProcess = {
  /** Resolves once the core answers, or with why it can't. After a refusal or too many ends it may be called again. */
  start(): Promise<CoreRefusal | null>;
  /** Gives the page a new port to the core; rejects while there is no core. */
  connect(window: BrowserWindow): Promise<void>;
  /** Asks the core to settle and end; ends it after `limitMs`. Nothing is started any more. */
  stop(limitMs: number): Promise<void>;
};

export type CoreProcessOptions = {
  entry: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** A core that ran has gone and stays away. */
  onGone(refusal: CoreRefusal): void;
};

const maxRestarts = 5;

export function createCoreProcess(options: CoreProcessOptions): CoreProcess {
  const limit = createRestartLimit(maxRestarts, 60_000, () => performance.now());
  let child: UtilityProcess | null = null;
  /** Its other end is the core's: it closes when this process goes, however that comes about. */
  let lifeline: MessagePortMain | null = null;
  let ready: Promise<CoreRefusal | null> = Promise.resolve({ code: "NOT_STARTED", message: "The core has not been started" });
  let stopping = false;

  function launch(): Promise<CoreRefusal | null> {
    const started = utilityProcess.fork(options.entry, options.args, {
      serviceName: "Hearth core",
      env: options.env,
      stdio: "inherit",
    });
    const life = new MessageChannelMain();
    lifeline = life.port1;
    started.postMessage({ type: "lifeline" }, [life.port2]);
    child = started;
    return new Promise((resolve) => {
      let answer: "none" | "runs" | "refused" = "none";
      started.on("message", (message: unknown) => {
        const refusal = refusalOf(message);
        answer = refusal ? "refused" : "runs";
        resolve(refusal);
        if (refusal) started.postMessage({ type: "stop" });
      });
      started.once("exit", (code) => {
        if (child === started) child = null;
        if (lifeline === life.port1) lifeline = null;
        // A core that refused has said all there is to say; one more would say the same.
        if (stopping || answer === "refused") return resolve(ended(code));
        const next = limit.mayRestart() ? launch() : Promise.resolve(ended(code));
        // Who waits for this one waits for the next.
        if (answer === "none") return resolve(next);
        ready = next;
        void next.then((refusal) => refusal && !stopping && options.onGone(refusal));
      });
    });
  }

  return {
    start() {
      limit.reset();
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
      const limitTimer = setTimeout(() => endNow(ending), limitMs);
      await gone;
      clearTimeout(limitTimer);
    },
  };
}

function ended(code: number): CoreRefusal {
  return { code: "CORE_ENDED", message: `The core has ended again and again, last with ${code}.` };
}

/** `kill()` only asks, which a core that is stuck doesn't hear. */
function endNow(child: UtilityProcess): void {
  try {
    if (child.pid !== undefined) process.kill(child.pid, "SIGKILL");
  } catch {
    child.kill(); // It ended meanwhile, or the system won't let us; Electron may still.
  }
}

function refusalOf(message: unknown): CoreRefusal | null {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "refused") return null;
  const { code, message: text } = message as { code?: unknown; message?: unknown };
  return { code: String(code), message: String(text) };
}
