import { randomUUID } from "node:crypto";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

const maxMessageBytes = 64 * 1024 * 1024;

/** What stands behind a session: joined to its transport before its first message, and told when it ends. */
export type Behind = { join(client: WebStandardStreamableHTTPServerTransport): Promise<void>; leave(): void };

/**
 * One connection of an agent to one server, over HTTP, from its first message until the agent ends it, is gone, or the
 * server is. It knows how long nobody has been there.
 */
export class BridgeSession {
  readonly #http: WebStandardStreamableHTTPServerTransport;
  #open = 0;
  #streamed = false;
  #closed = false;
  #idleSince: number | null = null;
  readonly #now: () => number;

  constructor(deps: { behind: Behind; now: () => number; onBegun: (id: string) => void; onEnded: (id: string) => void }) {
    this.#now = deps.now;
    this.#http = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      maxRequestBodySize: maxMessageBytes,
      onsessioninitialized: async (id) => {
        deps.onBegun(id);
        await deps.behind.join(this.#http);
        const left = this.#http.onclose;
        const ended = (): void => {
          left?.();
          deps.behind.leave();
          deps.onEnded(id);
        };
        // It may have been closed while what stands behind it began.
        if (this.#closed) ended();
        else this.#http.onclose = ended;
      },
    });
  }

  /** `sent` is to be called once the answer has gone out, or nobody takes it any more. */
  async answer(request: Request): Promise<{ response: Response; sent: () => void }> {
    this.#open += 1;
    this.#idleSince = null;
    if (request.method === "GET") this.#streamed = true;
    const response = await this.#http.handleRequest(request);
    return {
      response,
      sent: () => {
        this.#open -= 1;
        if (this.#open === 0) this.#idleSince = this.#now();
      },
    };
  }

  /** Since when nobody listens any more who did; null while somebody does, or where this agent never listens. */
  get leftSince(): number | null {
    return this.#streamed ? this.#idleSince : null;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#http.close();
  }
}

/** Sends what a server says to its agent; one that is gone misses nothing. */
export function sender(
  http: WebStandardStreamableHTTPServerTransport,
): (message: JSONRPCMessage, related?: string | number) => void {
  return (message, related) =>
    void http.send(message, related === undefined ? {} : { relatedRequestId: related }).catch(noOneThere);
}

function noOneThere(): void {}
