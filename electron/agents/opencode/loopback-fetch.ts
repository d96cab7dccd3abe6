import { request as httpRequest, type IncomingMessage } from "node:http";

/**
 * `fetch` for a server on this machine, without limits of time: an answer may take as long as the turn that it ends,
 * and Node's own `fetch` gives up after five minutes. `mask` takes what must not be kept out of an answer's text.
 */
export function loopbackFetch({ maxBytes, mask }: { maxBytes: number; mask: (text: string) => string }): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.method === "GET" || request.method === "HEAD" ? "" : await request.text();
    const answer = await send(request, body);
    const text = mask(await readAll(answer, maxBytes));
    const status = answer.statusCode ?? 500;
    const headers = { "content-type": answer.headers["content-type"] ?? "text/plain" };
    return new Response(status === 204 || status === 304 ? null : text, { status, headers });
  };
}

function send(request: Request, body: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers: Record<string, string> = Object.fromEntries(request.headers);
  const options = { method: request.method, headers, signal: request.signal, agent: false as const };
  const sent = httpRequest(request.url, options, resolve);
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

async function readAll(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`It answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
