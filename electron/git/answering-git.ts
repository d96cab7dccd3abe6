import type { Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { Ended, Talk } from "./talk.ts";

/** A process that nobody asked anything for so long ends. */
const idleMs = 10_000;

type Deps = { git: Git; args: readonly string[]; place: GitPlace; clock: Clock };

/**
 * One git that answers one question after the other. It is started when something is asked, and ends when nothing was for a
 * while. Owned by whoever made it, until `close`.
 */
export class AnsweringGit {
  readonly #deps: Deps;
  readonly #queue = new KeyedQueue();
  #talk: Talk | null = null;
  #cancelIdle: () => void = () => {};
  #closed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** `work` says the question and reads the whole answer to it. Where it throws, the process goes: the rest would be taken for the next answer. */
  ask<T>(work: (talk: Talk) => Promise<Result<T, GitFailure>>): Promise<Result<T, GitFailure>> {
    return this.#queue.run("ask", async () => {
      this.#cancelIdle();
      const talk = await this.#begin();
      if (!talk.ok) return talk;
      try {
        return await work(talk.value);
      } catch (error) {
        const why = error instanceof Ended ? (await talk.value.lastWords()) || error.message : null;
        await this.#end();
        if (why === null) throw error;
        return ended(why);
      } finally {
        if (this.#talk) this.#cancelIdle = this.#deps.clock.after(idleMs, () => void this.#queue.run("ask", () => this.#end()));
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.run("ask", () => this.#end());
  }

  async #begin(): Promise<Result<Talk, GitFailure>> {
    if (this.#closed) return ended("Hearth is closing");
    if (this.#talk?.isOpen()) return { ok: true, value: this.#talk };
    await this.#end();
    const { git, args, place } = this.#deps;
    const started = await git.start(args, place);
    if (!started.ok) return started;
    this.#talk = new Talk(started.value);
    return { ok: true, value: this.#talk };
  }

  async #end(): Promise<void> {
    this.#cancelIdle();
    const talk = this.#talk;
    this.#talk = null;
    await talk?.end();
  }
}

function ended(message: string): { ok: false; error: GitFailure } {
  return { ok: false, error: { type: "exit", message, exitCode: 128, stderr: message } };
}
