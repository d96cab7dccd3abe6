import { Calls, functionsOf } from "./calls.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { ResponseOptions } from "./engine.ts";
import { historyOf } from "./history.ts";
import type { LoadedModel } from "./load-model.ts";
import type { Piece } from "./piece.ts";
import { readIn } from "./read-in.ts";
import { samplingOf } from "./sampling.ts";

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
    calls.orUnchecked(() =>
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
    ),
  );
  const completion = sequence.tokenMeter.usedOutputTokens - outputBefore;
  const seconds = (performance.now() - from) / 1000;
  return {
    finish: end === null || end.metadata.stopReason === "maxTokens" ? "length" : calls.count > 0 ? "tool_calls" : "stop",
    usage: { prompt: prompt.tokens, cached, completion },
    tokensPerSecond: completion > 0 && seconds > 0 ? completion / seconds : null,
  };
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
