import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import { Ended, Talk, type Part } from "./talk.ts";
import { oidLengthOf, parseTree, type Tree } from "./tree-objects.ts";

/** A process that nobody asked anything for so long ends. */
const idleMs = 10_000;

/**
 * Reads the blobs and trees of one repository through one `git cat-file`, which is started when something is asked for and ends when
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
      for (const _ of oids) {
        const { found, size } = await answer(talk);
        sizes.push(found === "blob" ? size : null);
      }
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
    return this.#contents("blob", oids, (bytes) => bytes);
  }

  readTrees(oids: readonly string[]): Promise<Result<Map<string, Tree>, GitFailure>> {
    return this.#contents("tree", oids, (bytes, oid) => parseTree(bytes, oidLengthOf(oid)));
  }

  /** Gives the blob part by part, none before the one before it was taken. */
  stream(oid: string, take: Part): Promise<Result<null, GitFailure>> {
    return this.#ask(async (talk) => {
      talk.say(`contents ${oid}\n`);
      const { header, found, size } = await answer(talk);
      const isBlob = found === "blob";
      if (size !== null) await talk.parts(size, isBlob ? take : () => {});
      return isBlob ? ok(null) : isNone("blob", oid, header);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.run("ask", () => this.#end());
  }

  #contents<T>(
    type: "blob" | "tree",
    oids: readonly string[],
    toContent: (bytes: Buffer, oid: string) => T,
  ): Promise<Result<Map<string, T>, GitFailure>> {
    return this.#ask(async (talk) => {
      talk.say(oids.map((oid) => `contents ${oid}\n`).join(""));
      const contents = new Map<string, T>();
      let missing: Result<never, GitFailure> | null = null;
      for (const oid of oids) {
        const { header, found, size } = await answer(talk);
        // Also of another kind it is told whole.
        const bytes = size === null ? null : await talk.bytes(size);
        if (bytes === null || found !== type) missing = isNone(type, oid, header);
        else contents.set(oid, toContent(bytes, oid));
      }
      return missing ?? ok(contents);
    });
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

/** Of what kind an object is, and how large; without a size there is none. */
async function answer(talk: Talk): Promise<{ header: string; found: string; size: number | null }> {
  const header = await talk.line();
  const [, found = "", size] = /^(\w+) (\d+)$/.exec(header) ?? [];
  return { header, found, size: size === undefined ? null : Number(size) };
}

function isNone(type: string, oid: string, header: string): { ok: false; error: GitFailure } {
  return ended(`git has no ${type} ${oid}: ${header}`);
}

function ended(message: string): { ok: false; error: GitFailure } {
  return { ok: false, error: { type: "exit", message, exitCode: 128, stderr: message } };
}
