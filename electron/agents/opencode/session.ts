import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { MaskedSpeech } from "../programs/masked-speech.ts";
import { optionsOf } from "../acp/session-state.ts";
import type { AgentFailure, AgentHost, AgentUpdate, PromptRequest, TurnEnd } from "../port.ts";
import type { AgentSession, SessionRequest } from "../programs/agent-child.ts";
import { choose } from "../programs/choose.ts";
import { choicesOf, type Offers } from "../programs/offers.ts";
import { pause } from "../programs/pause.ts";
import { Asks } from "./asks.ts";
import { commandIn, promptParts } from "./prompt-body.ts";
import type { SessionEvent } from "./server-event.ts";
import { SessionCalls, type SessionServer } from "./session-calls.ts";
import type { MessageInfo, MessageWithParts, SessionStatus } from "./shapes.ts";
import { Transcripts } from "./transcripts.ts";
import { isOver, turnEnd } from "./turn-end.ts";

export type OpencodeSessionDeps = SessionRequest & {
  server: SessionServer;
  sessionId: string;
  offers: Offers;
  /** What the session has now, and what is its default. */
  current: CurrentChoice;
  default: CurrentChoice;
};

/** The sub-agents' sessions that a message's calls began. */
function subAgentsIn({ parts }: MessageWithParts): string[] {
  const ids = parts.map((part) => (part.type === "tool" ? part.state.metadata["sessionId"] : undefined));
  return ids.filter((id) => typeof id === "string");
}

type Turn = {
  abort: AbortController;
  answered: boolean;
  givenUp: (failure: AgentFailure) => void;
  /** Its last message is over and the session idle: nothing more is said of it. */
  quiet: PromiseWithResolvers<void>;
};

const quietMs = 1000;
const abortAgainMs = 500;

/**
 * One session of a server, with those of its sub-agents, from its opening until it is given up or the server ends. Its
 * turn ends when the server has answered the prompt: an idle session alone says nothing, as there is one too many after
 * an abort. What is said between turns goes to the host of the turn before.
 */
export class OpencodeSession implements AgentSession {
  readonly #deps: OpencodeSessionDeps;
  readonly #calls: SessionCalls;
  readonly #asks: Asks;
  readonly #transcripts: Transcripts;
  readonly #speech: MaskedSpeech;
  readonly #detach: () => void;
  /** Ends with the session. */
  readonly #life = new AbortController();
  #host: AgentHost;
  #current: CurrentChoice;
  /** Something other than the server's own defaults was chosen once: from then on each prompt says what it wants. */
  #chosen = false;
  #turn: Turn | null = null;
  #last: MessageInfo | null = null;
  #saidModel: string | null = null;

  constructor(deps: OpencodeSessionDeps) {
    const { server, sessionId, cwd, workingCopyPath } = deps;
    this.#deps = deps;
    this.#host = deps.host;
    this.#current = deps.current;
    this.#calls = new SessionCalls({ server, sessionId, cwd, clock: deps.clock, life: this.#life.signal });
    this.#transcripts = new Transcripts(sessionId);
    this.#speech = new MaskedSpeech(server.secretForms);
    this.#asks = new Asks({
      api: server.api,
      workingCopyPath,
      cwd,
      host: () => this.#host,
      signal: () => (this.#turn && !this.#turn.answered ? this.#turn.abort.signal : this.#life.signal),
      askerOf: (id) => (id === sessionId ? undefined : server.titleOf(id)),
      callOf: (request) => this.#transcripts.callOf(request),
    });
    const detach = server.attach(sessionId, this);
    deps.onOptions({ ...this.options, ...(deps.openedWith ? {} : { defaults: deps.default }) });
    const deafen = server.onEnd((failure) => {
      this.#sayRest();
      this.#turn?.abort.abort();
      this.#turn?.givenUp(failure);
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

  get workingCopyPath(): string {
    return this.#deps.workingCopyPath;
  }

  get cwd(): string {
    return this.#deps.cwd;
  }

  get openedWith(): CurrentChoice {
    return this.#deps.openedWith ?? this.#deps.default;
  }

  get current(): CurrentChoice {
    return this.#current;
  }

  get options(): AgentOptions {
    const { offers } = this.#deps;
    return optionsOf({ ...choicesOf(offers, this.#current), commands: offers.commands });
  }

  isBusy(): boolean {
    return this.#turn !== null;
  }

  async prompt(input: PromptRequest, host: AgentHost): Promise<Result<TurnEnd, AgentFailure>> {
    if (this.#turn) return fail({ type: "failed", message: "This agent session has a turn already" });
    const given = Promise.withResolvers<AgentFailure>();
    const quiet = Promise.withResolvers<void>();
    const turn: Turn = { abort: new AbortController(), answered: false, givenUp: given.resolve, quiet };
    this.#turn = turn;
    this.#host = host;
    try {
      return await Promise.race([this.#takeTurn(turn, input), given.promise.then((failure) => fail({ ...failure }))]);
    } finally {
      this.#sayRest();
      turn.answered = true;
      turn.abort.abort();
      this.#turn = null;
    }
  }

  /** Says it again until it has worked: a server that hasn't begun with the prompt yet passes it over. */
  async cancel(): Promise<void> {
    const turn = this.#turn;
    if (!turn || turn.answered) return;
    turn.abort.abort();
    const told = await this.#calls.abort();
    if (!told.ok && !this.#deps.server.ended()) throw new Error(told.error.message);
    await this.#asks.rejectAll();
    void this.#abortAgain(turn);
  }

  async giveUp(failure: AgentFailure): Promise<void> {
    const { server } = this.#deps;
    const busy = this.#turn !== null;
    this.#turn?.abort.abort();
    this.#turn?.givenUp(failure);
    this.detach();
    if (busy && !server.ended()) await this.#calls.abort();
  }

  detach(): void {
    this.#detach();
    this.#life.abort();
  }

  /** What the server tells of this session, or of a sub-agent's. */
  receive(event: SessionEvent): void {
    if (event.type === "permission" || event.type === "question") this.#sayRest();
    if (event.type === "permission") return void this.#asks.permission(event.request);
    if (event.type === "question") return void this.#asks.question(event.request);
    if (event.type === "settled") return this.#asks.settled(event.requestId);
    for (const update of this.#transcripts.receive(event)) this.#say(update);
    if (event.sessionId !== this.sessionId) return;
    if (event.type === "message") this.#heardMessage(event.info);
    else if (event.type === "status") this.#heardStatus(event.status);
  }

  /** Events were lost: all that they may have said is asked for. */
  async catchUp(): Promise<void> {
    this.#transcripts.lostDeltas();
    const asked = await this.#calls.pendingAsks((sessionId) => this.#deps.server.isWithin(sessionId, this.sessionId));
    if (asked) {
      this.#asks.stillAsked(asked.ids);
      for (const request of asked.permissions) void this.#asks.permission(request);
      for (const request of asked.questions) void this.#asks.question(request);
    }
    if (!this.#turn || this.#turn.answered) return;
    const messages = await this.#calls.messagesOfTurn();
    for (const message of messages) this.#fold(message);
    for (const sub of messages.flatMap(subAgentsIn))
      for (const message of await this.#calls.messagesOf(sub))
        for (const update of this.#transcripts.whole(message, sub)) this.#say(update);
  }

  async #takeTurn(turn: Turn, input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>> {
    const { offers, server, workingCopyPath } = this.#deps;
    const parts = promptParts(input.blocks, workingCopyPath);
    if (!parts.ok) return parts;
    const chosen = this.#choose(input);
    if (!chosen.ok) return chosen;
    if (turn.abort.signal.aborted)
      return fail(server.ended() ?? { type: "cancelled", message: "Cancelled before the prompt was sent" });
    if (this.#current.modelId !== null) this.#host.onUpdate({ type: "model", modelId: this.#current.modelId });
    this.#saidModel = this.#current.modelId;
    this.#transcripts.begin();
    this.#last = null;
    const command = commandIn(parts.value, offers.commands);
    const answer = await this.#calls.prompt(command ?? parts.value, this.#chosen ? this.#current : null);
    if (!answer.ok) {
      const death = await server.deathAtHand();
      if (death) return fail({ ...death });
      if (answer.error.status !== undefined) return answer;
    }
    // Without an answer the connection broke, and the server lives: what became of the turn, its state tells.
    const ended = answer.ok ? answer : await this.#calls.endOfTurn((id) => this.#transcripts.isOld(id));
    if (!ended.ok) return ended;
    return this.#end(turn, ended.value);
  }

  async #end(turn: Turn, message: MessageWithParts): Promise<Result<TurnEnd, AgentFailure>> {
    const { clock, server } = this.#deps;
    // What the events still say comes before what the answer says again.
    await Promise.race([turn.quiet.promise, pause(clock, quietMs, this.#life.signal)]);
    this.#fold(message);
    this.#sayRest();
    turn.answered = true;
    const usage = this.#transcripts.usage(this.#contextSize());
    const end = turnEnd(message.info, usage);
    const unasked = end.ok && end.value.reason === "cancelled" && !turn.abort.signal.aborted;
    const death = unasked ? await server.deathAtHand() : null;
    return death ? fail({ ...death }) : end;
  }

  #choose(input: PromptRequest): Result<null, AgentFailure> {
    const deps = this.#deps;
    const chosen = choose(input, this.#current, {
      offers: deps.offers,
      opened: this.openedWith,
      policyModes: deps.policyModes(input.policy),
      models: deps.effectiveModels(this.options),
      warn: (message) => this.#host.onUpdate({ type: "notice", kind: "warning", message }),
    });
    if (!chosen.ok) return chosen;
    if (JSON.stringify(chosen.value) !== JSON.stringify(this.#current)) this.#chosen = true;
    this.#current = chosen.value;
    deps.onOptions(this.options);
    return ok(null);
  }

  async #abortAgain(turn: Turn): Promise<void> {
    while (this.#turn === turn && !turn.answered && !this.#life.signal.aborted) {
      await pause(this.#deps.clock, abortAgainMs, this.#life.signal);
      if (this.#turn === turn && !turn.answered) await this.#calls.abort();
    }
  }

  #heardMessage(info: MessageInfo): void {
    if (info.role !== "assistant" || this.#transcripts.isOld(info.id)) return;
    this.#last = info;
    const { providerID, modelID, agent } = info;
    const modelId = providerID !== undefined && modelID !== undefined ? `${providerID}/${modelID}` : null;
    if (modelId !== null && modelId !== this.#saidModel) this.#host.onUpdate({ type: "model", modelId });
    this.#saidModel = modelId ?? this.#saidModel;
    if (agent === undefined || agent === this.#current.modeId || !this.#deps.offers.modes.some(({ id }) => id === agent)) return;
    this.#current = { ...this.#current, modeId: agent };
    this.#host.onUpdate({ type: "mode", modeId: agent });
  }

  #heardStatus(status: SessionStatus): void {
    if (status.type === "idle" && this.#last && isOver(this.#last)) this.#turn?.quiet.resolve();
    if (status.type !== "retry") return;
    const seconds = Math.max(0, Math.round((status.next - this.#deps.clock.now()) / 1000));
    const message = `${status.message || "The model's server failed"}: attempt ${status.attempt} failed, the next is in ${seconds} s`;
    this.#say({ type: "notice", kind: "retry", message });
  }

  #fold(message: MessageWithParts): void {
    for (const update of this.#transcripts.whole(message)) this.#say(update);
    this.#heardMessage(message.info);
  }

  #say(update: AgentUpdate): void {
    const said = update.type === "usage" ? { ...update, usage: this.#transcripts.usage(this.#contextSize()) ?? {} } : update;
    for (const each of this.#speech.hear(said)) this.#host.onUpdate(each);
    if (!this.#turn || this.#turn.answered) this.#sayRest();
  }

  #sayRest(): void {
    for (const said of this.#speech.rest()) this.#host.onUpdate(said);
  }

  #contextSize(): number | null {
    const { models } = this.#deps.offers;
    return models.find(({ id }) => id === (this.#saidModel ?? this.#current.modelId))?.contextSize ?? null;
  }
}
