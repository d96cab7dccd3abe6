import { failure, type Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import { WakeUp } from "../lib/wake-up.ts";

/** Of what git and the hooks print; a test run may print without end. */
const keptChars = 64 * 1024;

/** One commit while it goes on: what was printed, and the way to stop it. */
export class CommitJob {
  readonly #abort = new AbortController();
  #kept = "";
  #printed = 0;
  #ended = false;
  readonly #wakeUp = new WakeUp();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The end of what was printed. */
  get output(): string {
    return this.#kept;
  }

  print(text: string): void {
    this.#printed += text.length;
    this.#kept = (this.#kept + text).slice(-keptChars);
    this.#wakeUp.now();
  }

  stop(): void {
    this.#abort.abort();
  }

  end(): void {
    this.#ended = true;
    this.#wakeUp.now();
  }

  async whenEnded(): Promise<void> {
    while (!this.#ended) await this.#wakeUp.sleep();
  }

  /** What is printed from now on, after the end of what was; until the commit has ended or `signal` aborts. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<string> {
    let read = this.#printed - this.#kept.length;
    while (!signal?.aborted) {
      if (read < this.#printed) {
        const unread = this.#kept.slice(-Math.min(this.#printed - read, this.#kept.length));
        read = this.#printed;
        yield unread;
      } else if (this.#ended) return;
      else await this.#wakeUp.sleep(signal);
    }
  }
}

/** The commits that go on, one for a checkout: hooks and signing take as long as they take. `dispose` stops them. */
export class CommitJobs {
  readonly #jobs = new Map<string, { sessionId: string; job: CommitJob }>();

  /** Does `work` as the only commit in this checkout. */
  async run<T>(
    checkout: string,
    sessionId: string,
    work: (job: CommitJob) => Promise<Result<T, Failure>>,
  ): Promise<Result<T, Failure>> {
    if (this.#jobs.has(checkout))
      return failure("COMMIT_IN_PROGRESS", "A commit goes on in this checkout already. Wait for its end, or stop it.");
    const job = new CommitJob();
    this.#jobs.set(checkout, { sessionId, job });
    try {
      return await work(job);
    } finally {
      this.#jobs.delete(checkout);
      job.end();
    }
  }

  find(sessionId: string): CommitJob | null {
    return [...this.#jobs.values()].find((one) => one.sessionId === sessionId)?.job ?? null;
  }

  /** Resolves once they have ended, and what they staged is taken back. */
  async dispose(): Promise<void> {
    const jobs = [...this.#jobs.values()].map(({ job }) => job);
    for (const job of jobs) job.stop();
    await Promise.all(jobs.map((job) => job.whenEnded()));
  }
}
