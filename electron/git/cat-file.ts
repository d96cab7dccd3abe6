import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { Ended, Talk, type Part } from "./talk.ts";

/** A process that nobody asked anything for so long ends. */
const idleMs = 10_000;

/**
 * Reads the blobs of one repository through one `git cat-file`, which is started when something is asked for and ends when
 * nothing was for a while: a process for each blob costs more than the blob. Answers come one question after the other.
 * Owned by whoever made it, until `close`.
 */
export class CatFile {
  readonly #git: Git;
  readonly #place: GitPlace;
  readonly #clock: Clock;
  readonly #queue = new KeyedQueue();
  #talk: Talk | null = null;
  #cancelIdle: () => void = () => {};
  #closed = false;

  constructor(git: Git, place: GitPlace, clock: Clock) {
    this.#git = git;
    this.#place = place;
    this.#clock = clock;
  }

  /** Their sizes; null where there is no such blob. */
  sizes(oids: readonly string[]): Promise<Result<(number | null)[], GitFailure>> {
    return this.#ask(async (talk) => {
      talk.say(oids.map((oid) => `info ${oid}\n`).join(""));
      const sizes: (number | null)[] = [];
      for (const _ of oids) sizes.push(sizeIn(await talk.line()));
      return ok(sizes);
    });
  }

  async readOne(oid: string, maxBytes: number): Promise<Result<Buffer, GitFailure>> {
    const found = await this.readFirst([oid], maxBytes);
    if (!found.ok) return found;
    const blob = found.value.get(oid);
    return blob ? ok(blob) : { ok: false, error: { ...tooLarge, message: `Over ${maxBytes} bytes` } };
  }

  /** As many of these, from the first on, as `maxBytes` hold together. */
  async readFirst(oids: readonly string[], maxBytes: number): Promise<Result<Map<string, Buffer>, GitFailure>> {
    const sizes = await this.sizes(oids);
    if (!sizes.ok) return sizes;
    let bytes = 0;
    const end = sizes.value.findIndex((size) => (bytes += size ?? 0) > maxBytes);
    return this.read(end === -1 ? oids : oids.slice(0, end));
  }

  read(oids: readonly string[]): Promise<Result<Map<string, Buffer>, GitFailure>> {
    return this.#ask(async (talk) => {
      talk.say(oids.map((oid) => `contents ${oid}\n`).join(""));
      const blobs = new Map<string, Buffer>();
      let missing: Result<never, GitFailure> | null = null;
      for (const oid of oids) {
        const header = await talk.line();
        const size = sizeIn(header);
        if (size === null) missing = noBlob(oid, header);
        else blobs.set(oid, await talk.bytes(size));
      }
      return missing ?? ok(blobs);
    });
  }

  /** Gives the blob part by part, none before the one before it was taken. */
  stream(oid: string, take: Part): Promise<Result<null, GitFailure>> {
    return this.#ask(async (talk) => {
      talk.say(`contents ${oid}\n`);
      const header = await talk.line();
      const size = sizeIn(header);
      if (size === null) return noBlob(oid, header);
      await talk.parts(size, take);
      return ok(null);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.run("ask", () => this.#end());
  }

  #ask<T>(work: (talk: Talk) => Promise<Result<T, GitFailure>>): Promise<Result<T, GitFailure>> {
    return this.#queue.run("ask", async () => {
      this.#cancelIdle();
      const talk = await this.#begin();
      if (!talk.ok) return talk;
      try {
        return await work(talk.value);
      } catch (error) {
        // What is left of the answer would be taken for the next one.
        await this.#end();
        if (error instanceof Ended) return ended(error.message);
        throw error;
      } finally {
        if (this.#talk) this.#cancelIdle = this.#clock.after(idleMs, () => void this.#queue.run("ask", () => this.#end()));
      }
    });
  }

  async #begin(): Promise<Result<Talk, GitFailure>> {
    if (this.#closed) return ended("Hearth is closing");
    if (this.#talk?.isOpen()) return ok(this.#talk);
    await this.#end();
    const started = await this.#git.start(["cat-file", "--batch-command=%(objecttype) %(objectsize)"], this.#place);
    if (!started.ok) return started;
    this.#talk = new Talk(started.value);
    return ok(this.#talk);
  }

  async #end(): Promise<void> {
    this.#cancelIdle();
    const talk = this.#talk;
    this.#talk = null;
    await talk?.end();
  }
}

const tooLarge = { type: "output-too-large", exitCode: null, stderr: "" } as const;

function sizeIn(header: string): number | null {
  const size = /^blob (\d+)$/.exec(header)?.[1];
  return size === undefined ? null : Number(size);
}

function noBlob(oid: string, header: string): { ok: false; error: GitFailure } {
  return ended(`git has no blob ${oid}: ${header}`);
}

function ended(message: string): { ok: false; error: GitFailure } {
  return { ok: false, error: { type: "exit", message, exitCode: 128, stderr: message } };
}
