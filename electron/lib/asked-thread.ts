import { Worker } from "node:worker_threads";

type Wanted<R> = R extends { id: number } ? Omit<R, "id"> : never;
/** How long a thread may take for its end. */
const endMs = 2_000;

/** `name`: what it is called in a failure. `endsLate`: one that doesn't answer in time is stuck, and is ended. */
export type AskedThreadOptions = { program: string; name: string; answerMs: number; endsLate: boolean };

type Failed = { id: number; type: "failed"; message: string };

/**
 * A program in a thread, which answers each request once, in any order; null tells it to end. Begun when it is first
 * asked, begun anew after it has failed; ends with `dispose`.
 */
export class AskedThread<Request extends { id: number }, Answer extends { id: number }> {
  readonly #options: AskedThreadOptions;
  readonly #open = new Map<number, (answer: Answer | Failed) => void>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isOver = false;

  constructor(options: AskedThreadOptions) {
    this.#options = options;
  }

  /** Never rejects: what went wrong is an answer, too. */
  ask(request: Wanted<Request>): Promise<Answer | Failed> {
    const { name, answerMs, endsLate } = this.#options;
    const id = ++this.#lastId;
    if (this.#isOver) return Promise.resolve({ id, type: "failed", message: "Hearth is closing" });
    return new Promise((resolve) => {
      const answered = (answer: Answer | Failed): void => {
        clearTimeout(limit);
        this.#open.delete(id);
        resolve(answer);
      };
      const late = (): void => {
        answered({ id, type: "failed", message: `The ${name} didn't answer` });
        if (endsLate) void this.#worker?.terminate();
      };
      const limit = setTimeout(late, answerMs);
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
    const worker = new Worker(this.#options.program);
    worker.on("message", (answer: Answer) => this.#open.get(answer.id)?.(answer));
    let why = "";
    worker.on("error", (error) => (why = error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      for (const [id, answered] of this.#open)
        answered({ id, type: "failed", message: `The ${this.#options.name}'s thread ended. ${why}`.trim() });
    });
    // It keeps nobody from ending who has forgotten it.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}
