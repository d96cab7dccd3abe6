import type { Turn } from "../../shared/contract/chats.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import { isGoing } from "../stores/chat-state.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import type { MarkdownChunk } from "../markdown/split-markdown.ts";
import { foldedRows, type StepsRow } from "./fold-turn.ts";
import { endKey, makeRows } from "./turn-rows.ts";

type Item<K extends TimelineItem["kind"]> = Extract<TimelineItem, { kind: K }>;
export type ToolItem = Item<"tool">;
export type LateReport = NonNullable<Turn["run"]["lateReport"]>;
export type ApprovalItem = Item<"permission"> | Item<"question">;

/** One row of the timeline: what is measured, drawn and taken away as a whole. `key` is unique in the chat and stable. */
export type TimelineRow =
  /** `before`: the checkpoint from before its turn, where that changed something. */
  | { kind: "prompt"; key: string; run: Turn["run"]; before: string | null }
  | { kind: "unsent"; key: string; item: OutboxItem }
  | { kind: "header"; key: string; turn: Turn }
  | { kind: "text"; key: string; chunk: MarkdownChunk; live: boolean; first: boolean }
  | { kind: "reasoning"; key: string; item: Item<"reasoning">; live: boolean }
  /** `asks`: it waits for the answer to a permission; `waitedMs`: it did, for so long. */
  | { kind: "tool"; key: string; item: ToolItem; ended: boolean; asks: boolean; waitedMs: number }
  | { kind: "tools"; key: string; items: ToolItem[]; waitedMs: number }
  | { kind: "plan"; key: string; item: Item<"plan">; ended: boolean }
  | { kind: "approval"; key: string; item: ApprovalItem; ended: boolean }
  | { kind: "notice"; key: string; item: Item<"notice"> }
  | StepsRow
  /** Above it are the turns of the chat that this one was forked from. */
  | { kind: "forked"; key: string }
  | { kind: "late"; key: string; report: LateReport }
  | { kind: "state"; key: string; turn: Turn }
  /** What the turn did to the files. */
  | { kind: "changed"; key: string; turn: Turn }
  | { kind: "outcome"; key: string; turn: Turn }
  /** The room of the state line of the latest turn when that is over: what stands above doesn't move by it. */
  | { kind: "rest"; key: string };

const rowsOfTurn = new WeakMap<Turn, TimelineRow[]>();

/** `chatId`: turns of another one are what this one was forked from; `folds`: which turns are folded, and of them opened. */
type Shown = { chatId?: string; folds?: (turns: readonly Turn[], at: number) => "whole" | "folded" | "opened" };

/** All turns as one list, and what is on its way behind them. Rows of a turn that didn't change keep their identity. */
export function rowsOf(turns: readonly Turn[], unsent: readonly OutboxItem[] = [], { chatId, folds }: Shown = {}): TimelineRow[] {
  // What comes before is of the chat that this one was forked from.
  const own = chatId === undefined ? 0 : turns.findLastIndex((turn) => turn.run.chatId !== chatId) + 1;
  const rows = turns.flatMap((turn, at) => {
    const known = rowsOfTurn.get(turn) ?? makeRows(turn);
    rowsOfTurn.set(turn, known);
    const fold = isGoing(turn.run) ? "whole" : (folds?.(turns, at) ?? "whole");
    const shown = fold === "whole" ? known : foldedRows(turn, known, fold === "opened");
    return at === own && own > 0 ? [forked, ...shown] : shown;
  });
  if (own > 0 && own === turns.length) return [...rows, forked, ...unsentRows(unsent)];
  const last = turns.at(-1);
  const rest = last && unsent.length === 0 && restKey(last, rows);
  if (rest) return [...rows, { kind: "rest", key: rest }];
  return [...rows, ...unsentRows(unsent)];
}

const forked: TimelineRow = { kind: "forked", key: "forked" };

function unsentRows(unsent: readonly OutboxItem[]): TimelineRow[] {
  return unsent.map((item) => ({ kind: "unsent", key: item.key, item }));
}

function restKey({ run }: Turn, rows: readonly TimelineRow[]): string | null {
  const key = endKey(run.id);
  const end = rows.at(-1);
  return isGoing(run) || end?.key === key || end?.kind === "late" ? null : key;
}
