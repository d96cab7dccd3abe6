import type { TuiEvidence, TuiState } from "../../shared/contract/terminal-agent.ts";
import type { Sign, Tui } from "../agents/tuis.ts";
import type { TerminalSignal } from "./signals.ts";

/** What the agent's notify hook told: the state that it means, and the agent's words. */
export type HookSignal = { kind: "hook"; state: TuiState; text: string };

/** How an agent's program stands, and which of its states are told by more than a guess. */
export type TuiStanding = {
  state: TuiState;
  evidence: TuiEvidence;
  at: number;
  /** States that its hook was heard to tell: nothing weaker says those. */
  byHook: ReadonlySet<TuiState>;
  /** Whether titles or progress told a state here. */
  byTitle: boolean;
  /** The last title. */
  title: string;
  /** A title says that the turn is over, which no hook told: an interrupted turn has none, and a question's comes later. */
  doubt: { readonly text: string; readonly at: number } | null;
  typedAt: number;
};

export type TuiSigns = Pick<Tui, "titles" | "notifications">;

/** What comes so soon after a key is the answer to the key. */
const answerToKeyMs = 2_000;

/** For so long nothing may take back a doubt. Claude Code's title is at rest, too, for six seconds before its notification. */
export const doubtMs = 8_000;

export function startedTui(at: number): TuiStanding {
  const evidence = { kind: "start", text: "" } as const;
  return { ...{ state: "unknown", evidence, at }, byHook: new Set(), byTitle: false, title: "", doubt: null, typedAt: at };
}

/**
 * One signal further; the same object where it says nothing new. A hook counts always. What stands in titles and
 * notifications counts for what no hook tells, a bell only where nothing else tells anything. Pure.
 */
export function foldSignal(
  before: TuiStanding,
  signal: TerminalSignal | HookSignal,
  { titles, notifications }: TuiSigns,
  at: number,
): TuiStanding {
  switch (signal.kind) {
    case "hook": {
      // A conversation that begins again inside a turn, as after a compaction, ends no turn.
      if (signal.state === "idle" && isInTurn(before)) return before;
      const byHook = new Set([...before.byHook, signal.state]);
      return { ...stand(before, signal.state, { kind: "hook", text: signal.text }, at), byHook, doubt: null };
    }
    case "title":
      return signal.text === before.title ? before : ofTitle({ ...before, title: signal.text }, signal.text, titles, at);
    case "progress":
      if (!signal.going && before.evidence.kind !== "progress") return before;
      return told(before, signal.going ? "working" : "idle", { kind: "progress", text: "" }, at);
    case "notification": {
      const state = stateIn(notifications, signal.text) ?? "blocked";
      return before.byHook.has(state) ? before : stand(before, state, { kind: "notification", text: signal.text }, at);
    }
    case "bell": {
      const tells = before.byHook.size > 0 || before.byTitle || at - before.typedAt < answerToKeyMs;
      return tells ? before : stand(before, "blocked", { kind: "bell", text: "" }, at);
    }
    case "typed":
      return ofTyping({ ...before, typedAt: at }, signal, at);
    case "seen":
      return before.state === "done" ? { ...before, state: "idle" } : before;
  }
}

/** What the title said has stood for `doubtMs`: it counts. Who typed just before it came ended the turn, and knows. Pure. */
export function settleDoubt(before: TuiStanding, at: number): TuiStanding {
  const { doubt, typedAt } = before;
  if (!doubt) return before;
  const state = doubt.at - typedAt < answerToKeyMs ? "idle" : "done";
  return { ...before, state, evidence: { kind: "title", text: doubt.text }, at, doubt: null };
}

export function endedTui(before: TuiStanding, at: number): TuiStanding {
  return { ...before, state: "unknown", evidence: { kind: "exit", text: "" }, at };
}

function ofTitle(before: TuiStanding, text: string, titles: readonly Sign[], at: number): TuiStanding {
  const state = stateIn(titles, text);
  if (state === "idle" && isOverruled(before, state) && (before.state === "working" || before.evidence.kind === "typed"))
    return { ...before, doubt: { text, at } };
  if (state !== null) return { ...told(before, state, { kind: "title", text }, at), doubt: null };
  // A title that says nothing any more takes back what a title said.
  return before.evidence.kind === "title" ? told(before, "unknown", { kind: "title", text }, at) : before;
}

/** By title or progress. */
function told(before: TuiStanding, state: TuiState, evidence: TuiEvidence, at: number): TuiStanding {
  // Once the person has answered, what a hook told last counts no more.
  if (isOverruled(before, state) && (state === "idle" || before.evidence.kind !== "typed")) return before;
  return { ...stand(before, state, evidence, at), byTitle: true };
}

/** Hooks tell of that state: they know better. */
function isOverruled({ byHook }: TuiStanding, state: TuiState): boolean {
  return byHook.has(state) || (state === "idle" && byHook.has("done"));
}

/** Who was in a turn and is ready for a prompt has ended it. A spinner in a title is no news. */
function stand(before: TuiStanding, wanted: TuiState, evidence: TuiEvidence, at: number): TuiStanding {
  const state = wanted === "idle" && isInTurn(before) ? "done" : wanted;
  const same = state === before.state && evidence.kind === before.evidence.kind;
  const isNews = evidence.text !== before.evidence.text && evidence.kind !== "title";
  return same && !isNews ? before : { ...before, state, evidence, at };
}

function isInTurn({ state, evidence }: TuiStanding): boolean {
  return state === "working" || state === "blocked" || state === "done" || evidence.kind === "typed";
}

function ofTyping(before: TuiStanding, { enter, moves }: { enter: boolean; moves: boolean }, at: number): TuiStanding {
  const evidence = { kind: "typed", text: "" } as const;
  if (before.state === "blocked") return moves ? before : { ...before, state: "unknown", evidence, at };
  const seen: TuiStanding = before.state === "done" ? { ...before, state: "idle" } : before;
  const begins = enter && seen.state === "idle";
  return begins && !before.byHook.has("working") && !before.byTitle ? { ...seen, state: "unknown", evidence, at } : seen;
}

function stateIn(signs: readonly Sign[], text: string): TuiState | null {
  return signs.find(({ match }) => match.test(text))?.state ?? null;
}
