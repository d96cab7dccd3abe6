import { fork as forkNode, type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { fileURLToPath } from "node:url";
import type { MessagePortMain } from "./ports.ts";

export type ToChild =
  | { kind: "parent"; data: unknown; ports: number[] }
  | { kind: "port"; id: number; data: unknown }
  | { kind: "port-closed"; id: number };
export type ToShell =
  | { kind: "parent"; data: unknown }
  | { kind: "port"; id: number; data: unknown }
  | { kind: "port-closed"; id: number };

type ForkOptions = { env?: NodeJS.ProcessEnv; serviceName?: string; stdio?: string };

const register = fileURLToPath(new URL("register.ts", import.meta.url));

/** A real Node process with `process.parentPort`. What it holds of ports is closed when it ends. */
class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, MessagePortMain>();
  #lastPort = 0;

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super();
    this.#child = forkNode(modulePath, args, {
      execArgv: ["--import", register],
      env: { ...(options.env ?? process.env), HEARTH_STAND_IN_UTILITY: "1" },
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.once("spawn", () => this.emit("spawn"));
    this.#child.on("message", (message: ToShell) => this.#take(message));
    this.#child.once("exit", (code, signal) => {
      for (const port of this.#ports.values()) port.partner?.close();
      this.emit("exit", code ?? (signal === "SIGKILL" ? 9 : 15));
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(data: unknown, ports: MessagePortMain[] = []): void {
    const ids = ports.map((port) => {
      const id = ++this.#lastPort;
      this.#ports.set(id, port);
      return id;
    });
    this.#send({ kind: "parent", data, ports: ids });
    ports.forEach((port, index) => {
      const id = ids[index] ?? 0;
      port.moveTo({
        message: (sent) => this.#send({ kind: "port", id, data: sent }),
        closed: () => this.#send({ kind: "port-closed", id }),
      });
    });
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #send(message: ToChild): void {
    // It may end before it could be told; its end is told by itself.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #take(message: ToShell): void {
    if (message.kind === "parent") this.emit("message", message.data);
    else if (message.kind === "port") this.#ports.get(message.id)?.postMessage(message.data);
    else this.#ports.get(message.id)?.close();
  }
}

export const utilityProcess = {
  fork: (modulePath: string, args: string[] = [], options: ForkOptions = {}): UtilityProcess =>
    new UtilityProcess(modulePath, args, options),
};
