import type { AnyMessage, Stream } from "@agentclientprotocol/sdk/unstable";
import type { Child } from "../../lib/process.ts";
import { LineReader } from "../programs/line-reader.ts";
import type { SessionRoutes } from "./session-routes.ts";
import { isRecord } from "../../../shared/is-record.ts";

export type WireListener = {
  /** The child can't be talked to any more. */
  onBroken(reason: string): void;
  onOutputEnd(): void;
};

export type WireReport = {
  strayLines: number;
  /** The first few of them. */
  strayExamples: string[];
  unknownResponses: number;
  refusedRequests: number;
  unfinishedLine: string | null;
};

export type WireLimits = {
  maxLineBytes: number;
  maxStraysInARow: number;
  maxRequestsAtOnce: number;
  maxUnreadBytes: number;
  writeStallMs: number;
};

export const defaultWireLimits: WireLimits = {
  maxLineBytes: 16 * 1024 * 1024,
  maxStraysInARow: 5000,
  maxRequestsAtOnce: 256,
  maxUnreadBytes: 8 * 1024 * 1024,
  writeStallMs: 30_000,
};

export type WireDeps = {
  child: Child;
  routes: SessionRoutes;
  listener: WireListener;
  limits: WireLimits;
  /** Takes what must not be kept out of a line. */
  mask: (line: string) => string;
};

/** How long one agent's lines may keep the loop at a time. */
const maxTurnMs = 5;

/**
 * The lines between us and one child. It owns the child's stdin and stdout until the child ends. Updates go to their
 * sessions from here, before the SDK: it would drop unknown ones unseen, and it answers a prompt later than the line arrives, so only
 * here is it known which updates came after a turn's end.
 */
export class Wire {
  readonly report: WireReport = {
    strayLines: 0,
    strayExamples: [],
    unknownResponses: 0,
    refusedRequests: 0,
    unfinishedLine: null,
  };
  readonly stream: Stream;
  readonly #child: Child;
  readonly #routes: SessionRoutes;
  readonly #listener: WireListener;
  readonly #limits: WireLimits;
  /** Our requests without an answer: id → for a prompt what to call with it, which is of the session as it was then. */
  readonly #asked = new Map<unknown, (() => void) | null>();
  readonly #answering = new Set<unknown>();
  readonly #lines: LineReader;
  #straysInARow = 0;
  #toSdk: ReadableStreamDefaultController<AnyMessage> | null = null;
  #turnBeganAt: number | null = null;

  constructor({ child, routes, listener, limits, mask }: WireDeps) {
    this.#child = child;
    this.#routes = routes;
    this.#listener = listener;
    this.#limits = limits;
    this.#lines = new LineReader({
      maxBytes: limits.maxLineBytes,
      onLine: (line) => this.#receive(mask(line)),
      onTooLong: () => listener.onBroken(`it sent a line of more than ${limits.maxLineBytes} bytes`),
    });
    this.stream = {
      readable: new ReadableStream<AnyMessage>({
        start: (controller) => void (this.#toSdk = controller),
        cancel: () => void (this.#toSdk = null),
      }),
      writable: new WritableStream<AnyMessage>({
        write: (message) => {
          this.#note(message);
          return writeLine(child, JSON.stringify(message), limits.writeStallMs, listener);
        },
      }),
    };
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    child.stdout.on("end", () => {
      const rest = this.#lines.rest();
      if (rest !== "") this.report.unfinishedLine = mask(rest).slice(0, 500);
      listener.onOutputEnd();
    });
  }

  /** One poll hands over up to two megabytes, chunk by chunk: between them others get their turn. */
  #read(chunk: Buffer): void {
    const { stdout } = this.#child;
    if (this.#turnBeganAt === null) {
      this.#turnBeganAt = performance.now();
      setImmediate(() => {
        this.#turnBeganAt = null;
        stdout.resume();
      });
    }
    const beganAt = this.#turnBeganAt;
    this.#lines.push(chunk);
    if (performance.now() - beganAt > maxTurnMs) stdout.pause();
  }

  #receive(line: string): void {
    if (line.trim() === "") return;
    const message = parseObject(line);
    if (!message) return this.#stray(line);
    this.#straysInARow = 0;
    if (typeof message["method"] !== "string") return this.#receiveAnswer(message);
    if ("id" in message) return this.#receiveRequest(message);
    if (message["method"] === "session/update") this.#receiveUpdate(message["params"]);
    else this.#pass(message);
  }

  #receiveRequest(message: Record<string, unknown>): void {
    const { maxRequestsAtOnce, maxUnreadBytes } = this.#limits;
    if (this.#answering.size < maxRequestsAtOnce) {
      this.#answering.add(message["id"]);
      return this.#pass(message);
    }
    this.report.refusedRequests += 1;
    const error = { code: -32000, message: `More than ${maxRequestsAtOnce} requests at once` };
    const { stdin } = this.#child;
    stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: message["id"], error })}\n`);
    if (stdin.writableLength > maxUnreadBytes) this.#listener.onBroken("it sends requests and reads no answers");
  }

  #receiveAnswer(message: Record<string, unknown>): void {
    const answered = this.#asked.get(message["id"]);
    if (answered === undefined || !("result" in message || "error" in message)) {
      this.report.unknownResponses += 1;
      return;
    }
    this.#asked.delete(message["id"]);
    // What comes for that session from now on is late.
    answered?.();
    this.#pass(message);
  }

  #receiveUpdate(params: unknown): void {
    if (!isRecord(params) || typeof params["sessionId"] !== "string") return;
    const routed = this.#routes.route(params["sessionId"], params["update"]);
    if (routed) this.#routes.count(routed.session.receive(routed.update));
  }

  #stray(line: string): void {
    this.report.strayLines += 1;
    this.#straysInARow += 1;
    if (this.report.strayExamples.length < 5) this.report.strayExamples.push(line.slice(0, 200));
    if (this.#straysInARow > this.#limits.maxStraysInARow)
      this.#listener.onBroken(`it printed ${this.#straysInARow} lines in a row that aren't protocol messages`);
  }

  #pass(message: Record<string, unknown>): void {
    // The SDK checks the rest of a message's shape itself, and answers what has none.
    this.#toSdk?.enqueue({ ...message, jsonrpc: "2.0" } as AnyMessage);
  }

  #note(message: AnyMessage): void {
    if ("method" in message && "id" in message) {
      const sessionId = promptSession(message.method, message.params);
      this.#asked.set(message.id, sessionId === null ? null : this.#routes.turnOf(sessionId));
    } else if (!("method" in message)) this.#answering.delete(message.id);
  }
}

function promptSession(method: string, params: unknown): string | null {
  if (method !== "session/prompt" || !isRecord(params)) return null;
  return typeof params["sessionId"] === "string" ? params["sessionId"] : null;
}

/** Waits while the pipe is full; a child that doesn't read for `stallMs` counts as broken. */
async function writeLine(child: Child, line: string, stallMs: number, listener: WireListener): Promise<void> {
  if (child.stdin.write(`${line}\n`)) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => listener.onBroken(`it has read nothing for ${stallMs / 1000} s`), stallMs);
    const end = (): void => {
      clearTimeout(timer);
      child.stdin.removeListener("drain", end);
      child.stdin.removeListener("close", end);
      resolve();
    };
    child.stdin.once("drain", end);
    child.stdin.once("close", end);
  });
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    // A banner or a log line, which the caller counts.
    return null;
  }
}
