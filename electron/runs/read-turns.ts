import type { Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent, ToolSnapshot } from "../../shared/run-event.ts";
import { emptyTimeline, TimelineFold, withRunningTool, type RunTimeline } from "../../shared/run-fold.ts";

export type ChatEvents = {
  listChat(chatId: string, limit: number, beforeId?: string): Run[];
  readRun(runId: string, afterSeq: number, limit: number): RunEvent[];
  readChat(chatId: string, afterCursor: number, limit: number): RunEvent[];
  cursor(): number;
};

export type TurnReader = { events: ChatEvents; openCalls(runId: string): ToolSnapshot[] };

/** Of one page: what a page costs to read, send and draw must not depend on how long the chat's turns are. */
const maxPageChars = 2 * 1024 * 1024;
/** Events read in one go; others get their turn in between. */
const sliceSize = 250;

/**
 * Turns of a chat, oldest first: at most `limit`, and no more of them than fit into a page, but one, before `beforeRunId`
 * or the last ones. Reads in slices, so that a long run holds up nobody; `upTo`: no events behind this cursor.
 */
export async function readTurns(
  reader: TurnReader,
  chatId: string,
  limit: number,
  { beforeRunId, upTo = Infinity }: { beforeRunId?: string | undefined; upTo?: number } = {},
): Promise<{ turns: Turn[]; more: boolean }> {
  const runs = reader.events.listChat(chatId, limit + 1, beforeRunId);
  const turns: Turn[] = [];
  let chars = 0;
  for (const run of runs.slice(-limit).toReversed()) {
    const timeline = await foldSlowly(reader, run.id, upTo);
    chars += charsOf(timeline);
    if (chars > maxPageChars && turns.length > 0) break;
    turns.unshift({ run, timeline });
  }
  return { turns, more: turns.length < runs.length };
}

async function foldSlowly({ events, openCalls }: TurnReader, runId: string, upTo: number): Promise<RunTimeline> {
  const fold = new TimelineFold(emptyTimeline(runId));
  for (;;) {
    const slice = events.readRun(runId, fold.lastSeq, sliceSize);
    for (const event of slice) if ((event.cursor ?? 0) <= upTo) fold.add(event);
    if (slice.length < sliceSize || (slice.at(-1)?.cursor ?? 0) > upTo) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return openCalls(runId).reduce(withRunningTool, fold.timeline());
}

/** About how long a timeline is, by what can be long in it. */
function charsOf({ items }: RunTimeline): number {
  let chars = 0;
  for (const item of items) {
    chars += 200;
    if (item.kind === "text" || item.kind === "reasoning") chars += item.text.length;
    if (item.kind !== "tool") continue;
    chars += item.tool.output?.length ?? 0;
    chars += item.tool.input === undefined ? 0 : JSON.stringify(item.tool.input).length;
    for (const diff of item.tool.diff) chars += (diff.oldText?.length ?? 0) + diff.newText.length;
  }
  return chars;
}
