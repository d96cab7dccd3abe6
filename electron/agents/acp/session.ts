import * as acp from "@agentclientprotocol/sdk/unstable";
import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure, AgentHost, AgentUpdate, PromptRequest, TurnEnd } from "../port.ts";
import type { SessionClient } from "./client-app.ts";
import { ClientSide } from "./client-side.ts";
import type { Connection } from "./connection.ts";
import { decodeTokens, decodeUpdate } from "./decode.ts";
import { TurnUsage } from "./turn-usage.ts";
import { MaskedSpeech } from "../programs/masked-speech.ts";
import type { AgentSession, SessionRequest } from "../programs/agent-child.ts";
import { pause } from "../programs/pause.ts";
import { promptBlocks } from "./prompt-blocks.ts";
import { optionsOf, readState, withConfigOptions, withCurrent, type SessionState } from "./session-state.ts";
import { choose } from "./set-choice.ts";
import { ToldCalls } from "./told-calls.ts";
import { ToldOutput } from "./told-output.ts";
import { ToolIds } from "./tool-ids.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { aspects, currentOf, lacksPolicyMode, wantedChoice } from "../programs/wanted-choice.ts";

export type AcpSessionDeps = SessionRequest & { connection: Connection; sessionId: string };

type PromptTurn = { abort: AbortController; answered: boolean; givenUp: (failure: AgentFailure) => void };
/** `opening`: until the agent has answered; `restored`: what is said before the first prompt is history. */
type Phase = "opening" | "restored" | "open";

const historyQuietMs = 100;
const historyMaxMs = 1000;

/**
 * One agent session on one connection, from its opening until it is closed, given up, or the connection ends. At most
 * one prompt at a time: agents differ in what they make of a second one (join, fail, queue). What the agent says or
 * asks between turns goes to the host of the turn before.
 */
export class AcpSession implements AgentSession {
  readonly #deps: AcpSessionDeps;
  readonly #clientSide: ClientSide;
  readonly #detach: () => void;
  readonly #tools = new ToolIds();
  readonly #speech: MaskedSpeech;
  /** Ends with the session: for what is asked between turns. */
  readonly #life = new AbortController();
  #phase: Phase = "opening";
  #heardAt = 0;
  /** Who hears of modes, usage and the like: the host of the turn that begins, even before its prompt is sent. */
  #host: AgentHost;
  /** Who hears what is said and done: the host of the turn whose prompt was sent. */
  #speaksTo: AgentHost;
  #state: SessionState = readState(null);
  #openedWith: CurrentChoice = currentOf(readState(null));
  #turn: PromptTurn | null = null;
  readonly #usage: TurnUsage;
  readonly #told = new ToldCalls();
  readonly #printed = new ToldOutput();
  /** Something of an earlier turn was told while it was opened. */
  #hasHistory = false;

  constructor(deps: AcpSessionDeps) {
    this.#deps = deps;
    this.#host = deps.host;
    this.#speaksTo = deps.host;
    this.#usage = new TurnUsage(deps.ways.usage);
    this.#speech = new MaskedSpeech(deps.connection.secretForms);
    this.#clientSide = new ClientSide({
      ...deps,
      host: () => this.#speaksTo,
      turnSignal: () => (this.#turn && !this.#turn.answered ? this.#turn.abort.signal : this.#life.signal),
      isKnownTool: (id) => this.#tools.isTold(id),
    });
    const detach = deps.connection.attach(deps.sessionId, this.#client());
    const deafen = deps.connection.onEnd(() => {
      this.#sayRest();
      this.#turn?.abort.abort();
      this.#life.abort();
    });
    this.#detach = () => {
      detach();
      deafen();
    };
  }

  get sessionId(): string {
    return this.#deps.sessionId;
  }

  get connection(): Connection {
    return this.#deps.connection;
  }

  get workingCopyPath(): string {
    return this.#deps.workingCopyPath;
  }

  get current(): CurrentChoice {
    return currentOf(this.#state);
  }

  get options(): AgentOptions {
    return optionsOf(this.#state);
  }

  /** What the agent's default is here: what the session was opened with when it was new. */
  get openedWith(): CurrentChoice {
    return this.#openedWith;
  }

  isBusy(): boolean {
    return this.#turn !== null;
  }

  /** Takes what session/new, resume or load returned. */
  opened(answer: unknown, restored: boolean): void {
    this.#state = readState(answer, this.#state);
    this.#phase = restored ? "restored" : "open";
    const known = restored ? this.#deps.openedWith : null;
    this.#openedWith = known ?? currentOf(this.#state);
    if (restored) this.#usage.restored();
    this.#deps.onOptions(known ? optionsOf(this.#state) : { ...optionsOf(this.#state), defaults: this.#openedWith });
  }

  /**
   * Some agents still tell their history when they have said that it is loaded: waits until they are quiet. Returns
   * whether they have told any.
   */
  async historyTold(): Promise<boolean> {
    const { clock, connection } = this.#deps;
    const beganAt = clock.monotonic();
    this.#heardAt = beganAt;
    while (!connection.ended() && clock.monotonic() - beganAt < historyMaxMs) {
      const quiet = clock.monotonic() - this.#heardAt;
      if (quiet >= historyQuietMs) break;
      await pause(clock, historyQuietMs - quiet, this.#life.signal);
    }
    return this.#hasHistory;
  }

  async prompt(input: PromptRequest, host: AgentHost): Promise<Result<TurnEnd, AgentFailure>> {
    if (this.#turn) return fail({ type: "failed", message: "This agent session has a turn already" });
    const given = Promise.withResolvers<AgentFailure>();
    const turn: PromptTurn = { abort: new AbortController(), answered: false, givenUp: given.resolve };
    this.#turn = turn;
    this.#host = host;
    this.#usage.begin();
    try {
      return await Promise.race([this.#takeTurn(turn, input), given.promise.then(fail)]);
    } catch (error) {
      return fail({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    } finally {
      turn.abort.abort();
      this.#turn = null;
    }
  }

  async cancel(): Promise<void> {
    const { connection, sessionId } = this.#deps;
    if (!this.#turn || this.#turn.answered) return;
    // What waits for a person is answered first: an agent may not read a cancel before its question is settled.
    this.#turn.abort.abort();
    const sent = await connection.call("Cancel", 0, (agent) => agent.notify(acp.methods.agent.session.cancel, { sessionId }));
    if (!sent.ok && !connection.ended()) throw new Error(sent.error.message);
    await this.#clientSide.killTerminals();
  }

  /** Ends our side of the session: nothing of it is heard any more, and a turn that goes on fails. */
  async giveUp(failure: AgentFailure): Promise<void> {
    this.detach();
    this.#turn?.abort.abort();
    this.#turn?.givenUp(failure);
    await this.#clientSide.releaseTerminals();
  }

  detach(): void {
    this.#detach();
    this.#life.abort();
  }

  async #takeTurn(turn: PromptTurn, input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>> {
    const { connection, sessionId, workingCopyPath } = this.#deps;
    const blocks = promptBlocks(input.blocks, workingCopyPath, connection.traits);
    if (!blocks.ok) return blocks;
    const chosen = await this.#choose(input);
    if (!chosen.ok) return chosen;
    if (turn.abort.signal.aborted)
      return fail(connection.ended() ?? { type: "cancelled", message: "Cancelled before the prompt was sent" });
    if (this.#state.model?.current) this.#host.onUpdate({ type: "model", modelId: this.#state.model.current });
    this.#phase = "open";
    this.#speaksTo = this.#host;
    try {
      const answer = await connection.call("The prompt", 0, (agent) =>
        agent.request(acp.methods.agent.session.prompt, { sessionId, prompt: blocks.value }),
      );
      if (!answer.ok) return fail({ ...answer.error });
      const end = this.#turnEnd(answer.value);
      // Of a program with several processes, one gives up its turn with its last breath when another was killed.
      const unasked = end.ok && end.value.reason === "cancelled" && !turn.abort.signal.aborted;
      const death = unasked ? await connection.deathAtHand() : null;
      return death ? fail({ ...death }) : end;
    } finally {
      await this.#clientSide.releaseTerminals();
    }
  }

  async #choose(input: PromptRequest): Promise<Result<null, AgentFailure>> {
    const { connection, sessionId } = this.#deps;
    const policyModes = this.#deps.policyModes(input.policy);
    const lack = lacksPolicyMode(input, this.#state, policyModes);
    if (lack?.refuses) return fail({ type: "unsupported", message: lack.message });
    if (lack) this.#host.onUpdate({ type: "notice", kind: "warning", message: lack.message });
    for (const aspect of aspects) {
      const wanted = wantedChoice(aspect, input, this.#state, { opened: this.#openedWith, policyModes });
      if (!wanted) continue;
      const offered = aspect === "model" && wanted.chosen ? this.#deps.effectiveModels(optionsOf(this.#state)) : null;
      const set = await choose({ connection, sessionId, state: this.#state, aspect, wanted: wanted.value, offered });
      if (!set.ok) return set;
      this.#state = set.value;
      this.#deps.onOptions(optionsOf(this.#state));
    }
    return ok(null);
  }

  #turnEnd(answer: unknown): Result<TurnEnd, AgentFailure> {
    const { stopReason, usage } = isRecord(answer) ? answer : {};
    const reason = typeof stopReason === "string" && Object.hasOwn(endReasons, stopReason) ? endReasons[stopReason] : undefined;
    if (reason) return ok({ reason, usage: this.#usage.end(decodeTokens(usage)) });
    return fail({
      type: "protocol",
      message: `The agent ended its turn without a known reason (${String(stopReason).slice(0, 100)})`,
    });
  }

  /** The session as the connection sees it. */
  #client(): SessionClient {
    return {
      side: this.#clientSide,
      requestPermission: (params) => this.#requestPermission(params),
      receive: (update) => this.#receive(update),
      warn: (message) => this.#speaksTo.onUpdate({ type: "notice", kind: "warning", message }),
      turnAnswered: () => {
        if (this.#turn) this.#turn.answered = true;
        this.#sayRest();
      },
    };
  }

  async #requestPermission(params: acp.RequestPermissionRequest): Promise<acp.RequestPermissionResponse> {
    this.#sayRest();
    // A sub-agent's calls have names of their own, as in its updates.
    const sub = params.sessionId === this.sessionId ? "" : `${params.sessionId}/`;
    const toolCallId = sub + params.toolCall.toolCallId;
    const told = this.#told.complete({ ...params.toolCall, toolCallId });
    const toolCall = { ...told, toolCallId: this.#tools.nameOf(toolCallId, true) };
    const answer = await this.#clientSide.requestPermission({ ...params, toolCall }, sub !== "");
    const { outcome } = answer;
    const chosen = params.options.find((option) => outcome.outcome === "selected" && option.optionId === outcome.optionId);
    // Agents often say nothing more of a call that was rejected.
    if (chosen?.kind.startsWith("reject")) this.#tools.end(toolCallId);
    return answer;
  }

  #receive(update: unknown): "taken" | "late" | "unknown" {
    this.#heardAt = this.#deps.clock.monotonic();
    const options = configOptionsOf(update);
    const begins = isRecord(update) && update["sessionUpdate"] === "tool_call";
    this.#told.hear(update);
    const said = options
      ? this.#absorbOptions(options)
      : decodeUpdate(update)?.map((each) => this.#absorb(each, { update, begins }));
    if (!said) return "unknown";
    if (this.#phase !== "open") this.#hasHistory ||= said.some(isSpoken) || isPersonsWords(update);
    if (this.#phase === "opening") return "taken";
    for (const each of said) this.#pass(each);
    return this.#turn && !this.#turn.answered ? "taken" : "late";
  }

  #pass(update: AgentUpdate): void {
    if (!isSpoken(update)) this.#host.onUpdate(update);
    else if (this.#phase === "open") {
      for (const said of this.#speech.hear(update)) this.#speaksTo.onUpdate(said);
      if (!this.#turn || this.#turn.answered) this.#sayRest();
    }
  }

  /** Of what is said, nothing waits for more than the turn. */
  #sayRest(): void {
    for (const said of this.#speech.rest()) this.#speaksTo.onUpdate(said);
  }

  /** Returns what the host should hear of it. */
  #absorb(update: AgentUpdate, { update: raw, begins }: { update: unknown; begins: boolean }): AgentUpdate {
    switch (update.type) {
      case "commands":
        this.#state = { ...this.#state, commands: update.commands };
        this.#deps.onOptions(optionsOf(this.#state));
        return update;
      case "mode":
        this.#state = withCurrent(this.#state, "mode", update.modeId);
        return update;
      case "tool":
        return {
          type: "tool",
          tool: this.#clientSide.withExitCode(this.#printed.complete(this.#tools.rename(update.tool, begins), raw)),
        };
      case "usage":
        return { type: "usage", usage: this.#usage.tell(update.usage) };
      default:
        return update;
    }
  }

  #absorbOptions(configOptions: readonly unknown[]): AgentUpdate[] {
    const before = this.#state;
    const state = withConfigOptions(before, configOptions);
    this.#state = state;
    const options = optionsOf(state);
    this.#deps.onOptions(options);
    const said: AgentUpdate[] = [{ type: "options", options }];
    if (state.model?.current && state.model.current !== before.model?.current)
      said.push({ type: "model", modelId: state.model.current });
    if (state.mode?.current && state.mode.current !== before.mode?.current)
      said.push({ type: "mode", modeId: state.mode.current });
    return said;
  }
}

/** What is part of the conversation; the rest tells how the session is. */
function isSpoken({ type }: AgentUpdate): boolean {
  return ["text", "reasoning", "tool", "plan", "notice", "compacted"].includes(type);
}

/** What the person said, as an agent repeats it. */
function isPersonsWords(update: unknown): boolean {
  return isRecord(update) && update["sessionUpdate"] === "user_message_chunk";
}

function configOptionsOf(update: unknown): readonly unknown[] | null {
  if (!isRecord(update) || update["sessionUpdate"] !== "config_option_update") return null;
  return Array.isArray(update["configOptions"]) ? update["configOptions"] : null;
}

const endReasons: Readonly<Record<string, TurnEnd["reason"]>> = {
  end_turn: "done",
  max_tokens: "out-of-tokens",
  max_turn_requests: "too-many-calls",
  refusal: "refused",
  cancelled: "cancelled",
};
