import { MessageChannelMain, utilityProcess, type BrowserWindow, type MessagePortMain, type UtilityProcess } from "electron";
import { isVaultMessage, type VaultAnswer, type VaultQuestion } from "../host/shell-vault.ts";
import { channels } from "./channels.ts";
import { RestartLimit } from "./restart-limit.ts";

export type CoreRefusal = { code: string; message: string };

export type CoreProcessOptions = {
  entry: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The system's keyring; it says null to what it can't do. */
  vault: (question: VaultQuestion) => Promise<string | null>;
  /** A core that ran has gone and stays away. */
  onGone(refusal: CoreRefusal): void;
};

const maxRestarts = 5;

/**
 * The core's process, from `start` until `stop`. If it dies by itself it is started again, at most five times a
 * minute; its agents end with it, and what it was doing is settled when it opens again.
 */
export class CoreProcess {
  readonly #options: CoreProcessOptions;
  readonly #limit = new RestartLimit({ times: maxRestarts, windowMs: 60_000, now: () => performance.now() });
  #child: UtilityProcess | null = null;
  /** Its other end is the core's: it closes when this process goes, however that comes about. */
  #lifeline: MessagePortMain | null = null;
  #ready: Promise<CoreRefusal | null> = Promise.resolve({ code: "NOT_STARTED", message: "The core has not been started" });
  #stopping = false;

  constructor(options: CoreProcessOptions) {
    this.#options = options;
  }

  /** Resolves once the core answers, or with why it can't. After a refusal or too many ends it may be called again. */
  start(): Promise<CoreRefusal | null> {
    this.#limit.reset();
    this.#ready = this.#launch();
    return this.#ready;
  }

  /** Gives the page a new port to the core; rejects while there is no core. */
  async connect(window: BrowserWindow): Promise<void> {
    const refusal = await this.#ready;
    if (refusal || !this.#child) throw new Error(refusal?.message ?? "The core is not there");
    const { port1, port2 } = new MessageChannelMain();
    this.#child.postMessage({ type: "connect" }, [port1]);
    window.webContents.postMessage(channels.port, null, [port2]);
  }

  /** Asks the core to settle and end; ends it after `limitMs`. Nothing is started any more. */
  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    const ending = this.#child;
    if (!ending) return;
    const gone = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
    ending.postMessage({ type: "stop" });
    const limitTimer = setTimeout(() => endNow(ending), limitMs);
    await gone;
    clearTimeout(limitTimer);
  }

  async #askVault(core: UtilityProcess, question: VaultQuestion): Promise<void> {
    const text = await this.#options.vault(question);
    const answer: VaultAnswer = { type: "vault", id: question.id, text };
    if (this.#child === core) core.postMessage(answer);
  }

  #launch(): Promise<CoreRefusal | null> {
    const { entry, args, env } = this.#options;
    const started = utilityProcess.fork(entry, args, { serviceName: "Hearth core", env, stdio: "inherit" });
    const life = new MessageChannelMain();
    this.#lifeline = life.port1;
    started.postMessage({ type: "lifeline" }, [life.port2]);
    this.#child = started;
    return new Promise((resolve) => {
      let answer: "none" | "runs" | "refused" = "none";
      started.on("message", (message: unknown) => {
        if (isVaultMessage(message)) return void this.#askVault(started, message as VaultQuestion);
        const refusal = refusalOf(message);
        answer = refusal ? "refused" : "runs";
        resolve(refusal);
        if (refusal) started.postMessage({ type: "stop" });
      });
      started.once("exit", (code) => {
        if (this.#child === started) this.#child = null;
        if (this.#lifeline === life.port1) this.#lifeline = null;
        // A core that refused has said all there is to say; one more would say the same.
        if (this.#stopping || answer === "refused") return resolve(ended(code));
        const next = this.#limit.mayRestart() ? this.#launch() : Promise.resolve(ended(code));
        // Who waits for this one waits for the next.
        if (answer === "none") return resolve(next);
        this.#ready = next;
        void next.then((refusal) => refusal && !this.#stopping && this.#options.onGone(refusal));
      });
    });
  }
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
