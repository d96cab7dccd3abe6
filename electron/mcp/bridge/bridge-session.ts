import { randomUUID } from "node:crypto";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/client";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

const maxMessageBytes = 64 * 1024 * 1024;

/** What stands behind a session: joined to its transport before its first message, and told when it ends. */
export type Behind = { join(client: WebStandardStreamableHTTPServerTransport): Promise<void>; leave(): void };

/**
 * One connection of an agent to one server, over HTTP, from its first message until the agent ends it, is gone, or the
 * server is. It knows how long nobody has been there.
 */
export class BridgeSession {
  readonly #http: AnsweringHttp;
  #open = 0;
  #streamed = false;
  #closed = false;
  #idleSince: number | null = null;
  readonly #now: () => number;

  constructor(deps: { behind: Behind; now: () => number; onBegun: (id: string) => void; onEnded: (id: string) => void }) {
    this.#now = deps.now;
    this.#http = new AnsweringHttp({
      sessionIdGenerator: () => randomUUID(),
      maxRequestBodySize: maxMessageBytes,
      onsessioninitialized: async (id) => {
        deps.onBegun(id);
        await deps.behind.join(this.#http);
        this.#http.listen();
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

/** Answers what it was asked before it closes: nobody is left to wait for what can't come any more. */
class AnsweringHttp extends WebStandardStreamableHTTPServerTransport {
  readonly #asked = new Set<RequestId>();

  /** Once there is who takes its messages. */
  listen(): void {
    const take = this.onmessage;
    this.onmessage = (message, extra) => {
      if ("method" in message && "id" in message) this.#asked.add(message.id);
      take?.(message, extra);
    };
  }

  override send(...[message, options]: Parameters<WebStandardStreamableHTTPServerTransport["send"]>): Promise<void> {
    if (!("method" in message) && message.id !== undefined) this.#asked.delete(message.id);
    return super.send(message, options);
  }

  override async close(): Promise<void> {
    const error = { code: -32_000, message: "The connection to the server has ended" };
    const answers = [...this.#asked].map((id) => this.send({ jsonrpc: "2.0", id, error }));
    await Promise.allSettled(answers);
    await super.close();
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
