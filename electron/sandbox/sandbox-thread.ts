import { Worker } from "node:worker_threads";
import type { SandboxAnswer, SandboxRequest } from "../../shared/sandbox-messages.ts";

type Wanted<R> = R extends SandboxRequest ? Omit<R, "id"> : never;
/** How long the thread may take for an answer, and for its end. */
const answerMs = 15_000;
const endMs = 2_000;

/** The thread that builds sandboxes. Begun when it is first asked, begun anew after it has failed; ends with `dispose`. */
export class SandboxThread {
  readonly #program: string;
  readonly #open = new Map<number, (answer: SandboxAnswer) => void>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isOver = false;

  constructor(program: string) {
    this.#program = program;
  }

  /** Never rejects: what went wrong is an answer, too. */
  ask(request: Wanted<SandboxRequest>): Promise<SandboxAnswer> {
    const id = ++this.#lastId;
    if (this.#isOver) return Promise.resolve({ id, type: "failed", message: "Hearth is closing" });
    return new Promise((resolve) => {
      const answered = (answer: SandboxAnswer): void => {
        clearTimeout(limit);
        this.#open.delete(id);
        resolve(answer);
      };
      const limit = setTimeout(() => answered({ id, type: "failed", message: "The sandbox didn't answer" }), answerMs);
      this.#open.set(id, answered);
      this.#running().postMessage({ ...request, id });
    });
  }

  async dispose(): Promise<void> {
    this.#isOver = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage(null);
    const limit = setTimeout(() => void worker.terminate(), endMs);
    await ended;
    clearTimeout(limit);
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#program);
    worker.on("message", (answer: SandboxAnswer) => this.#open.get(answer.id)?.(answer));
    let why = "";
    worker.on("error", (error) => (why = error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = null;
      for (const [id, answered] of this.#open)
        answered({ id, type: "failed", message: `The sandbox's thread ended. ${why}`.trim() });
    });
    // It keeps nobody from ending who has forgotten it.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}
