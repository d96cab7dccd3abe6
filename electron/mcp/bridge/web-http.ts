import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A request as web-standard code takes it. */
export function toWebRequest(request: IncomingMessage, base: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === "string") headers.set(name, value);
  const method = request.method ?? "GET";
  if (method === "GET" || method === "HEAD") return new Request(new URL(request.url ?? "/", base), { method, headers });
  const body = Readable.toWeb(request) as ReadableStream<Uint8Array>;
  // A body that is sent while it comes; the types don't know the word that the platform wants for it.
  const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half" };
  return new Request(new URL(request.url ?? "/", base), init);
}

/** Sends an answer, resolving once all of it is sent or nobody takes it any more, which its body is told. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body) return void response.end();
  // A stream of events may say nothing for long.
  response.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
  } catch {
    // Whoever asked is gone: the pipeline has ended the body.
  }
}
