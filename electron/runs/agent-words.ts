import { contractSummary, type IntegrationContract } from "../../shared/integration-contract.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEventBody, RunEventPayload } from "../../shared/run-event.ts";
import type { AgentFailure, AgentSessionHandle, LeftCommands, TurnEnd } from "../agents/port.ts";

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

export const emptyNotice: RunEventBody = {
  type: "notice",
  payload: { kind: "empty", message: "The agent ended its turn without a word, and without doing anything." },
};

export const memoryLostNotice: RunEventBody = {
  type: "notice",
  payload: {
    kind: "memory-lost",
    message: "The agent could not go on with its earlier session and starts without memory of this chat.",
  },
};

/** What became of commands that went on after Stop; null where none did. */
export function leftNotice({ ended, left }: LeftCommands): RunEventBody | null {
  const told = [
    ended.length > 0 ? `Stop ended what its command had left running: ${ended.join(", ")}.` : "",
    left.length > 0 ? `Begun in this turn, and still running: ${left.join(", ")}.` : "",
  ].filter(Boolean);
  return told.length === 0 ? null : { type: "notice", payload: { kind: "warning", message: told.join(" ") } };
}

export function lostEdits(files: readonly string[]): { code: string; message: string } {
  const named = files.slice(0, 5).join(", ") + (files.length > 5 ? ` and ${files.length - 5} more` : "");
  return { code: "EDIT_NOT_RECOVERED", message: `An edit failed, and no later one succeeded: ${named}` };
}

/** `given`: the latest contract of the chat, which is told with the prompt that it came with. */
export function toldBefore(
  { id }: Pick<Run, "id">,
  given: { runId: string; contract: IntegrationContract } | null,
  missed: string | null,
): string | null {
  if (given?.runId !== id) return missed;
  return `${contractSummary(given.contract)}\n\n${missed ?? ""}`;
}
