import type { Host } from "./host.ts";

/** An answer as it goes over the wire: nothing is parsed away and no error is thrown. */
type RawAnswer = { status: number; type: string; body: any };

/** One call to the API as an outside program makes it. */
export async function call(
  host: Host,
  method: string,
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const answer = await fetch(`${host.url}/api/v1${route}`, {
    method,
    headers: {
      authorization: `Bearer ${host.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = answer.headers.get("content-type") ?? "";
  return { status: answer.status, type, body: type.includes("application/json") ? JSON.parse(text) : text };
}

type Frame = { id: string | undefined; event: string | undefined; data: any };

/** The frames of a whole SSE answer; comments are left out. */
export function readFrames(text: string): Frame[] {
  const blocks = text.split("\n\n").filter((block) => block.trim() !== "");
  const field = (block: string, name: string): string | undefined => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
  return blocks
    .filter((block) => field(block, "data"))
    .map((block) => ({ id: field(block, "id"), event: field(block, "event"), data: JSON.parse(field(block, "data") ?? "null") }));
}

/** The first frame of `/system/watch` that fits; the stream is left with it. */
export async function watchUntil(host: Host, headers: Record<string, string>, fits: (frame: Frame) => boolean): Promise<Frame> {
  const leave = new AbortController();
  const answer = await fetch(`${host.url}/api/v1/system/watch`, {
    headers: { authorization: `Bearer ${host.token}`, ...headers },
    signal: leave.signal,
  });
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const frame = readFrames(text.slice(0, text.lastIndexOf("\n\n") + 1)).find(fits);
      if (frame) return frame;
    }
  } finally {
    leave.abort();
  }
  throw new Error(`The stream ended: ${text}`);
}
