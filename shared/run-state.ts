import { assertNever } from "./result.ts";
import type { Pause } from "./turn-limits.ts";

/**
 * The life of a run as a pure function. `stepRun` decides; the run service carries the effects out and feeds back
 * what came of them. Inputs of a run that has ended change nothing, so a late end of turn can't settle it twice.
 */
export type RunPhase = "queued" | "starting" | "running" | "paused" | "settling" | "ended";

export type RunEnd = {
  kind: "completed" | "failed" | "cancelled";
  stopReason?: string;
  code?: string;
  message?: string;
};

export type RunState = {
  phase: RunPhase;
  /** Open permission requests and questions. */
  openAsks: number;
  /** How far Stop has gone; `null` while nobody asked. `insisting`: any more output, and the agent is killed. */
  stop: null | "cancelling" | "insisting" | "killing";
  /** Why it is being stopped, where no person stopped it. */
  because: RunEnd | null;
  /** It was paused, and goes on with what it had begun. */
  goesOn: boolean;
  /** Somebody or a policy said no to the agent in this turn. */
  refused: boolean;
  end: RunEnd | null;
};

export type RunInput =
  | { type: "slot-granted" }
  | { type: "agent-opened" }
  | { type: "agent-not-opened"; code: string; message: string }
  | { type: "output" }
  | { type: "refused" }
  | { type: "ask-opened" }
  | { type: "ask-closed" }
  | { type: "turn-ended"; stopReason: string }
  | { type: "turn-failed"; code: string; message: string }
  /** The turn came to a limit, with nothing of it open. */
  | { type: "turn-paused"; pause: Pause }
  | { type: "resume" }
  /** `forNext`: a prompt is to go out instead. */
  | { type: "stop"; forNext?: true }
  /** The agent has been silent for longer than it may. */
  | { type: "stalled"; seconds: number }
  | { type: "timer"; timer: RunTimer }
  | { type: "killed" }
  | { type: "kill-unproved" }
  /** `flaw`: what the turn, which seemed to have ended well, has left wrong. */
  | { type: "settled"; flaw?: { code: string; message: string } };

/** `stop-output`: how long output may go on after a cancel; `stop-answer`: how long the agent may take to confirm it. */
export type RunTimer = "stop-output" | "stop-answer" | "kill-proof";

export type RunEffect =
  | { type: "open-agent" }
  | { type: "abort-opening" }
  | { type: "send-prompt" }
  | { type: "cancel-asks" }
  | { type: "send-cancel" }
  | { type: "kill-agent" }
  | { type: "arm"; timer: RunTimer; ms: number }
  | { type: "disarm" }
  | { type: "pause"; pause: Pause }
  | { type: "settle" }
  | { type: "append-end"; end: RunEnd };

export const stopOutputMs = 2_000;
export const stopAnswerMs = 10_000;
export const killProofMs = 12_000;

const unconfirmed: RunEnd = {
  kind: "failed",
  code: "CANCEL_UNCONFIRMED",
  message: "The agent could not be proved to have stopped. Look at the running processes before you go on.",
};

export function initialRunState(): RunState {
  return { phase: "queued", openAsks: 0, stop: null, because: null, goesOn: false, refused: false, end: null };
}

/** Of a run that an earlier host left paused. */
export function pausedRunState(): RunState {
  return { ...initialRunState(), phase: "paused" };
}

/** The status a person sees. */
export function statusOf(state: RunState): "queued" | "starting" | "running" | "waiting" | "paused" | RunEnd["kind"] {
  if (state.phase === "ended") return state.end?.kind ?? "failed";
  if (state.phase === "settling") return "running";
  if (state.phase === "running" && state.openAsks > 0 && state.stop === null) return "waiting";
  return state.phase;
}

type Transition = { state: RunState; effects: RunEffect[] };
const stay = (state: RunState): Transition => ({ state, effects: [] });

/** One input further: the next state and what is to be done, in order. */
export function stepRun(state: RunState, input: RunInput): Transition {
  if (state.phase === "ended") return stay(state);
  if (state.phase === "settling") return input.type === "settled" ? finish(state, input.flaw) : stay(state);
  switch (input.type) {
    case "slot-granted":
      if (state.phase !== "queued") return stay(state);
      return { state: { ...state, phase: "starting" }, effects: [{ type: "open-agent" }] };
    case "agent-opened":
      if (state.phase !== "starting") return stay(state);
      if (state.stop) return settle(state, stopped(state));
      return { state: { ...state, phase: "running" }, effects: [{ type: "send-prompt" }] };
    case "agent-not-opened":
      if (state.stop) return settle(state, stopped(state));
      return settle(state, { kind: "failed", code: input.code, message: input.message });
    case "output":
      return state.stop === "insisting" ? kill(state) : stay(state);
    case "ask-opened":
      return stay({ ...state, openAsks: state.openAsks + 1 });
    case "ask-closed":
      return stay({ ...state, openAsks: Math.max(0, state.openAsks - 1) });
    case "refused":
      return stay({ ...state, refused: true });
    case "turn-ended":
      if (state.stop === "killing") return stay(state);
      return settle(state, endOfTurn(state, input.stopReason));
    case "turn-failed":
      // The turn of an agent that is being killed fails at once; only the proof that it is gone ends the run.
      if (state.stop === "killing") return stay(state);
      if (state.stop) return settle(state, stopped(state));
      return settle(state, { kind: "failed", code: input.code, message: input.message });
    case "turn-paused":
      if (state.phase !== "running" || state.stop === "killing") return stay(state);
      if (state.stop) return settle(state, stopped(state));
      return {
        state: { ...state, phase: "paused" },
        effects: [{ type: "disarm" }, { type: "cancel-asks" }, { type: "pause", pause: input.pause }],
      };
    case "resume":
      if (state.phase !== "paused") return stay(state);
      return { state: { ...state, phase: "starting", goesOn: true }, effects: [{ type: "open-agent" }] };
    case "stop":
      return stop(state, input.forNext ? steered : null);
    case "stalled":
      return state.phase === "running" ? stop(state, stalled(input.seconds)) : stay(state);
    case "timer":
      return onTimer(state, input.timer);
    case "killed":
      return settle(
        state,
        state.stop ? stopped(state) : { kind: "failed", code: "AGENT_KILLED", message: "The agent was ended" },
      );
    case "kill-unproved":
      return settle(state, unconfirmed);
    case "settled":
      return stay(state);
    default:
      return assertNever(input);
  }
}

/** A turn that ended after Stop is a cancelled one, whatever the agent calls it: some answer `end_turn`. */
function endOfTurn(state: RunState, stopReason: string): RunEnd {
  if (state.stop) return stopped(state, stopReason);
  // Some end their turn so when they are told no, which isn't Stop.
  if (stopReason === "cancelled") return { kind: state.refused ? "completed" : "cancelled", stopReason };
  if (stopReason === "refusal")
    return { kind: "failed", stopReason, code: "AGENT_REFUSED", message: "The agent refused to go on" };
  return { kind: "completed", stopReason };
}

export const steeredReason = "steered";
const steered: RunEnd = { kind: "cancelled", stopReason: steeredReason };

function stalled(seconds: number): RunEnd {
  const silent = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return { kind: "failed", code: "STALLED", message: `The agent was silent for ${silent}, so its turn was ended.` };
}

/** The end of a run that was stopped. */
function stopped({ because }: RunState, stopReason?: string): RunEnd {
  return because ?? { kind: "cancelled", ...(stopReason === undefined ? {} : { stopReason }) };
}

function stop(state: RunState, because: RunEnd | null): Transition {
  // Stop after all: then nothing goes out instead.
  if (state.stop) return stay(because === null && state.because === steered ? { ...state, because } : state);
  const stopping: RunState = { ...state, stop: "cancelling", because };
  switch (state.phase) {
    case "queued":
    case "paused":
      return settle(stopping, stopped(stopping));
    case "starting":
      return { state: stopping, effects: [{ type: "abort-opening" }, { type: "arm", timer: "kill-proof", ms: killProofMs }] };
    default:
      return {
        state: stopping,
        effects: [
          { type: "cancel-asks" },
          { type: "send-cancel" },
          { type: "arm", timer: "stop-output", ms: stopOutputMs },
          { type: "arm", timer: "stop-answer", ms: stopAnswerMs },
        ],
      };
  }
}

function onTimer(state: RunState, timer: RunTimer): Transition {
  if (timer === "kill-proof") return settle(state, unconfirmed);
  if (state.stop !== "cancelling" && state.stop !== "insisting") return stay(state);
  return timer === "stop-output" ? stay({ ...state, stop: "insisting" }) : kill(state);
}

function kill(state: RunState): Transition {
  return {
    state: { ...state, stop: "killing" },
    effects: [{ type: "kill-agent" }, { type: "arm", timer: "kill-proof", ms: killProofMs }],
  };
}

function settle(state: RunState, end: RunEnd): Transition {
  return {
    state: { ...state, phase: "settling", end },
    effects: [{ type: "disarm" }, { type: "cancel-asks" }, { type: "settle" }],
  };
}

function finish(state: RunState, flaw?: { code: string; message: string }): Transition {
  const ended = state.end ?? { kind: "failed" as const };
  const end: RunEnd = flaw && ended.kind === "completed" ? { ...ended, kind: "failed", ...flaw } : ended;
  return { state: { ...state, phase: "ended", end }, effects: [{ type: "append-end", end }] };
}
