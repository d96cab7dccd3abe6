import type { Turn } from "../../shared/contract/chats.ts";
import type { RunStatus } from "../../shared/contract/runs.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import { isGoing, isParted } from "../stores/chat-state.ts";
import type { MarkdownChunk } from "../markdown/split-markdown.ts";
import { endedChunks, endLive, growingChunks, keepRows } from "./live-turns.ts";
import type { TimelineRow, ToolItem } from "./rows.ts";
import { waitOf } from "./tool-time.ts";

type Text = Extract<TimelineItem, { kind: "text" }>;

const chunksOfItem = new WeakMap<Text, MarkdownChunk[]>();

/** Of the last row of a turn, whatever that says. */
export const endKey = (runId: string): string => `${runId}:end`;

/** The rows of one turn. */
export function makeRows(turn: Turn): TimelineRow[] {
  if (isGoing(turn.run)) return keepRows(turn.run.id, makeRowsAnew(turn));
  const rows = makeRowsAnew(turn);
  endLive(turn.run.id);
  return rows;
}

function makeRowsAnew(turn: Turn): TimelineRow[] {
  const { run, timeline } = turn;
  const going = isGoing(run);
  const rows = isParted(turn) ? [] : beginningRows(turn);

  const items = timeline.items.filter((item) => isShown(item, timeline.items, run.status));
  for (let at = 0; at < items.length;) {
    const length = foldLength(items, at);
    const live = going && at + length >= items.length;
    rows.push(...itemRows(turn, items.slice(at, at + length), live, !going));
    at += length;
  }
  // An open request says by itself what the run waits for.
  if (going && items.some(isOpenAsk)) return rows;
  if (going) rows.push({ kind: "state", key: endKey(run.id), turn });
  else rows.push(...endRows(turn));
  if (run.lateReport) rows.push({ kind: "late", key: `${run.id}:late`, report: run.lateReport });
  return rows;
}

/** What was done stands where it was said that something is done, so that nothing moves by it. */
function endRows(turn: Turn): TimelineRow[] {
  const { run, timeline } = turn;
  const outcome: TimelineRow[] = run.status === "completed" ? [] : [{ kind: "outcome", key: endKey(run.id), turn }];
  if (!timeline.changed) return outcome;
  const key = outcome.length === 0 ? endKey(run.id) : `${run.id}:changed`;
  return [{ kind: "changed", key, turn }, ...outcome];
}

function beginningRows(turn: Turn): TimelineRow[] {
  const { run, timeline } = turn;
  const prompt: TimelineRow = { kind: "prompt", key: `${run.id}:prompt`, run, before: checkpointBefore(turn) };
  const started = timeline.items.length > 0 || timeline.outcome !== null || (run.status !== "queued" && isGoing(run));
  if (!started && run.status !== "failed" && run.status !== "interrupted") return [prompt];
  return [prompt, { kind: "header", key: `${run.id}:header`, turn }];
}

/** The checkpoint from before the turn, where there is something to take back. */
export function checkpointBefore({ timeline }: Turn): string | null {
  return timeline.changed === null ? null : timeline.checkpoints.before;
}

/** A permission that was given is told by the tool row that followed from it. */
function isShown(item: TimelineItem, all: readonly TimelineItem[], status: RunStatus): boolean {
  if (item.kind === "text") return item.text.trim() !== "";
  // While it is paused, the last row says so.
  if (item.kind === "notice" && item.notice.kind === "paused") return item !== all.at(-1) || status !== "paused";
  if (item.kind !== "permission" || item.outcome !== "allowed") return true;
  return !all.some((other) => other.kind === "tool" && other.tool.id === item.toolCallId);
}

function isOpenAsk(item: TimelineItem): boolean {
  return (item.kind === "permission" || item.kind === "question") && item.outcome === null;
}

const foldedFrom: Partial<Record<ToolItem["tool"]["kind"], number>> = { edit: 4, delete: 4, move: 4, execute: 4 };

/** How many items from `at` on are one row: neighbours of one kind that went well fold, the first two or four on. */
function foldLength(items: readonly TimelineItem[], at: number): number {
  const first = items[at];
  if (first?.kind !== "tool") return 1;
  let end = at;
  while (end < items.length) {
    const item = items[end];
    if (item?.kind !== "tool" || item.tool.kind !== first.tool.kind || item.tool.status !== "completed" || item.error) break;
    end += 1;
  }
  const length = end - at;
  return length >= (foldedFrom[first.tool.kind] ?? 2) ? length : 1;
}

function itemRows(turn: Turn, items: readonly TimelineItem[], live: boolean, ended: boolean): TimelineRow[] {
  const [item] = items;
  if (!item) return [];
  const key = `${turn.run.id}:${item.key}`;
  if (items.length > 1) {
    const calls = items.filter((one) => one.kind === "tool");
    const waitedMs = calls.reduce((sum, call) => sum + waitOf(call, turn.timeline.items), 0);
    return [{ kind: "tools", key: `${key}:fold`, items: calls, waitedMs }];
  }
  switch (item.kind) {
    case "text": {
      const chunks = chunksOf(turn, item);
      return chunks.map((chunk, index) => ({
        kind: "text",
        key: `${key}:${index}`,
        chunk,
        live: live && index === chunks.length - 1,
        first: index === 0,
      }));
    }
    case "reasoning":
      return [{ kind: "reasoning", key, item, live: live && item.endedAt === null }];
    case "tool":
      return [
        {
          kind: "tool",
          key,
          item,
          ended,
          waitedMs: waitOf(item, turn.timeline.items),
          asks:
            !ended &&
            turn.timeline.items.some(
              (other) => other.kind === "permission" && isOpenAsk(other) && other.toolCallId === item.tool.id,
            ),
        },
      ];
    case "plan":
      return [{ kind: "plan", key, item, ended }];
    case "permission":
    case "question":
      return [{ kind: "approval", key, item, ended }];
    case "notice":
      return [{ kind: "notice", key, item }];
  }
}

function chunksOf({ run }: Turn, item: Text): MarkdownChunk[] {
  const chunks = isGoing(run) ? growingChunks : endedChunks;
  const known = chunksOfItem.get(item) ?? chunks(run.id, item.key, item.text);
  chunksOfItem.set(item, known);
  return known;
}
