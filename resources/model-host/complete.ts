import { randomUUID } from "node:crypto";
import type { ChatRequest } from "./chat-request.ts";
import type { ChatFunctions, ResponseOptions } from "./engine.ts";
import { grammarSchema, withoutNulls } from "./grammar-schema.ts";
import { historyOf } from "./history.ts";
import type { LoadedModel } from "./load-model.ts";
import { readIn } from "./read-in.ts";
import { samplingOf } from "./sampling.ts";

/** What comes of a request, piece by piece. `sign`: a call is being written, of which nothing can be told yet. */
export type Piece =
  | { type: "progress"; read: number; total: number; cached: number }
  | { type: "text" | "reasoning"; text: string }
  | { type: "call-begins"; index: number; id: string; name: string }
  | { type: "call"; index: number; id: string; name: string; arguments: string }
  | { type: "sign" };

export type Completion = {
  finish: "stop" | "length" | "tool_calls";
  usage: { prompt: number; cached: number; completion: number };
  tokensPerSecond: number | null;
};

/** Answers one request. The prompt is read in first, so that it can be stopped and is never cut. */
export async function complete(
  loaded: LoadedModel,
  request: ChatRequest,
  { signal, onPiece }: { signal: AbortSignal; onPiece: (piece: Piece) => void },
): Promise<Completion> {
  const history = historyOf(request.messages);
  const functions = functionsOf(request.tools ?? []);
  let cached = 0;
  const prompt = await readIn(
    loaded,
    { history, functions },
    { signal, onProgress: (read, total) => onPiece({ type: "progress", read, total, cached }) },
  );
  cached = prompt.cached;
  const { sequence, chat } = loaded;
  const [outputBefore, from] = [sequence.tokenMeter.usedOutputTokens, performance.now()];
  const calls = new Calls(request.tools ?? [], onPiece);
  const room = loaded.contextSize - prompt.tokens - 2;
  const end = await untilFull(signal, (ends) =>
    chat.generateResponse(history, {
      ...samplingOf(request),
      ...ends,
      maxTokens: Math.min(room, request.max_tokens ?? room),
      ...(request.stop ? { customStopTriggers: [request.stop].flat() } : {}),
      ...(functions ? { functions, ...calls.listeners } : {}),
      onResponseChunk: ({ type, text }) => {
        if (text !== "") onPiece({ type: type === "segment" ? "reasoning" : "text", text });
      },
    }),
  );
  const completion = sequence.tokenMeter.usedOutputTokens - outputBefore;
  const seconds = (performance.now() - from) / 1000;
  return {
    finish: end === null || end.metadata.stopReason === "maxTokens" ? "length" : calls.count > 0 ? "tool_calls" : "stop",
    usage: { prompt: prompt.tokens, cached, completion },
    tokensPerSecond: completion > 0 && seconds > 0 ? completion / seconds : null,
  };
}

type Tools = NonNullable<ChatRequest["tools"]>;

function functionsOf(tools: Tools): ChatFunctions | null {
  const functions = tools.map(({ function: { name, description, parameters } }): [string, ChatFunctions[string]] => [
    name,
    { ...(description ? { description } : {}), ...(parameters ? { params: grammarSchema(parameters) } : {}) },
  ]);
  return functions.length > 0 ? Object.fromEntries(functions) : null;
}

/** The calls of one reply, in their order. A call is told whole, since what may be left out of it shows at its end. */
class Calls {
  readonly #tools: Tools;
  readonly #onPiece: (piece: Piece) => void;
  readonly #begun = new Map<number, string>();
  count = 0;

  constructor(tools: Tools, onPiece: (piece: Piece) => void) {
    this.#tools = tools;
    this.#onPiece = onPiece;
  }

  get listeners(): Required<Pick<ResponseOptions, "onFunctionCallParamsChunk" | "onFunctionCall">> {
    return {
      onFunctionCallParamsChunk: ({ callIndex, functionName }) => {
        if (this.#begun.has(callIndex)) this.#onPiece({ type: "sign" });
        else this.#begin(callIndex, functionName);
      },
      onFunctionCall: ({ functionName, params }) => {
        const index = this.count;
        const id = this.#begun.get(index) ?? this.#begin(index, functionName);
        this.count += 1;
        const schema = this.#tools.find((tool) => tool.function.name === functionName)?.function.parameters;
        const given = JSON.stringify(withoutNulls(params ?? {}, schema));
        this.#onPiece({ type: "call", index, id, name: functionName, arguments: given });
      },
    };
  }

  #begin(index: number, name: string): string {
    const id = `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
    this.#begun.set(index, id);
    this.#onPiece({ type: "call-begins", index, id, name });
    return id;
  }
}

/**
 * Ends the work where the engine would leave out the beginning of the conversation to go on: null then. It takes another
 * way to do so when this one throws, so it is stopped as well.
 */
async function untilFull<T>(
  signal: AbortSignal,
  work: (ends: Pick<ResponseOptions, "signal" | "contextShift">) => Promise<T>,
): Promise<T | null> {
  const full = new AbortController();
  const strategy = (): never => {
    full.abort();
    throw new Error("The window is full");
  };
  try {
    return await work({ signal: AbortSignal.any([signal, full.signal]), contextShift: { strategy } });
  } catch (error) {
    if (full.signal.aborted && !signal.aborted) return null;
    throw error;
  }
}
