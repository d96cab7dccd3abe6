import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "../../shared/result.ts";

export type BodyFailure = { code: "INPUT_INVALID" | "TOO_LARGE" | "REQUEST_TIMEOUT"; message: string };

/** The JSON of a request, undefined where there is no body. Reads at most `maxBytes` of it. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<Result<unknown, BodyFailure>> {
  const tooLarge = fail({ code: "TOO_LARGE" as const, message: `The body is larger than ${maxBytes} bytes` });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Leaving early must not destroy the request: the refusal still has to go out on its connection.
    const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of parts) {
      bytes += chunk.length;
      if (bytes > maxBytes) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return fail({ code: "REQUEST_TIMEOUT", message: "The body didn't arrive in full" });
  }
  if (bytes === 0) return ok(undefined);
  try {
    return ok(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail({ code: "INPUT_INVALID", message: `The body isn't JSON: ${reason}` });
  }
}
