import type { Child } from "../lib/process.ts";

/** One that doesn't go on with its answer for so long is stuck. */
const stuckMs = 60_000;
const maxComplaintChars = 4096;
const lateMs = 1000;

export type Part = (bytes: Buffer) => Promise<void> | void;

export class Ended extends Error {}

/** A git that answers what it is asked: what is said to it, and its answers in lines and bytes. */
export class Talk {
  readonly #child: Child;
  readonly #output: AsyncIterator<Buffer | string>;
  #rest: Buffer = Buffer.alloc(0);
  #complaint = "";

  constructor(child: Child) {
    this.#child = child;
    this.#output = child.stdout[Symbol.asyncIterator]();
    child.stderr.on("data", (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString("utf8")).slice(-maxComplaintChars);
    });
  }

  /** What it said of why it ended, of which its output's end may come first. */
  async lastWords(): Promise<string> {
    const late = new Promise((resolve) => setTimeout(resolve, lateMs).unref());
    await Promise.race([this.#child.exited, late]);
    return this.#complaint.trim();
  }

  isOpen(): boolean {
    return this.#child.isRunning();
  }

  say(text: string): void {
    this.#child.stdin.write(text);
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      if (end === -1) {
        await this.#more();
        continue;
      }
      const text = this.#rest.toString("latin1", 0, end);
      this.#rest = this.#rest.subarray(end + 1);
      return text;
    }
  }

  /** So many bytes, and the line's end after them. */
  async bytes(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.parts(size, (part) => void parts.push(part));
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  async parts(size: number, take: Part): Promise<void> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) await this.#more();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      await take(part);
    }
    if (this.#rest.length === 0) await this.#more();
    this.#rest = this.#rest.subarray(1);
  }

  async end(): Promise<void> {
    await this.#child.stop(0);
  }

  async #more(): Promise<void> {
    const stuck = setTimeout(() => void this.#child.stop(0), stuckMs);
    try {
      const next = await this.#output.next();
      if (next.done) throw new Ended("git ended in the middle of its answer");
      const part = typeof next.value === "string" ? Buffer.from(next.value) : next.value;
      this.#rest = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    } finally {
      clearTimeout(stuck);
    }
  }
}
