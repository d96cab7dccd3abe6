import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chatRequest, type ChatRequest } from "./chat-request.ts";
import { complete } from "./complete.ts";
import { CompletionStream, wholeCompletion } from "./completion-stream.ts";
import type { LoadedModel } from "./load-model.ts";
import type { Piece } from "./piece.ts";
import { PromptTooLong } from "./read-in.ts";

const maxRequestBytes = 64 * 1024 * 1024;

export type ServerDeps = { loaded: LoadedModel; name: string; key: string; onWorking: (isBusy: boolean) => void };

/**
 * Serves a loaded model on loopback as llama.cpp's server does, to who has the key. One request at a time: the others
 * wait, and who goes away frees the place. Lasts as long as the program.
 */
export class ModelServer {
  readonly #deps: ServerDeps;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(deps: ServerDeps) {
    this.#deps = deps;
  }

  /** Returns the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { key, loaded, name } = this.#deps;
    const asked = `${request.method ?? ""} ${request.url ?? ""}`;
    if (asked === "GET /health") return json(response, 200, { status: "ok" });
    if (!isSame(request.headers.authorization ?? "", `Bearer ${key}`)) return refuse(response, 401, "It asks for a key");
    if (asked === "GET /v1/models") return json(response, 200, { object: "list", data: [{ id: name, object: "model" }] });
    if (asked === "GET /props")
      return json(response, 200, {
        ...{ default_generation_settings: { n_ctx: loaded.contextSize }, total_slots: 1, model_path: name },
        chat_template_caps: { supports_tools: true },
      });
    if (asked !== "POST /v1/chat/completions") return refuse(response, 404, "There is nothing at this address");
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const body = await readJson(request);
    const read = chatRequest.safeParse(body);
    if (!read.success) return refuse(response, 400, `The request can't be understood: ${read.error.issues[0]?.path.join(".")}`);
    await this.#inTurn(() => this.#complete(read.data, response, gone.signal));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#deps.onWorking(true);
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#deps.onWorking(false);
    });
    this.#last = done.catch(() => {
      // Whoever asked was told.
    });
    return done;
  }

  async #complete(request: ChatRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const head = { id: `chatcmpl-${randomUUID()}`, model: this.#deps.name };
    const pieces: Piece[] = [];
    let stream: CompletionStream | null = null;
    const onPiece = (piece: Piece): void => {
      if (request.stream !== true) return void pieces.push(piece);
      stream ??= new CompletionStream(response, head, request.return_progress === true);
      stream.piece(piece);
    };
    try {
      const completion = await complete(this.#deps.loaded, request, { signal, onPiece });
      if (request.stream !== true) return json(response, 200, wholeCompletion(head, pieces, completion));
      stream ??= new CompletionStream(response, head, false);
      stream.end(completion);
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof PromptTooLong ? 400 : 500;
      const message = error instanceof Error ? error.message : String(error);
      if (stream) stream.fail({ code, message });
      else refuse(response, code, message, error instanceof PromptTooLong ? "exceed_context_size_error" : "server_error");
    }
  }
}

/** Takes as long wherever they differ. */
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxRequestBytes) return null;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return null; // No JSON, or whoever sent it has gone.
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, message: string, type = "invalid_request_error"): void {
  json(response, code, { error: { code, message, type } });
}
