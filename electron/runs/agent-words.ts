import type { RunEventPayload } from "../../shared/run-event.ts";
import type { AgentFailure, AgentSessionHandle, TurnEnd } from "../agents/port.ts";

// What the port says of a turn, in the words of the run log, which readers of the API know.

const failureCodes: Record<AgentFailure["type"], string> = {
  unavailable: "CODING_AGENT_ENGINE_UNAVAILABLE",
  "signed-out": "CODING_AGENT_ENGINE_UNAVAILABLE",
  "other-protocol": "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME",
  unsupported: "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME",
  "model-unavailable": "CODING_AGENT_MODEL_UNAVAILABLE",
  "start-failed": "AGENT_START_FAILED",
  "handshake-timeout": "AGENT_HANDSHAKE_TIMEOUT",
  "crash-loop": "AGENT_CRASH_LOOP",
  crashed: "AGENT_CRASHED",
  killed: "AGENT_KILLED",
  protocol: "AGENT_PROTOCOL_ERROR",
  failed: "AGENT_FAILED",
  cancelled: "CANCELLED",
};

/** What ended the agent's part in a run, as the run's error. */
export function codeOf(failure: AgentFailure): { code: string; message: string } {
  return { code: failureCodes[failure.type], message: failure.message };
}

export const stopReasons: Readonly<Record<TurnEnd["reason"], string>> = {
  done: "end_turn",
  "out-of-tokens": "max_tokens",
  "too-many-calls": "max_turn_requests",
  refused: "refusal",
  cancelled: "cancelled",
};

export const openings: Readonly<Record<AgentSessionHandle["how"], RunEventPayload<"run.started">["how"]>> = {
  warm: "warm",
  new: "new",
  resumed: "resumed",
  replayed: "loaded",
  "memory-lost": "memory-lost",
};
