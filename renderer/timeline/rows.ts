import type { Turn } from "../../shared/contract/chats.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import { isGoing, isParted } from "../stores/chat-state.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import type { MarkdownChunk } from "../markdown/split-markdown.ts";
import { endedChunks, endLive, growingChunks, keepRows } from "./live-turns.ts";

type Item<K extends TimelineItem["kind"]> = Extract<TimelineItem, { kind: K }>;
export type ToolItem = Item<"tool">;
export type LateReport = NonNullable<Turn["run"]["lateReport"]>;
export type ApprovalItem = Item<"permission"> | Item<"question">;

/** One row of the timeline: what is measured, drawn and taken away as a whole. `key` is unique in the chat and stable. */
export type TimelineRow =
  | { kind: "prompt"; key: string; turn: Turn }
  | { kind: "unsent"; key: string; item: OutboxItem }
  | { kind: "header"; key: string; turn: Turn }
  | { kind: "text"; key: string; chunk: MarkdownChunk; live: boolean; first: boolean }
  | { kind: "reasoning"; key: string; item: Item<"reasoning">; live: boolean }
  /** `asks`: it waits for the answer to a permission. */
  | { kind: "tool"; key: string; item: ToolItem; ended: boolean; asks: boolean }
  | { kind: "tools"; key: string; items: ToolItem[] }
  | { kind: "plan"; key: string; item: Item<"plan">; ended: boolean }
  | { kind: "approval"; key: string; item: ApprovalItem; ended: boolean }
  | { kind: "notice"; key: string; item: Item<"notice"> }
  | { kind: "late"; key: string; report: LateReport }
  | { kind: "state"; key: string; turn: Turn }
  | { kind: "outcome"; key: string; turn: Turn }
  /** The room of the state line of the latest turn when that is over: what stands above doesn't move by it. */
  | { kind: "rest"; key: string };

const rowsOfTurn = new WeakMap<Turn, TimelineRow[]>();
const chunksOfItem = new WeakMap<Item<"text">, MarkdownChunk[]>();

/** All turns as one list, and what is on its way behind them. Rows of a turn that didn't change keep their identity. */
export function rowsOf(turns: readonly Turn[], unsent: readonly OutboxItem[] = []): TimelineRow[] {
  const rows = turns.flatMap((turn) => {
    const known = rowsOfTurn.get(turn) ?? makeRows(turn);
    rowsOfTurn.set(turn, known);
    return known;
  });
  const last = turns.at(-1);
  const rest = last && unsent.length === 0 && restKey(last, rows);
  if (rest) return [...rows, { kind: "rest", key: rest }];
  return [...rows, ...unsent.map((item): TimelineRow => ({ kind: "unsent", key: item.key, item }))];
}

function restKey({ run }: Turn, rows: readonly TimelineRow[]): string | null {
  const key = endKey(run.id);
  const end = rows.at(-1);
  return isGoing(run) || end?.key === key || end?.kind === "late" ? null : key;
}

const endKey = (runId: string): string => `${runId}:end`;

function makeRows(turn: Turn): TimelineRow[] {
  if (isGoing(turn.run)) return keepRows(turn.run.id, makeRowsAnew(turn));
  const rows = makeRowsAnew(turn);
  endLive(turn.run.id);
  return rows;
}

function makeRowsAnew(turn: Turn): TimelineRow[] {
  const { run, timeline } = turn;
  const going = isGoing(run);
  const rows = isParted(turn) ? [] : beginningRows(turn);

  const items = timeline.items.filter((item) => isShown(item, timeline.items));
  for (let at = 0; at < items.length;) {
    const length = foldLength(items, at);
    const live = going && at + length >= items.length;
    rows.push(...itemRows(turn, items.slice(at, at + length), live, !going));
    at += length;
  }
  // An open request says by itself what the run waits for.
  if (going && items.some(isOpenAsk)) return rows;
  if (going) rows.push({ kind: "state", key: endKey(run.id), turn });
  else if (run.status !== "completed") rows.push({ kind: "outcome", key: endKey(run.id), turn });
  if (run.lateReport) rows.push({ kind: "late", key: `${run.id}:late`, report: run.lateReport });
  return rows;
}

function beginningRows(turn: Turn): TimelineRow[] {
  const { run, timeline } = turn;
  const prompt: TimelineRow = { kind: "prompt", key: `${run.id}:prompt`, turn };
  const started = timeline.items.length > 0 || timeline.outcome !== null || (run.status !== "queued" && isGoing(run));
  if (!started && run.status !== "failed" && run.status !== "interrupted") return [prompt];
  return [prompt, { kind: "header", key: `${run.id}:header`, turn }];
}

/** A permission that was given is told by the tool row that followed from it. */
function isShown(item: TimelineItem, all: readonly TimelineItem[]): boolean {
  if (item.kind === "text") return item.text.trim() !== "";
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
  if (items.length > 1) return [{ kind: "tools", key: `${key}:fold`, items: items.filter((one) => one.kind === "tool") }];
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

function chunksOf({ run }: Turn, item: Item<"text">): MarkdownChunk[] {
  const chunks = isGoing(run) ? growingChunks : endedChunks;
  const known = chunksOfItem.get(item) ?? chunks(run.id, item.key, item.text);
  chunksOfItem.set(item, known);
  return known;
}
