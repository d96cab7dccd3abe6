import * as acp from "@agentclientprotocol/sdk/unstable";
import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Usage } from "../../../shared/run-event.ts";
import type { AgentFailure, AgentHost, AgentUpdate, PromptRequest, TurnEnd } from "../port.ts";
import type { SessionClient } from "./client-app.ts";
import { createClientSide } from "./client-side.ts";
import type { Connection } from "./connection.ts";
import { decodeTokens, decodeUpdate } from "./decode.ts";
import { promptBlocks } from "./prompt-blocks.ts";
import { choose } from "./set-choice.ts";
import { optionsOf, readState, withConfigOptions, withCurrent, type SessionState } from "./session-state.ts";

/**
 * One agent session on one connection, from its opening until it is closed or the connection ends. At most one prompt
 * at a time: agents differ in what they make of a second one (join, fail, queue).
 */
export type AcpSession = {
  readonly sessionId: string;
  readonly connection: Connection;
  readonly workingCopyPath: string;
  state(): SessionState;
  isBusy(): boolean;
  setHost(host: AgentHost): void;
  /** Takes what session/new, resume or load answered. */
  opened(answer: unknown): void;
  prompt(input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>>;
  cancel(): Promise<void>;
  detach(): void;
};

export type AcpSessionParts = {
  connection: Connection;
  sessionId: string;
  workingCopyPath: string;
  host: AgentHost;
  /** The session told of other models, modes, levels or commands. */
  onOptions(options: AgentOptions): void;
  /** The list that counts, where the definition changes the agent's own. */
  effectiveModels(options: AgentOptions): AgentOptions["models"];
};

type Turn = { abort: AbortController; answered: boolean; usage: Partial<Usage>; tools: Set<string> };

export function createAcpSession(parts: AcpSessionParts): AcpSession {
  const { connection, sessionId } = parts;
  let host = parts.host;
  let state = readState(null);
  let turn: Turn | null = null;
  let replaying = true;

  const clientSide = createClientSide({
    workingCopyPath: parts.workingCopyPath,
    host: () => host,
    turnSignal: () => (turn && !turn.answered ? turn.abort.signal : null),
    isKnownTool: (id) => turn?.tools.has(id) ?? false,
  });

  /** Answers what the host should hear of it besides the update itself. */
  const absorb = (update: AgentUpdate): AgentUpdate => {
    if (update.type === "commands") {
      state = { ...state, commands: update.commands };
      parts.onOptions(optionsOf(state));
    } else if (update.type === "mode") state = withCurrent(state, "mode", update.modeId);
    else if (update.type === "tool") turn?.tools.add(update.tool.id);
    else if (update.type === "usage" && turn) return { type: "usage", usage: addCall(turn, update.usage) };
    return update;
  };
  const absorbOptions = (configOptions: readonly unknown[]): AgentUpdate[] => {
    const before = state;
    state = withConfigOptions(state, configOptions);
    const options = optionsOf(state);
    parts.onOptions(options);
    const said: AgentUpdate[] = [{ type: "options", options }];
    if (state.model?.current && state.model.current !== before.model?.current)
      said.push({ type: "model", modelId: state.model.current });
    if (state.mode?.current && state.mode.current !== before.mode?.current)
      said.push({ type: "mode", modeId: state.mode.current });
    return said;
  };

  const client: SessionClient = {
    ...clientSide,
    receive(update) {
      const options = configOptionsOf(update);
      const decoded = options ? absorbOptions(options) : decodeUpdate(update)?.map(absorb);
      if (!decoded) return "unknown";
      if (replaying) return "taken";
      if (!turn || turn.answered) return "late";
      for (const said of decoded) host.onUpdate(said);
      return "taken";
    },
    turnAnswered() {
      if (turn) turn.answered = true;
    },
  };
  const detach = connection.attach(sessionId, client);
  connection.onEnd(() => turn?.abort.abort());

  async function takeTurn(current: Turn, input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>> {
    const blocks = promptBlocks(input.blocks, parts.workingCopyPath, connection.traits);
    if (!blocks.ok) return blocks;
    for (const [aspect, wanted] of [
      ["model", input.modelId],
      ["mode", input.modeId],
      ["thinking", input.thinkingLevel],
    ] as const) {
      if (wanted === null) continue;
      const models = aspect === "model" ? parts.effectiveModels(optionsOf(state)) : null;
      const set = await choose({ connection, sessionId, state, aspect, wanted, offered: models });
      if (!set.ok) return set;
      state = set.value;
      parts.onOptions(optionsOf(state));
    }
    if (current.abort.signal.aborted)
      return fail(connection.ended() ?? { type: "cancelled", message: "Cancelled before the prompt was sent" });
    if (state.model?.current) host.onUpdate({ type: "model", modelId: state.model.current });
    const answer = await connection.call("The prompt", 0, (agent) =>
      agent.request(acp.methods.agent.session.prompt, { sessionId, prompt: blocks.value }),
    );
    if (!answer.ok) return fail({ ...answer.error });
    const end = turnEnd(answer.value, current.usage);
    // Of a program with several processes, one gives up its turn with its last breath when another was killed.
    const unasked = end.ok && end.value.stopReason === "cancelled" && !current.abort.signal.aborted;
    const death = unasked ? await connection.deathAtHand() : null;
    return death ? fail({ ...death }) : end;
  }

  return {
    sessionId,
    connection,
    workingCopyPath: parts.workingCopyPath,
    state: () => state,
    isBusy: () => turn !== null,
    setHost(next) {
      host = next;
    },
    opened(answer) {
      state = readState(answer, state);
      replaying = false;
      parts.onOptions(optionsOf(state));
    },
    async prompt(input) {
      if (turn) return fail({ type: "failed", message: "This agent session has a turn already" });
      const current: Turn = { abort: new AbortController(), answered: false, usage: {}, tools: new Set() };
      turn = current;
      try {
        return await takeTurn(current, input);
      } finally {
        current.abort.abort();
        turn = null;
        await clientSide.releaseTerminals();
      }
    },
    async cancel() {
      if (!turn || turn.answered) return;
      // What waits for a person is answered first: an agent may not read a cancel before its question is settled.
      turn.abort.abort();
      const sent = await connection.call("Cancel", 0, (agent) => agent.notify(acp.methods.agent.session.cancel, { sessionId }));
      if (!sent.ok && !connection.ended()) throw new Error(sent.error.message);
      await clientSide.killTerminals();
    },
    detach,
  };
}

function configOptionsOf(update: unknown): readonly unknown[] | null {
  if (typeof update !== "object" || update === null || !("sessionUpdate" in update)) return null;
  if (update.sessionUpdate !== "config_option_update" || !("configOptions" in update)) return null;
  return Array.isArray(update.configOptions) ? update.configOptions : null;
}

/** Token counts told per call of the model add up over the turn; the context's figures replace each other. */
function addCall(turn: Turn, usage: Partial<Usage>): Partial<Usage> {
  const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
    b === null || b === undefined ? (a ?? null) : (a ?? 0) + b;
  if ("input" in usage)
    turn.usage = {
      ...turn.usage,
      input: sum(turn.usage.input, usage.input),
      cached: sum(turn.usage.cached, usage.cached),
      output: sum(turn.usage.output, usage.output),
      reasoning: sum(turn.usage.reasoning, usage.reasoning),
    };
  else turn.usage = { ...turn.usage, ...usage };
  return turn.usage;
}

const stopReasons = ["end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled"] as const;

function turnEnd(answer: unknown, seen: Partial<Usage>): Result<TurnEnd, AgentFailure> {
  const said = typeof answer === "object" && answer !== null && "stopReason" in answer ? answer.stopReason : undefined;
  const stopReason = stopReasons.find((reason) => reason === said);
  if (!stopReason)
    return fail({ type: "protocol", message: `The agent ended its turn without a known reason (${String(said).slice(0, 100)})` });
  const told = typeof answer === "object" && answer !== null && "usage" in answer ? decodeTokens(answer.usage) : null;
  const usage: Usage | null =
    told || Object.keys(seen).length > 0 ? { input: null, cached: null, output: null, reasoning: null, ...seen, ...told } : null;
  return ok({ stopReason, usage });
}
