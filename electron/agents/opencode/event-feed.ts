import { request as httpRequest, type ClientRequest } from "node:http";
import type { Clock } from "../../lib/clock.ts";
import { LineReader } from "../programs/line-reader.ts";
import type { ServerAddress } from "./api.ts";
import { decodeEvent, type SessionEvent } from "./server-event.ts";

export type EventFeedDeps = {
  address: ServerAddress;
  clock: Clock;
  /** Takes what must not be kept out of an event. */
  mask: (text: string) => string;
  onEvent(event: SessionEvent): void;
  /** It is heard again, and what was said meanwhile was lost. */
  onGap(): void;
};

const maxFrameBytes = 32 * 1024 * 1024;
/** A server that lives says something every ten seconds. */
const silentMs = 30_000;
const firstRetryMs = 100;
const maxRetryMs = 5000;

/**
 * All that a server tells, in one stream that is opened again whenever it breaks. Its frames have no numbers, so what
 * was missed is never sent again. It listens until `close`.
 */
export class EventFeed {
  readonly #deps: EventFeedDeps;
  #request: ClientRequest | null = null;
  #closed = false;
  #heardAt: number;
  #broken = 0;
  #connected: (() => void) | null = null;
  #takeBack: (() => void) | null = null;
  readonly counts = { events: 0, unknown: 0, gaps: 0 };

  constructor(deps: EventFeedDeps) {
    this.#deps = deps;
    this.#heardAt = deps.clock.monotonic();
  }

  /** Monotonic ms. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Resolves once the server has said that it is heard. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.#connected = resolve;
      this.#listen();
    });
  }

  close(): void {
    this.#closed = true;
    this.#takeBack?.();
    this.#request?.destroy();
  }

  /** Ends a stream that has said nothing for too long; another one is opened. */
  checkSilence(): void {
    if (this.#deps.clock.monotonic() - this.#heardAt > silentMs) this.#request?.destroy();
  }

  #listen(): void {
    const { url, authorization } = this.#deps.address;
    const lines = new LineReader({
      maxBytes: maxFrameBytes,
      onLine: (line) => this.#read(line),
      onTooLong: () => request.destroy(),
    });
    const request = httpRequest(`${url}/global/event`, { headers: { authorization, accept: "text/event-stream" }, agent: false });
    this.#request = request;
    request.on("response", (response) => {
      if (response.statusCode !== 200) return void request.destroy();
      response.on("data", (chunk: Buffer) => lines.push(chunk));
      response.on("error", () => request.destroy());
      response.on("close", () => request.destroy());
    });
    // Whatever it was, the stream is over then; it is opened again below.
    request.on("error", () => request.destroy());
    request.on("close", () => this.#again());
    request.end();
  }

  #again(): void {
    if (this.#closed) return;
    const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#broken);
    this.#broken += 1;
    this.#takeBack = this.#deps.clock.after(waitMs, () => {
      if (!this.#closed) this.#listen();
    });
  }

  #read(line: string): void {
    if (this.#closed || !line.startsWith("data:")) return;
    this.#heardAt = this.#deps.clock.monotonic();
    const event = decodeEvent(parse(this.#deps.mask(line.slice(5))));
    this.counts.events += 1;
    if (event.type === "unknown") this.counts.unknown += 1;
    else if (event.type === "connected") this.#begin();
    else if ("sessionId" in event) this.#deps.onEvent(event);
  }

  #begin(): void {
    this.#broken = 0;
    if (this.#connected) {
      this.#connected();
      this.#connected = null;
      return;
    }
    this.counts.gaps += 1;
    this.#deps.onGap();
  }
}

/** undefined for what isn't JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Counted as unknown.
  }
}
