import * as acp from "@agentclientprotocol/sdk/unstable";
import type { AgentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { Connection } from "./connection.ts";
import type { Aspect } from "../programs/wanted-choice.ts";
import { readState, withCurrent, type SessionState, type Setter } from "./session-state.ts";

const timeoutMs = 30_000;
const words: Record<Aspect, string> = { model: "model", mode: "mode", thinking: "thinking level" };

/**
 * Tells the agent a model, mode or thinking level, unless it has it already. What isn't offered fails and nothing is
 * sent: a choice never falls back by itself. Returns the state as the agent's answer leaves it.
 */
export async function choose(request: {
  connection: Connection;
  sessionId: string;
  state: SessionState;
  aspect: Aspect;
  wanted: string;
  /** Instead of what the session offers. */
  offered: AgentChoice[] | null;
}): Promise<Result<SessionState, AgentFailure>> {
  const { connection, sessionId, state, aspect, wanted } = request;
  const choosable = state[aspect];
  const offered = request.offered ?? choosable?.choices ?? [];
  const type = aspect === "model" ? "model-unavailable" : "unsupported";
  if (!choosable || !offered.some((choice) => choice.id === wanted))
    return fail({
      type,
      message: `The agent doesn't offer the ${words[aspect]} ${wanted}`,
      diagnostics: { offered: offered.map((choice) => choice.id).slice(0, 50) },
    });
  if (choosable.current === wanted) return ok(state);
  const answer = await connection.call(`Choosing the ${words[aspect]}`, timeoutMs, (agent) =>
    send(agent, sessionId, choosable.setter, wanted),
  );
  if (answer.ok) return ok(readState(answer.value, withCurrent(state, aspect, wanted)));
  const refused = answer.error.type === "failed";
  return fail(
    refused ? { type, message: `The agent refused the ${words[aspect]} ${wanted}: ${answer.error.message}` } : answer.error,
  );
}

function send(agent: acp.ClientContext, sessionId: string, setter: Setter, wanted: string): Promise<unknown> {
  const { session } = acp.methods.agent;
  switch (setter.via) {
    case "mode":
      return agent.request(session.setMode, { sessionId, modeId: wanted });
    case "model":
      // No longer in the protocol, but what agents of an older SDK understand.
      return agent.request("session/set_model", { sessionId, modelId: wanted });
    case "config":
      return setter.boolean
        ? agent.request(session.setConfigOption, {
            sessionId,
            configId: setter.configId,
            type: "boolean",
            value: wanted === "true",
          })
        : agent.request(session.setConfigOption, { sessionId, configId: setter.configId, value: wanted });
  }
}
