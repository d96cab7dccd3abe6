import * as z from "zod";
import type { Message, Told } from "../conversation/message.ts";
import { clip } from "./clip.ts";
import { ledger, ledgerOf, type CallFacts } from "./ledger.ts";
import { ledgerText } from "./ledger-text.ts";

/**
 * Which of a conversation's messages a request still has. Those before `from` are in the ledger, whose text `head` stands
 * in their place. Results before `prunedBefore` are left out; those up to `upTo` have at most `resultChars`.
 */
export const compaction = z.object({
  from: z.int(),
  head: z.string().nullable(),
  prunedBefore: z.int(),
  upTo: z.int(),
  resultChars: z.int(),
  ledger: ledger.nullable(),
});
export type Compaction = z.infer<typeof compaction>;

const pruned = "[Left out to save room. Call the tool again if you need it.]";
/** Results in so many of the latest steps are left as they are, where that is enough. */
const freshSteps = 2;
/** Of what a request may have, for what came last; and for each of the person's texts in the head. */
const tailShare = 0.4;
const textShare = 0.25;

/** The messages as they are sent. A call and its result are never parted, and none begins with a result. */
export function viewOf(messages: readonly Message[], made: Compaction | null): readonly Message[] {
  if (!made) return messages;
  const kept = messages.slice(made.from).map((message, at) => shorten(message, made.from + at, made));
  if (made.head === null) return kept;
  const [first, ...rest] = kept;
  // Templates of some models take no two messages of the person's in a row.
  if (first?.role === "user") return [{ ...first, text: `${made.head}\n\n${first.text}` }, ...rest];
  return [{ role: "user", text: made.head }, ...kept];
}

function shorten(message: Message, at: number, { prunedBefore, upTo, resultChars }: Compaction): Message {
  if (message.role !== "tool" || at >= upTo) return message;
  if (at < prunedBefore) return message.text.length <= pruned.length ? message : { ...message, text: pruned };
  return { ...message, text: clip(message.text, resultChars) };
}

/** As much room as a conversation takes in a request, in characters. */
export function charsOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
}

export type CompactionRequest = {
  messages: readonly Message[];
  earlier: Compaction | null;
  /** What all messages of a request may take, in characters. */
  maxChars: number;
  told: Told;
  facts: CallFacts;
};

/**
 * The next compaction: old results go first; where that isn't enough, the older messages do, into the ledger. Pure: the
 * messages stay as they are. null where there is nothing left that could go.
 */
export function compactionOf(request: CompactionRequest): Compaction | null {
  const { messages, earlier, maxChars } = request;
  const withoutResults = pruneOf(request);
  if (withoutResults && charsOf(viewOf(messages, withoutResults)) <= maxChars) return withoutResults;
  const made = cutOf(request);
  const before = charsOf(viewOf(messages, earlier));
  return made && charsOf(viewOf(messages, made)) < before ? made : null;
}

function pruneOf({ messages, earlier }: CompactionRequest): Compaction | null {
  const begins = stepsFrom(messages, earlier?.from ?? 0);
  const before = begins.at(-freshSteps);
  if (before === undefined || before <= (earlier?.prunedBefore ?? 0)) return null;
  const nothing = { from: 0, head: null, upTo: before, resultChars: 0, ledger: null };
  return { ...nothing, ...earlier, upTo: Math.max(before, earlier?.upTo ?? 0), prunedBefore: before };
}

function cutOf({ messages, earlier, maxChars, told, facts }: CompactionRequest): Compaction | null {
  const start = earlier?.from ?? 0;
  const tail = maxChars * tailShare;
  const begins = stepsFrom(messages, start).filter((at) => at > start);
  const last = begins.at(-1);
  if (last === undefined) return null;
  const from = begins.find((at) => charsOf(messages.slice(at)) <= tail) ?? last;
  const results = messages.slice(from).filter(({ role }) => role === "tool").length;
  const kept = ledgerOf(messages.slice(start, from), earlier?.ledger ?? null, facts);
  return {
    from,
    head: ledgerText(kept, told, Math.floor(maxChars * textShare)),
    prunedBefore: from,
    upTo: messages.length,
    resultChars: Math.max(200, Math.floor(tail / Math.max(1, results))),
    ledger: kept,
  };
}

/** Where the messages can be parted: before each of the person's and each of the model's, never before a result. */
function stepsFrom(messages: readonly Message[], start: number): number[] {
  return messages.flatMap(({ role }, at) => (at >= start && role !== "tool" ? [at] : []));
}
