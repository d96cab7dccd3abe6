import * as z from "zod";
import { RequestFailure } from "./request-failure.ts";
import type { WireModel } from "./to-prompt.ts";

/** `progress`: how much of the prompt the server has read in, in tokens, where it tells. */
export type ReplyPart =
  | { type: "text" | "reasoning"; text: string }
  | { type: "call"; name: string }
  | { type: "progress"; read: number; total: number };

export type NativeCall = { name: string; arguments: string };

/** A model's whole reply. Counts are the server's own; null: it doesn't tell. */
export type Reply = {
  calls: NativeCall[];
  /** It was cut at its limit of tokens. */
  cut: boolean;
  usage: { input: number | null; cached: number | null; output: number | null; reasoning: number | null };
  tokensPerSecond: number | null;
};

type Stream = Awaited<ReturnType<WireModel["doStream"]>>["stream"];
type Part = Stream extends ReadableStream<infer P> ? P : never;

/** As llama.cpp sends them beside the common fields. */
const extras = z.object({
  prompt_progress: z
    .object({ total: z.int().min(0), processed: z.int().min(0) })
    .optional()
    .catch(undefined),
  timings: z.object({ predicted_per_second: z.number() }).optional().catch(undefined),
});

/** Reads a stream to its end; a stream that breaks or brings an error rejects. `onSign`: with all that comes, also what shows nothing yet. */
export async function readReply(stream: Stream, onPart: (part: ReplyPart) => void, onSign: () => void): Promise<Reply> {
  const reply: Reply = {
    calls: [],
    cut: false,
    usage: { input: null, cached: null, output: null, reasoning: null },
    tokensPerSecond: null,
  };
  for await (const part of stream as AsyncIterable<Part>) {
    onSign();
    const shown = read(part, reply);
    if (shown) onPart(shown);
  }
  return reply;
}

function read(part: Part, reply: Reply): ReplyPart | null {
  switch (part.type) {
    case "text-delta":
      return { type: "text", text: part.delta };
    case "reasoning-delta":
      return { type: "reasoning", text: part.delta };
    case "tool-input-start":
      return { type: "call", name: part.toolName };
    case "tool-call":
      reply.calls.push({ name: part.toolName, arguments: part.input });
      return null;
    case "raw":
      return readExtras(part.rawValue, reply);
    case "finish": {
      const { inputTokens, outputTokens } = part.usage;
      reply.cut = part.finishReason.unified === "length";
      reply.usage = {
        input: countOf(inputTokens.total),
        cached: countOf(inputTokens.cacheRead),
        output: countOf(outputTokens.total),
        reasoning: countOf(outputTokens.reasoning),
      };
      return null;
    }
    case "error":
      throw failureOf(part.error);
    default:
      return null;
  }
}

function readExtras(raw: unknown, reply: Reply): ReplyPart | null {
  const told = extras.safeParse(raw).data;
  if (told?.timings) reply.tokensPerSecond = countOf(told.timings.predicted_per_second);
  const progress = told?.prompt_progress;
  return progress ? { type: "progress", read: progress.processed, total: progress.total } : null;
}

function countOf(count: number | undefined): number | null {
  return count !== undefined && Number.isFinite(count) && count > 0 ? count : null;
}

const told = z.object({ message: z.string(), code: z.coerce.number().optional().catch(undefined) });

/** An error in the stream: the server's own, or one of reading it. */
function failureOf(error: unknown): unknown {
  if (error instanceof Error) return error;
  const server = told.safeParse(error).data;
  const message = `The model server reports: ${(server?.message ?? JSON.stringify(error)).slice(0, 500)}`;
  return new RequestFailure("refused", message, server?.code === undefined ? {} : { status: server.code });
}
