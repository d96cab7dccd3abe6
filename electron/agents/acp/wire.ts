import type { AnyMessage, Stream } from "@agentclientprotocol/sdk/unstable";
import type { Child } from "../../lib/process.ts";
import { LineReader } from "./line-reader.ts";

/**
 * The lines between us and one child. It owns the child's stdin and stdout until the child ends. Updates are taken out
 * here, before the SDK: it would drop unknown ones unseen, and it answers a prompt later than the line arrives, so only
 * here is it known which updates came after a turn's end.
 */
export type WireListener = {
  onUpdate(sessionId: string, update: unknown): void;
  /** The answer to the session's prompt has arrived; what comes from now on is late. */
  onTurnAnswered(sessionId: string): void;
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

/** How long one agent's lines may keep the loop at a time. */
const maxTurnMs = 5;

export function openWire(child: Child, listener: WireListener, limits: WireLimits): { stream: Stream; report: WireReport } {
  const report: WireReport = { strayLines: 0, strayExamples: [], unknownResponses: 0, refusedRequests: 0, unfinishedLine: null };
  /** Our requests without an answer: id → the session, for a prompt. */
  const asked = new Map<unknown, string | null>();
  const answering = new Set<unknown>();
  let straysInARow = 0;
  let toSdk: ReadableStreamDefaultController<AnyMessage> | null = null;

  const stray = (line: string): void => {
    report.strayLines += 1;
    straysInARow += 1;
    if (report.strayExamples.length < 5) report.strayExamples.push(line.slice(0, 200));
    if (straysInARow > limits.maxStraysInARow)
      listener.onBroken(`it printed ${straysInARow} lines in a row that aren't protocol messages`);
  };
  const receive = (line: string): void => {
    if (line.trim() === "") return;
    const message = parseObject(line);
    if (!message) return stray(line);
    straysInARow = 0;
    if (typeof message["method"] !== "string") return receiveAnswer(message);
    if (!("id" in message)) {
      if (message["method"] === "session/update") return receiveUpdate(message["params"]);
    } else if (answering.size >= limits.maxRequestsAtOnce) {
      report.refusedRequests += 1;
      const error = { code: -32000, message: `More than ${limits.maxRequestsAtOnce} requests at once` };
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: message["id"], error })}\n`);
      if (child.stdin.writableLength > limits.maxUnreadBytes) listener.onBroken("it sends requests and reads no answers");
      return;
    } else answering.add(message["id"]);
    pass(message);
  };
  const receiveAnswer = (message: Record<string, unknown>): void => {
    const sessionId = asked.get(message["id"]);
    if (sessionId === undefined || !("result" in message || "error" in message)) {
      report.unknownResponses += 1;
      return;
    }
    asked.delete(message["id"]);
    if (sessionId !== null) listener.onTurnAnswered(sessionId);
    pass(message);
  };
  const receiveUpdate = (params: unknown): void => {
    if (!isObject(params) || typeof params["sessionId"] !== "string") return;
    listener.onUpdate(params["sessionId"], params["update"]);
  };
  const pass = (message: Record<string, unknown>): void => {
    // The SDK checks the rest of a message's shape itself, and answers what has none.
    toSdk?.enqueue({ ...message, jsonrpc: "2.0" } as AnyMessage);
  };

  const lines = new LineReader({
    maxBytes: limits.maxLineBytes,
    onLine: receive,
    onTooLong: () => listener.onBroken(`it sent a line of more than ${limits.maxLineBytes} bytes`),
  });
  // One poll hands over up to two megabytes, chunk by chunk: between them others get their turn.
  let turnBeganAt: number | null = null;
  const endTurn = (): void => {
    turnBeganAt = null;
    child.stdout.resume();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    if (turnBeganAt === null) {
      turnBeganAt = performance.now();
      setImmediate(endTurn);
    }
    lines.push(chunk);
    if (performance.now() - turnBeganAt > maxTurnMs) child.stdout.pause();
  });
  child.stdout.on("end", () => {
    const rest = lines.rest();
    if (rest !== "") report.unfinishedLine = rest.slice(0, 500);
    listener.onOutputEnd();
  });
  const note = (message: AnyMessage): void => {
    if ("method" in message && "id" in message) asked.set(message.id, promptSession(message.method, message.params));
    else if (!("method" in message)) answering.delete(message.id);
  };
  return {
    report,
    stream: {
      readable: new ReadableStream<AnyMessage>({
        start: (controller) => void (toSdk = controller),
        cancel: () => void (toSdk = null),
      }),
      writable: new WritableStream<AnyMessage>({
        write(message) {
          note(message);
          return writeLine(child, JSON.stringify(message), limits.writeStallMs, listener);
        },
      }),
    },
  };
}

function promptSession(method: string, params: unknown): string | null {
  if (method !== "session/prompt" || !isObject(params)) return null;
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
    return isObject(value) ? value : null;
  } catch {
    // A banner or a log line, which the caller counts.
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
