import type { Turn } from "../../shared/contract/chats.ts";
import type { TimelineRow } from "./rows.ts";

/** How a turn came to its answer, as one row. `failed`: how many of its tool calls failed. */
export type StepsRow = { kind: "steps"; key: string; runId: string; steps: number; failed: number; open: boolean };

const foldedKinds: ReadonlySet<TimelineRow["kind"]> = new Set(["text", "reasoning", "tool", "tools", "plan", "approval"]);
/** Fewer are as quickly seen as the row that they would be folded to. */
const fewest = 3;

const known = new WeakMap<readonly TimelineRow[], Partial<Record<"open" | "closed", TimelineRow[]>>>();

/** As `foldTurn`; of the same rows the same list. */
export function foldedRows(turn: Turn, rows: readonly TimelineRow[], open: boolean): TimelineRow[] {
  const made = known.get(rows) ?? {};
  known.set(rows, made);
  return (made[open ? "open" : "closed"] ??= foldTurn(turn, rows, open));
}

/**
 * The rows of a turn that is over with all that led to its answer folded to one row, which opens to them. What was said
 * last is the answer. Alarms, warnings and how it ended always stay. Pure.
 */
export function foldTurn({ run, timeline }: Turn, rows: readonly TimelineRow[], open: boolean): TimelineRow[] {
  const answer = timeline.items.findLast((item) => item.kind === "text" && item.text.trim() !== "");
  if (!answer) return [...rows];
  const answerKey = `${run.id}:${answer.key}:`;
  const isFolded = (row: TimelineRow): boolean => foldedKinds.has(row.kind) && !row.key.startsWith(answerKey);
  const folded = rows.filter(isFolded);
  const at = rows.findIndex(isFolded);
  if (folded.length < fewest) return [...rows];
  const steps = folded.reduce((sum, row) => sum + (row.kind === "tools" ? row.items.length : 1), 0);
  const failed = folded.filter((row) => row.kind === "tool" && row.item.error !== null).length;
  const row: StepsRow = { kind: "steps", key: `${run.id}:steps`, runId: run.id, steps, failed, open };
  return [...rows.slice(0, at), row, ...rows.slice(at).filter((one) => open || !isFolded(one))];
}
