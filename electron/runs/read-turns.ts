import type { Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { Boundary } from "../../shared/join-timelines.ts";
import type { RunEvent, ToolSnapshot } from "../../shared/run-event.ts";
import { emptyTimeline, foldRunEvents, withRunningTool, type RunTimeline } from "../../shared/run-fold.ts";
import { nextTurn } from "../lib/slices.ts";

export type ChatEvents = {
  listChat(chatId: string, limit: number, beforeId?: string): Run[];
  find(runId: string): Run | null;
  /** Whether the run is among those that `listChat` lists. */
  holds(chatId: string, runId: string): boolean;
  readRun(runId: string, afterSeq: number, limit: number): RunEvent[];
  readRunBackwards(runId: string, beforeSeq: number, maxChars: number): RunEvent[];
  readChat(chatId: string, afterCursor: number, limit: number): RunEvent[];
  cursor(): number;
};

export type TurnReader = { events: ChatEvents; openCalls: (runId: string) => ToolSnapshot[] };

/** `before`: a turn, or an event of it, before which the page ends; `upTo`: no events behind this cursor. */
export type PageBounds = { before?: { runId: string; seq?: number | undefined } | undefined; upTo?: number };

/** Of one page's events: what a page costs to read, send and draw must not depend on how long the chat or its turns are. */
const maxPageChars = 2 * 1024 * 1024;
/** How much more may be read to find a place where the turn can be parted. */
const boundaryChars = maxPageChars / 4;
/** Read in one go; others get their turn in between. */
const sliceChars = 256 * 1024;

/**
 * Turns of a chat, oldest first: at most `limit`, and no more of them than fit into a page. Where the newest one alone
 * doesn't fit, its end is given (`firstSeq` of its timeline > 1). `more`: there is something before what is given.
 */
export async function readTurns(
  reader: TurnReader,
  chatId: string,
  limit: number,
  { before, upTo = Infinity }: PageBounds = {},
): Promise<{ turns: Turn[]; more: boolean }> {
  const isParted = before?.seq !== undefined && before.seq > 1 && reader.events.holds(chatId, before.runId);
  const parted = isParted ? reader.events.find(before.runId) : null;
  const runs = reader.events.listChat(chatId, limit + 1, before?.runId);
  if (parted) runs.push(parted);
  const turns: Turn[] = [];
  let left = maxPageChars;
  for (const run of runs.slice(-limit).toReversed()) {
    const beforeSeq = run === parted && before?.seq !== undefined ? before.seq : Infinity;
    const part = await foldEnd(reader, run.id, { beforeSeq, upTo, maxChars: left });
    const isWhole = part.timeline.firstSeq === 1;
    if (turns.length === 0 || isWhole) turns.unshift({ run, timeline: part.timeline });
    if (!isWhole) break;
    left -= part.chars;
  }
  const isCut = (turns[0]?.timeline.firstSeq ?? 1) > 1;
  return { turns, more: isCut || turns.length < runs.length };
}

/** The last events of a run, folded: all of them, or as many as fit and end at a place where it can be parted. */
async function foldEnd(
  { events, openCalls }: TurnReader,
  runId: string,
  { beforeSeq, upTo, maxChars }: { beforeSeq: number; upTo: number; maxChars: number },
): Promise<{ timeline: RunTimeline; chars: number }> {
  const boundary = new Boundary();
  const kept: RunEvent[] = [];
  let chars = 0;
  let firstSeq = beforeSeq;
  const isFull = () => chars > maxChars && (boundary.isHere || chars > maxChars + boundaryChars);
  while (firstSeq > 1 && !isFull()) {
    const slice = events.readRunBackwards(runId, firstSeq, sliceChars);
    if (slice.length === 0) break;
    for (const event of slice) {
      firstSeq = event.seq;
      if ((event.cursor ?? 0) > upTo) continue;
      kept.push(event);
      boundary.add(event);
      chars += charsOf(event);
      if (isFull()) break;
    }
    await nextTurn();
  }
  const start = emptyTimeline(runId, kept.at(-1)?.seq ?? 1);
  return { timeline: openCalls(runId).reduce(withRunningTool, foldRunEvents(start, kept.toReversed())), chars };
}

/** About how long an event is, by what can be long in it. */
function charsOf({ payload }: RunEvent): number {
  let chars = 200;
  if ("text" in payload) chars += payload.text.length;
  if (!("diff" in payload)) return chars;
  chars += payload.output?.length ?? 0;
  chars += payload.input === undefined ? 0 : JSON.stringify(payload.input).length;
  for (const diff of payload.diff) chars += (diff.oldText?.length ?? 0) + diff.newText.length;
  return chars;
}
