import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { memoryOf } from "./memory.ts";

const everyMs = 20;

/**
 * The most memory that this process and its children have together, in MB, looked at from another thread so that looking
 * holds nothing up. Owns the thread until `dispose`.
 */
export class PeakMemory {
  readonly #worker = new Worker(new URL(import.meta.url));

  /** Since the last time that it was asked. */
  peak(): Promise<number> {
    return new Promise((resolve) => {
      this.#worker.once("message", resolve);
      this.#worker.postMessage("peak");
    });
  }

  async dispose(): Promise<void> {
    await this.#worker.terminate();
  }
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  let most = 0;
  const look = (): void => void (most = Math.max(most, memoryOf(process.pid)));
  setInterval(look, everyMs);
  port.on("message", () => {
    look();
    port.postMessage(most);
    most = 0;
  });
}
