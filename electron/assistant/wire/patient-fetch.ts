import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable, Transform } from "node:stream";
import { RequestFailure } from "./request-failure.ts";

/** No answer of a model is as long as this; what is longer isn't one. */
const maxReplyBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
/** The system asks the other side for a sign of life, so that a machine that is gone ends the request. */
const probeAfterMs = 30_000;

/**
 * `fetch` for model servers. Node's own gives up when no header came for five minutes; a local server may read a prompt
 * in for longer, and says nothing meanwhile. It follows no redirect: the key is for the server that was named. Anything
 * but an answer rejects with a `RequestFailure`. The connection ends with the signal.
 */
export function patientFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: init.method ?? "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.signal ? { signal: init.signal } : {}),
    });
    request.once("socket", (socket) => socket.setKeepAlive(true, probeAfterMs));
    request.once("error", (error) => reject(unreachable(url, error)));
    request.once("response", (response) => void answer(url, response).then(resolve, reject));
    request.end(typeof init.body === "string" ? init.body : undefined);
  });
}

async function answer(url: URL, response: IncomingMessage): Promise<Response> {
  const { statusCode: status = 0 } = response;
  if (status !== 200) {
    const said = await readStart(response);
    const retryAfterMs = retryAfter(response.headers["retry-after"], Date.now());
    throw new RequestFailure("refused", `The model server answered ${status}${said === "" ? "" : `: ${said}`}`, {
      status,
      retryAfterMs,
    });
  }
  const bounded = new Transform({ transform: bound() });
  response.on("error", (error) => bounded.destroy(unreachable(url, error)));
  bounded.on("close", () => response.destroy());
  const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return new Response(Readable.toWeb(response.pipe(bounded)) as ReadableStream, { status, headers });
}

function bound(): (chunk: Buffer, encoding: string, done: (error: Error | null, chunk?: Buffer) => void) => void {
  let bytes = 0;
  return (chunk, _, done) => {
    bytes += chunk.length;
    if (bytes > maxReplyBytes) done(new RequestFailure("unreadable", "The model server sent more than an answer can be"));
    else done(null, chunk);
  };
}

function unreachable(url: URL, error: Error): RequestFailure {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  return new RequestFailure("unreachable", `The model server at ${url.origin} can't be reached (${code})`);
}

/** The server's own words: of its JSON, or the beginning of what it sent. */
async function readStart(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length > maxErrorBytes) break;
    }
  } catch {
    // The status is known; the words are lost.
  }
  const message = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return (message === undefined ? text : readString(message)).trim().slice(0, 500);
}

function readString(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

/** Of the header's two forms: seconds, or a date. */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
