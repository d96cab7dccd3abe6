import type { AgentFailure } from "../agents/port.ts";

const failureCodes: Record<AgentFailure["type"], string> = {
  unavailable: "CODING_AGENT_ENGINE_UNAVAILABLE",
  "signed-out": "CODING_AGENT_ENGINE_UNAVAILABLE",
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
