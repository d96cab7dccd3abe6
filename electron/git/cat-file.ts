import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { AnsweringGit } from "./answering-git.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";
import type { Part, Talk } from "./talk.ts";
import { oidLengthOf, parseTree, type Tree } from "./tree-objects.ts";

/** Of a pack so much is in memory at a time, where git would map all of it: it stays for a while, and may have read a large file. */
const littleMapped = ["-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=32m"];
const command = [...littleMapped, "cat-file", "--buffer", "--batch-command=%(objecttype) %(objectsize)"];

/**
 * Reads the blobs and trees of one repository through one git: a process for each blob costs more than the blob. Owned by
 * whoever made it, until `close`.
 */
export class CatFile {
  readonly #git: AnsweringGit;

  constructor(git: Git, place: GitPlace, clock: Clock) {
    this.#git = new AnsweringGit({ git, args: command, place, clock });
  }

  /** Their sizes; null where there is no such blob. */
  sizes(oids: readonly string[]): Promise<Result<(number | null)[], GitFailure>> {
    return this.#git.ask(async (talk) => {
      ask(talk, "info", oids);
      const sizes: (number | null)[] = [];
      for (const _ of oids) {
        const { found, size } = await answer(talk);
        sizes.push(found === "blob" ? size : null);
      }
      return ok(sizes);
    });
  }

  async readOne(oid: string, maxBytes: number): Promise<Result<Buffer, GitFailure>> {
    const sizes = await this.sizes([oid]);
    if (!sizes.ok) return sizes;
    const isTooLarge = (sizes.value[0] ?? 0) > maxBytes;
    const found = isTooLarge ? ok(new Map<string, Buffer>()) : await this.readFirst([oid], maxBytes);
    if (!found.ok) return found;
    const blob = found.value.get(oid);
    return blob ? ok(blob) : { ok: false, error: { ...tooLarge, message: `Over ${maxBytes} bytes` } };
  }

  /**
   * As many of these, from the first on, as `maxBytes` hold together. Their sizes aren't asked before, which for loose
   * objects costs nearly what they cost themselves: where there is more, git is stopped in its answer.
   */
  readFirst(oids: readonly string[], maxBytes: number): Promise<Result<Map<string, Buffer>, GitFailure>> {
    return this.#contents("blob", oids, { maxBytes, toContent: (bytes) => bytes });
  }

  readTrees(oids: readonly string[]): Promise<Result<Map<string, Tree>, GitFailure>> {
    const toContent = (bytes: Buffer, oid: string): Promise<Tree> => parseTree(bytes, oidLengthOf(oid));
    return this.#contents("tree", oids, { maxBytes: Infinity, toContent });
  }

  /** Gives the blob part by part, none before the one before it was taken. */
  stream(oid: string, take: Part): Promise<Result<null, GitFailure>> {
    return this.#git.ask(async (talk) => {
      ask(talk, "contents", [oid]);
      const { header, found, size } = await answer(talk);
      const isBlob = found === "blob";
      if (size !== null) await talk.parts(size, isBlob ? take : () => {});
      return isBlob ? ok(null) : isNone("blob", oid, header);
    });
  }

  close(): Promise<void> {
    return this.#git.close();
  }

  #contents<T>(
    type: "blob" | "tree",
    oids: readonly string[],
    { maxBytes, toContent }: { maxBytes: number; toContent: (bytes: Buffer, oid: string) => T | Promise<T> },
  ): Promise<Result<Map<string, T>, GitFailure>> {
    return this.#git.ask(async (talk) => {
      ask(talk, "contents", oids);
      const contents = new Map<string, T>();
      let missing: Result<never, GitFailure> | null = null;
      let left = maxBytes;
      for (const oid of oids) {
        const { header, found, size } = await answer(talk);
        left -= size ?? 0;
        if (left < 0) {
          await talk.end();
          break;
        }
        // Also of another kind it is told whole.
        const bytes = size === null ? null : await talk.bytes(size);
        if (bytes === null || found !== type) missing = isNone(type, oid, header);
        else contents.set(oid, await toContent(bytes, oid));
      }
      return missing ?? ok(contents);
    });
  }
}

const tooLarge = { type: "output-too-large", exitCode: null, stderr: "" } as const;

/** Answered at one go: line by line git would write each part of each answer by itself. */
function ask(talk: Talk, what: "info" | "contents", oids: readonly string[]): void {
  talk.say(`${oids.map((oid) => `${what} ${oid}\n`).join("")}flush\n`);
}

/** Of what kind an object is, and how large; without a size there is none. */
async function answer(talk: Talk): Promise<{ header: string; found: string; size: number | null }> {
  const header = await talk.line();
  const [, found = "", size] = /^(\w+) (\d+)$/.exec(header) ?? [];
  return { header, found, size: size === undefined ? null : Number(size) };
}

function isNone(type: string, oid: string, header: string): { ok: false; error: GitFailure } {
  const message = `git has no ${type} ${oid}: ${header}`;
  return { ok: false, error: { type: "exit", message, exitCode: 128, stderr: message } };
}
