import { ReadBuffer, serializeMessage, type JSONRPCMessage, type Transport } from "@modelcontextprotocol/client";
import { maskForms, secretForms, SecretStream } from "../../lib/known-secrets.ts";
import type { Child } from "../../lib/process.ts";
import { Tail } from "../../lib/tail.ts";

const maxMessageBytes = 64 * 1024 * 1024;

/** Speaks MCP with a child over its input and output, until either ends; the child ends with it. */
export class ChildTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #child: Child;
  readonly #buffer = new ReadBuffer({ maxBufferSize: maxMessageBytes });
  readonly #stderr = new Tail(16 * 1024);
  readonly #forms: readonly string[];
  readonly #onEnd: (end: { gone: boolean }) => void;
  #closing: Promise<void> | null = null;

  /** `secrets`: what it was given and nobody is to be told, whatever it prints. */
  constructor(child: Child, secrets: readonly string[], onEnd: (end: { gone: boolean }) => void) {
    this.#child = child;
    this.#onEnd = onEnd;
    this.#forms = secretForms(secrets, null);
    const printed = new SecretStream(this.#forms);
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(printed.push(chunk.toString("utf8"))));
    child.stderr.on("end", () => this.#stderr.push(printed.rest()));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Its end, once that has begun. */
  get closing(): Promise<void> | null {
    return this.#closing;
  }

  /** Hears it from now on; its end is told by `onclose`. */
  async start(): Promise<void> {
    this.#child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    void this.#child.exited.then(() => this.close());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#closing) throw new Error(this.lastWords("It has ended"));
    // A child that reads no more ends, or is ended: its answer is waited for within a limit.
    this.#child.stdin.write(serializeMessage(message));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#buffer.clear();
    this.#onEnd(await this.#child.stop());
    this.onclose?.();
  }

  /** Why it ended, which may be in its own words, with what it printed last; without its secrets. */
  lastWords(said: string): string {
    const why = maskForms(said, this.#forms);
    const last = this.#stderr.lines(3).join(" / ").slice(0, 500);
    return last === "" ? why : `${why}. Its last words: ${last}`;
  }

  #read(chunk: Buffer): void {
    if (this.#closing) return;
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      // It says more without an end of line than any message has.
      this.onerror?.(toError(error));
      void this.close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message, as programs print them by mistake: the next one may be.
        this.onerror?.(toError(error));
      }
    }
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
