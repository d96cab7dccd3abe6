import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { maskForms, secretForms } from "../../lib/known-secrets.ts";

/** A server that is asked: where its own API begins, where the OpenAI-compatible one does, and how long it may take. */
export type AskedServer = {
  /** Without a slash at the end; ends before `/props`. */
  root: string;
  /** Ends before `/models` and `/chat/completions`. */
  url: string;
  key: string | null;
  limitMs: number;
  signal: AbortSignal;
};

/** `silent`: nobody answers in time; `refused`: not with this key; `odd`: something answers, but not this. */
export type AskFailure = { type: "silent" | "refused" | "odd"; message: string };

/** What a model server tells of itself is small; a chat template with it, too. */
const maxBytes = 1024 * 1024;
const maxTold = 300;

/**
 * Asks a server for JSON of this shape, with a POST where there is a body. A redirect isn't followed: the key goes where
 * the person said and nowhere else.
 */
export async function askJson<S extends z.ZodType>(
  server: AskedServer,
  address: string,
  schema: S,
  body?: Record<string, unknown>,
): Promise<Result<z.infer<S>, AskFailure>> {
  const time = AbortSignal.timeout(server.limitMs);
  try {
    const answer = await fetch(address, {
      method: body ? "POST" : "GET",
      headers: headersOf(server.key, body !== undefined),
      ...(body ? { body: JSON.stringify(body) } : {}),
      redirect: "manual",
      signal: AbortSignal.any([server.signal, time]),
    });
    const text = await readBounded(answer);
    if (text === null) return fail({ type: "odd", message: "It answers with more than 1 MB" });
    if (!answer.ok) return fail(refusalOf(answer.status, text, server.key));
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? ok(read.data) : fail({ type: "odd", message: "Its answer isn't that of a model server" });
  } catch (error) {
    server.signal.throwIfAborted();
    if (error instanceof SyntaxError) return fail({ type: "odd", message: "It doesn't answer with JSON" });
    return fail({ type: "silent", message: time.aborted ? `No answer within ${server.limitMs} ms` : wordsOf(error) });
  }
}

function headersOf(key: string | null, hasBody: boolean): Record<string, string> {
  return {
    accept: "application/json",
    // A kept connection to a server that was restarted would fail, though it serves.
    connection: "close",
    ...(hasBody ? { "content-type": "application/json" } : {}),
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
}

async function readBounded(answer: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refusalOf(status: number, text: string, key: string | null): AskFailure {
  if (status === 401 || status === 403)
    return { type: "refused", message: key === null ? "It asks for a key" : "It doesn't take this key" };
  if (status >= 300 && status < 400) return { type: "odd", message: "It sends elsewhere, which isn't followed" };
  // Some say a key back that they don't know.
  const said = maskForms(text, key === null ? [] : secretForms([key], null));
  return { type: "odd", message: `It answers ${status}: ${visibleText(errorTextOf(said)).slice(0, maxTold)}` };
}

/** OpenAI's form of an error, or two others that are about; else what was said. */
const errorBody = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

function errorTextOf(text: string): string {
  try {
    return errorBody.safeParse(JSON.parse(text)).data ?? text;
  } catch {
    return text; // Not everybody says it in JSON.
  }
}

/** Node names what is wrong with a connection in the cause: `ECONNREFUSED`, `ENOTFOUND`, a certificate's fault. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ECONNREFUSED") return "Nothing listens there";
  if (code === "ENOTFOUND") return "There is no such host";
  return code === "" ? "It can't be reached" : `It can't be reached (${code})`;
}
