import {
  SdkHttpError,
  SSEClientTransport,
  SseError,
  StreamableHTTPClientTransport,
  type JSONRPCMessage,
  type RequestId,
} from "@modelcontextprotocol/client";
import type { McpEntry } from "../../../shared/mcp-entry.ts";
import type { Clock } from "../../lib/clock.ts";
import { maskForms, secretForms } from "../../lib/known-secrets.ts";
import type { ServerTransport } from "./relay.ts";

export type Remote = Exclude<McpEntry, { type: "stdio" }>;

const startMs = 30_000;

/** A server elsewhere, reached with headers that nobody but Hearth has, until either ends. */
export class RemoteTransport implements ServerTransport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onLost?: (id: RequestId) => void;
  readonly #inner: StreamableHTTPClientTransport | SSEClientTransport;
  readonly #clock: Clock;
  readonly #forms: readonly string[];
  #problem: string | null = null;
  /** What it was asked and hasn't answered. */
  readonly #asked = new Set<RequestId>();
  #started = false;
  #closed = false;

  constructor(entry: Remote, secrets: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#forms = secretForms(secrets, null);
    this.#inner = transportTo(entry);
  }

  /** What can't be reached is told to whoever asks it something. */
  async start(): Promise<void> {
    this.#inner.onmessage = (message) => {
      if (!("method" in message) && message.id !== undefined) this.#asked.delete(message.id);
      this.onmessage?.(message);
    };
    this.#inner.onerror = (error) => {
      this.onerror?.(error);
      // Its one stream carries all answers. It is opened again, and knows nothing of those.
      if (this.#started && error instanceof SseError) for (const id of [...this.#asked]) this.#lose(id);
    };
    this.#inner.onclose = () => this.#ended();
    // An address may open its stream and never say where to write.
    const { promise: late, reject } = Promise.withResolvers<never>();
    const takeBack = this.#clock.after(startMs, () => reject(new Error(`It didn't answer in ${startMs / 1000} s`)));
    const starting = this.#inner.start();
    starting.catch(() => {
      // The race tells, or it has been given up.
    });
    const began = (): void => {
      takeBack();
      this.#started = true;
    };
    await Promise.race([starting, late]).then(began, (error: unknown) => {
      takeBack();
      this.#problem = wordsOf(error);
      void this.#inner.close();
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#problem !== null || this.#closed) throw new Error(this.lastWords(this.#problem ?? "It has ended"));
    const id = "method" in message && "id" in message ? message.id : undefined;
    if (id !== undefined) this.#asked.add(id);
    try {
      if (this.#inner instanceof SSEClientTransport) await this.#inner.send(message);
      else await this.#inner.send(message, { onRequestStreamEnd: () => id !== undefined && this.#lose(id) });
    } catch (error) {
      if (id !== undefined) this.#asked.delete(id);
      // It knows this session no more: whoever comes again gets another.
      if (error instanceof SdkHttpError && error.status === 404) void this.close();
      throw new Error(this.lastWords(wordsOf(error)), { cause: error });
    }
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion(version);
  }

  lastWords(said: string): string {
    return maskForms(said, this.#forms);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await tellEnd(this.#inner, this.#clock);
    await this.#inner.close();
    this.#ended();
  }

  #lose(id: RequestId): void {
    this.#asked.delete(id);
    this.onLost?.(id);
  }

  #ended(): void {
    if (this.#closed || this.#problem !== null) return;
    this.#closed = true;
    this.onclose?.();
  }
}

export function transportTo({ type, url, headers }: Remote): StreamableHTTPClientTransport | SSEClientTransport {
  const requestInit = { headers };
  const address = new URL(url);
  return type === "http"
    ? new StreamableHTTPClientTransport(address, { requestInit })
    : new SSEClientTransport(address, { requestInit });
}

/** Its end is told there, too, as far as it listens; nobody waits longer for that than a second. */
export async function tellEnd(transport: ReturnType<typeof transportTo>, clock: Clock): Promise<void> {
  if (!(transport instanceof StreamableHTTPClientTransport)) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const takeBack = clock.after(1_000, resolve);
  await Promise.race([transport.terminateSession().catch(unreachable), late]);
  takeBack();
}

/** Why a server can't be reached, in words. */
export function wordsOf(error: unknown): string {
  if (error instanceof SdkHttpError && error.status === 401) return "It wants a sign-in (401): set a header for it";
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error instanceof Error ? error.message : String(error)}${cause}`.slice(0, 1000);
}

function unreachable(): void {}
