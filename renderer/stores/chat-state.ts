import type { ChatUpdate, Queue, Reading, Turn, TurnsPage } from "../../shared/contract/chats.ts";
import type { Run, RunStatus } from "../../shared/contract/runs.ts";
import type { RunEvent, ToolSnapshot } from "../../shared/run-event.ts";
import { joinTimelines } from "../../shared/join-timelines.ts";
import { emptyTimeline, foldRunEvents, withRunningTool, type TimelineItem } from "../../shared/run-fold.ts";

/**
 * What is known of one chat. `turns` oldest first, without holes; `more`: older ones exist in the core.
 * `cursor`: where a broken subscription goes on; null before the first snapshot.
 */
export type ChatState = {
  turns: Turn[];
  more: boolean;
  queue: Queue;
  cursor: number | null;
};

export function emptyChat(chatId: string): ChatState {
  return { turns: [], more: false, queue: { chatId, items: [], held: false, reason: null }, cursor: null };
}

/** `resync`: what arrived doesn't join what is known; subscribe again from nothing. `state` is still true, only old. */
export type AfterUpdates = { state: ChatState; resync: boolean };

/**
 * Applies updates in the order they came. Pure; turns that didn't change keep their identity.
 * An event folded before is skipped; one that would leave a gap asks for `resync`, and nothing after it is applied.
 */
export function applyUpdates(state: ChatState, updates: readonly ChatUpdate[]): AfterUpdates {
  let next = state;
  for (const update of updates) {
    const applied = applyUpdate(next, update);
    if (applied === null) return { state: next, resync: true };
    next = applied;
  }
  return { state: next, resync: false };
}

function applyUpdate(state: ChatState, update: ChatUpdate): ChatState | null {
  switch (update.type) {
    case "snapshot":
      return { ...joinSnapshot(state, update.turns, update.more), queue: update.queue, cursor: update.cursor };
    case "run":
      return { ...state, turns: withRun(state.turns, update.run) };
    case "tool":
      return { ...state, turns: withTool(state.turns, update.runId, update.tool) };
    case "reading":
      return { ...state, turns: withReading(state.turns, update.runId, update.reading) };
    case "queue":
      return { ...state, queue: update.queue };
    case "events": {
      const turns = withEvents(state.turns, update.events);
      return turns && { ...state, turns, cursor: update.cursor };
    }
    case "resync":
      return null;
  }
}

/** The snapshot holds the newest turns. Older ones loaded before stay only if nothing can lie between them and it. */
function joinSnapshot(state: ChatState, turns: Turn[], more: boolean): Pick<ChatState, "turns" | "more"> {
  const first = turns[0];
  const at = first ? state.turns.findIndex((turn) => turn.run.id === first.run.id) : -1;
  if (at <= 0 || !more || isParted(first)) return { turns, more };
  return { turns: [...state.turns.slice(0, at), ...turns], more: state.more };
}

/** Only the end of the turn is there; see `RunTimeline`. */
export function isParted(turn: Turn | undefined): boolean {
  return (turn?.timeline.firstSeq ?? 1) > 1;
}

/** Where the page before these turns ends. */
export function beforeTurns(turns: readonly Turn[]): { beforeRunId?: string; beforeSeq?: number } {
  const [first] = turns;
  return first ? { beforeRunId: first.run.id, ...(isParted(first) ? { beforeSeq: first.timeline.firstSeq } : {}) } : {};
}

/** Puts a page in front that was read before what is there: older turns, and what is missing of the first one. */
export function withEarlier<State extends { turns: readonly Turn[] }>(state: State, page: TurnsPage): State & TurnsPage {
  const [first, ...others] = state.turns;
  const last = page.turns.at(-1);
  if (!first || last?.run.id !== first.run.id) return { ...state, turns: [...page.turns, ...state.turns], more: page.more };
  const isBefore = last.timeline.lastSeq < first.timeline.firstSeq;
  const joined = isBefore ? { ...first, timeline: joinTimelines(last.timeline, first.timeline) } : first;
  return { ...state, turns: [...page.turns.slice(0, -1), joined, ...others], more: page.more };
}

/** About what a chat that is opened anew begins with. */
const kept = { turns: 20, chars: 2 * 1024 * 1024 };

/**
 * Without the oldest turns, once there is twice as much as a chat that is opened anew begins with: a page that is left
 * open holds no more than another. What goes on stays, and `more` brings the others again.
 */
export function withoutOldest<State extends Pick<ChatState, "turns" | "more">>(state: State): State {
  const sizes = state.turns.map(({ timeline }) => timeline.items.reduce((sum, item) => sum + charsOf(item), 0));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  if (state.turns.length <= kept.turns * 2 && whole <= kept.chars * 2) return state;
  let from = state.turns.length;
  let chars = 0;
  while (from > 0 && state.turns.length - from < kept.turns) {
    chars += sizes[from - 1] ?? 0;
    if (chars > kept.chars && from < state.turns.length) break;
    from -= 1;
  }
  const going = state.turns.findIndex(({ run }) => isGoing(run));
  const first = going === -1 ? from : Math.min(from, going);
  return first === 0 ? state : { ...state, turns: state.turns.slice(first), more: true };
}

function charsOf(item: TimelineItem): number {
  if (item.kind === "text" || item.kind === "reasoning") return item.text.length;
  if (item.kind !== "tool") return 200;
  const { output, diff } = item.tool;
  return (output?.length ?? 0) + diff.reduce((sum, { oldText, newText }) => sum + (oldText?.length ?? 0) + newText.length, 0);
}

function withRun(turns: Turn[], run: Run): Turn[] {
  const at = turns.findLastIndex((turn) => turn.run.id === run.id);
  if (at === -1) return [...turns, { run, timeline: emptyTimeline(run.id) }];
  return turns.map((turn, index) => (index === at ? { ...turn, run } : turn));
}

function withTool(turns: Turn[], runId: string, tool: ToolSnapshot): Turn[] {
  return turns.map((turn) => (turn.run.id === runId ? { ...turn, timeline: withRunningTool(turn.timeline, tool) } : turn));
}

function withReading(turns: Turn[], runId: string, reading: Reading): Turn[] {
  return turns.map((turn) => (turn.run.id === runId ? { ...turn, reading } : turn));
}

function withEvents(turns: Turn[], events: readonly RunEvent[]): Turn[] | null {
  const next = [...turns];
  for (const [runId, ofRun] of Map.groupBy(events, (event) => event.runId)) {
    const at = next.findLastIndex((turn) => turn.run.id === runId);
    const turn = next[at];
    if (!turn) return null;
    let last = turn.timeline.lastSeq;
    for (const { seq } of ofRun) {
      if (seq > last + 1) return null;
      last = Math.max(last, seq);
    }
    const timeline = foldRunEvents(turn.timeline, ofRun);
    if (timeline === turn.timeline) continue;
    next[at] = ofRun.some(isOfModel) ? { run: turn.run, timeline } : { ...turn, timeline };
  }
  return next;
}

/** The model says or calls something: what it was given is read in. */
function isOfModel({ type }: RunEvent): boolean {
  return type === "assistant.delta" || type === "reasoning.delta" || type === "tool.started";
}

const ended: ReadonlySet<RunStatus> = new Set(["completed", "failed", "cancelled", "interrupted"]);

/** Whether the run may still do something by itself or by an answer. `paused` counts: it can be resumed or stopped. */
export function isGoing(run: Pick<Run, "status">): boolean {
  return !ended.has(run.status);
}

/** Whether it goes on only once the person says something. */
export function waitsForPerson(run: Pick<Run, "status">): boolean {
  return run.status === "waiting" || run.status === "paused";
}

/** The run that Stop stops: the oldest one that is still going. */
export function activeRun(state: Pick<ChatState, "turns">): Run | null {
  return state.turns.find((turn) => isGoing(turn.run))?.run ?? null;
}
