import { createOpencodeClient, type OpencodeClient } from "@opencode-ai/sdk/v2/client";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { isRecord } from "../../../shared/is-record.ts";
import type { AgentFailure } from "../port.ts";
import { loopbackFetch } from "./loopback-fetch.ts";

/** `status`: of the server's answer; absent where there was none. */
export type ApiFailure = AgentFailure & { status?: number };
export type { OpencodeClient };

const maxAnswerBytes = 128 * 1024 * 1024;

/** Where a server is, and what opens it. */
export type ServerAddress = { url: string; authorization: string };

export function openApi({ url, authorization }: ServerAddress, mask: (text: string) => string): OpencodeClient {
  return createOpencodeClient({
    baseUrl: url,
    headers: { authorization },
    fetch: loopbackFetch({ maxBytes: maxAnswerBytes, mask }),
  });
}

/** A call's options: it is given up after so long. */
export function within(ms: number): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

/** What one call came to. Every way to fail is a value. */
export async function answerOf<T>(
  doing: string,
  call: Promise<{ data?: T; error?: unknown; response?: Response }>,
): Promise<Result<T, ApiFailure>> {
  try {
    const { data, error, response } = await call;
    if (response?.ok && error === undefined && data !== undefined) return ok(data);
    const status = response?.status;
    return fail({
      type: "failed",
      message: `${doing} failed: ${errorWords(error) ?? `the server answered ${status ?? "nothing"}`}`.slice(0, 2000),
      ...(status === undefined ? {} : { status }),
    });
  } catch (error) {
    return fail({ type: "failed", message: `${doing} failed: ${errorWords(error) ?? String(error)}`.slice(0, 2000) });
  }
}

/** An error of the server's, in any of its shapes, as words. */
export function errorWords(error: unknown): string | null {
  if (typeof error === "string" && error !== "") return error;
  if (!isRecord(error) && !(error instanceof Error)) return null;
  const { data, message, cause, name } = error as { data?: unknown; message?: unknown; cause?: unknown; name?: unknown };
  if (isRecord(data) && typeof data["message"] === "string" && data["message"] !== "") return data["message"];
  const inner = isRecord(cause) && isRecord(cause["body"]) ? errorWords(cause["body"]) : null;
  if (inner !== null) return inner;
  if (typeof message === "string" && message !== "") return message;
  return typeof name === "string" && name !== "" ? name : null;
}
