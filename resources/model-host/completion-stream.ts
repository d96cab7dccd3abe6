import type { ServerResponse } from "node:http";
import type { Completion } from "./complete.ts";
import type { Piece } from "./piece.ts";

type Delta = Record<string, unknown>;

/** A completion as OpenAI's API streams it, with what llama.cpp tells besides. */
export class CompletionStream {
  readonly #response: ServerResponse;
  readonly #head: Delta;
  readonly #tellsProgress: boolean;

  constructor(response: ServerResponse, head: { id: string; model: string }, tellsProgress: boolean) {
    this.#response = response;
    this.#head = { ...head, object: "chat.completion.chunk", created: Math.floor(Date.now() / 1000) };
    this.#tellsProgress = tellsProgress;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  }

  piece(piece: Piece): void {
    switch (piece.type) {
      case "progress":
        if (this.#tellsProgress)
          this.#send({}, { prompt_progress: { total: piece.total, cache: piece.cached, processed: piece.read } });
        break;
      case "text":
        this.#send({ content: piece.text });
        break;
      case "reasoning":
        this.#send({ reasoning_content: piece.text });
        break;
      case "call-begins":
        this.#send({ tool_calls: [callOf(piece, { name: piece.name, arguments: "" })] });
        break;
      case "call":
        this.#send({ tool_calls: [callOf(piece, { arguments: piece.arguments })] });
        break;
      case "sign":
        this.#send({});
        break;
    }
  }

  end({ finish, usage, tokensPerSecond }: Completion): void {
    this.#send({}, {}, finish);
    const timings = tokensPerSecond === null ? {} : { timings: { predicted_per_second: tokensPerSecond } };
    this.#write({ ...this.#head, choices: [], usage: usageOf(usage), ...timings });
    this.#response.end("data: [DONE]\n\n");
  }

  /** What went wrong after the answer had begun. */
  fail(error: { code: number; message: string }): void {
    this.#write({ error });
    this.#response.end();
  }

  #send(delta: Delta, more: Delta = {}, finish: string | null = null): void {
    this.#write({ ...this.#head, ...more, choices: [{ index: 0, delta, finish_reason: finish }] });
  }

  #write(chunk: Delta): void {
    this.#response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
}

function callOf({ index, id }: { index: number; id: string }, called: Delta): Delta {
  return { index, id, type: "function", function: called };
}

/** The same as one answer. */
export function wholeCompletion(head: { id: string; model: string }, pieces: readonly Piece[], completion: Completion): Delta {
  const said = (type: "text" | "reasoning"): string => pieces.map((piece) => (piece.type === type ? piece.text : "")).join("");
  const calls = pieces.flatMap((piece) =>
    piece.type === "call" ? [callOf(piece, { name: piece.name, arguments: piece.arguments })] : [],
  );
  const message = {
    ...{ role: "assistant", content: said("text") },
    ...(said("reasoning") === "" ? {} : { reasoning_content: said("reasoning") }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...{ ...head, object: "chat.completion", created: Math.floor(Date.now() / 1000) },
    choices: [{ index: 0, message, finish_reason: completion.finish }],
    usage: usageOf(completion.usage),
  };
}

function usageOf({ prompt, cached, completion }: Completion["usage"]): Delta {
  return {
    ...{ prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    prompt_tokens_details: { cached_tokens: cached },
  };
}
