import { mergeTool, type RunTimeline, type TimelineItem } from "./run-fold.ts";
import type { RunEvent } from "./run-event.ts";

type EventType = RunEvent["type"];

const beginnings: ReadonlySet<EventType> = new Set([
  "assistant.delta",
  "reasoning.delta",
  "tool.started",
  "permission.requested",
  "question.requested",
  "notice",
]);

/**
 * Whether a run's log may be folded in two parts at an event. Reads backwards: `add` every event from the last one on, and
 * `isHere` says whether the one added last can begin the later part, so that `joinTimelines` makes of both what one fold would.
 */
export class Boundary {
  /** Requests whose answer was seen, and which must therefore be in the same part. */
  readonly #answered = new Set<string>();
  #isBeginning = false;

  add({ type, payload }: RunEvent): void {
    this.#isBeginning = beginnings.has(type);
    if (type === "permission.resolved") this.#answered.add(payload.permissionId);
    if (type === "question.answered") this.#answered.add(payload.questionId);
    if (type === "permission.requested") this.#answered.delete(payload.permissionId);
    if (type === "question.requested") this.#answered.delete(payload.questionId);
  }

  get isHere(): boolean {
    return this.#isBeginning && this.#answered.size === 0;
  }
}

/** What one fold of both parts' events would be; `later` begins where `earlier` ends, at a `Boundary`. Pure. */
export function joinTimelines(earlier: RunTimeline, later: RunTimeline): RunTimeline {
  const items = [...earlier.items];
  const [first, ...others] = later.items;
  const last = items.at(-1);
  if (first && last && goesOn(last, first)) items[items.length - 1] = joinItem(last, first);
  else {
    if (first && last?.kind === "reasoning") items[items.length - 1] = { ...last, endedAt: last.endedAt ?? beginningOf(first) };
    if (first) others.unshift(first);
  }
  const places = new Map(items.map((item, at) => [item.key, at]));
  for (const item of others) {
    const at = places.get(item.key);
    const known = at === undefined ? undefined : items[at];
    if (at === undefined || !known) items.push(item);
    else items[at] = joinItem(known, item);
  }
  return {
    runId: later.runId,
    firstSeq: earlier.firstSeq,
    lastSeq: later.lastSeq,
    started: later.started ?? earlier.started,
    items,
    usage: later.usage ?? earlier.usage,
    changed: later.changed ?? earlier.changed,
    checkpoints: {
      before: later.checkpoints.before ?? earlier.checkpoints.before,
      after: later.checkpoints.after ?? earlier.checkpoints.after,
    },
    outcome: later.outcome ?? earlier.outcome,
  };
}

/** As the fold joins deltas: the same message, or the same kind without an id. */
function goesOn(last: TimelineItem, first: TimelineItem): boolean {
  if (last.kind === "text" && first.kind === "text") return first.key.startsWith("text::") || first.key === last.key;
  if (last.kind !== "reasoning" || first.kind !== "reasoning" || last.endedAt !== null) return false;
  return first.key.startsWith("reasoning::") || withoutSeq(first.key) === withoutSeq(last.key);
}

function withoutSeq(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}

function beginningOf(item: TimelineItem): string | null {
  if (item.kind === "plan") return null;
  return item.kind === "tool" || item.kind === "reasoning" ? item.startedAt : item.at;
}

/** One item of two parts. `later` has what was told last. */
function joinItem(earlier: TimelineItem, later: TimelineItem): TimelineItem {
  if (earlier.kind === "text" && later.kind === "text") return { ...earlier, text: earlier.text + later.text };
  if (earlier.kind === "reasoning" && later.kind === "reasoning")
    return { ...earlier, text: earlier.text + later.text, endedAt: later.endedAt };
  if (earlier.kind === "tool" && later.kind === "tool")
    return { ...later, tool: mergeTool(earlier.tool, later.tool), startedAt: earlier.startedAt };
  return later;
}
