import type { Chat, ChatFunctions, HistoryItem, Sequence, Token } from "./engine.ts";
import type { LoadedModel } from "./load-model.ts";

/** A prompt that leaves no room for an answer in the window. Nothing is ever left out of one in silence. */
export class PromptTooLong extends Error {
  readonly tokens: number;

  constructor(tokens: number, contextSize: number) {
    super(`The request has ${tokens} tokens and exceeds the available context size of ${contextSize} tokens`);
    this.tokens = tokens;
  }
}

/** How long a piece of a prompt takes, about: between two of them a request can be stopped. */
const pieceMs = 400;
const [leastPiece, mostPiece] = [32, 512];

/** Tokens; an answer that gets less isn't one. */
const leastAnswer = 8;

export type ReadIn = { tokens: number; cached: number };

/** Reads a prompt into the model's memory but for its last token, as far as it isn't there from the one before. */
export async function readIn(
  { chat, sequence, model, contextSize }: LoadedModel,
  prompt: { history: readonly HistoryItem[]; functions: ChatFunctions | null },
  { signal, onProgress }: { signal: AbortSignal; onProgress: (read: number, total: number) => void },
): Promise<ReadIn> {
  const tokens = tokensOf(chat, prompt).tokenize(model.tokenizer);
  if (tokens.length + leastAnswer > contextSize) throw new PromptTooLong(tokens.length, contextSize);
  const wanted = tokens.slice(0, -1);
  await sequence.adaptStateToTokens(wanted, false);
  const cached = sequence.nextTokenIndex;
  await evaluate(sequence, wanted.slice(cached), signal, (read) => onProgress(cached + read, tokens.length));
  return { tokens: tokens.length, cached };
}

async function evaluate(
  sequence: Sequence,
  tokens: readonly Token[],
  signal: AbortSignal,
  onRead: (read: number) => void,
): Promise<void> {
  let piece = leastPiece;
  for (let at = 0; at < tokens.length;) {
    signal.throwIfAborted();
    const from = performance.now();
    const next = tokens.slice(at, at + piece);
    await sequence.evaluateWithoutGeneratingNewTokens(next);
    at += next.length;
    onRead(at);
    piece = nextPiece(piece, performance.now() - from);
  }
}

/** Larger pieces are read faster, as long as one can be waited for. */
export function nextPiece(piece: number, tookMs: number): number {
  if (tookMs > pieceMs) return Math.max(leastPiece, Math.floor(piece / 2));
  return tookMs < pieceMs / 2 ? Math.min(mostPiece, piece * 2) : piece;
}

function tokensOf(
  { chatWrapper }: Chat,
  { history, functions }: { history: readonly HistoryItem[]; functions: ChatFunctions | null },
) {
  return chatWrapper.generateContextState({
    chatHistory: history,
    ...(functions ? { availableFunctions: functions } : {}),
  }).contextText;
}
