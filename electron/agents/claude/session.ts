import { randomUUID } from "node:crypto";
import type { AgentOptions, CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { optionsOf } from "../acp/session-state.ts";
import { TurnUsage } from "../acp/turn-usage.ts";
import type { AgentFailure, AgentHost, AgentUpdate, PromptRequest, TurnEnd } from "../port.ts";
import type { AgentSession, SessionRequest } from "../programs/agent-child.ts";
import type { ChildLife } from "../programs/child-life.ts";
import { choose } from "../programs/choose.ts";
import { MaskedSpeech } from "../programs/masked-speech.ts";
import { choicesOf, currentFor, type Offers } from "../programs/offers.ts";
import { pause } from "../programs/pause.ts";
import type { StreamMessage, TurnResult } from "../stream-json/message.ts";
import { Narration } from "../stream-json/narration.ts";
import { turnEnd, turnUsage } from "../stream-json/turn-end.ts";
import { Asking } from "./asking.ts";
import type { Controls } from "./controls.ts";
import type { Line, LineEnd } from "./line.ts";
import { commandsOf, type Started } from "./offers.ts";
import { promptContent } from "./prompt-content.ts";
import { ResultOwners } from "./result-owners.ts";
import { SubAgents } from "./sub-agents.ts";
import type { AskContext, PermissionResult } from "./sdk.ts";

export type ClaudeSessionDeps = SessionRequest & {
  sessionId: string;
  started: Started;
  line: Line;
  life: ChildLife;
  controls: Controls;
  secretForms: readonly string[];
  /** It goes on from an earlier process. */
  resumed: boolean;
};

type Turn = { uuid: string; abort: AbortController; result: PromiseWithResolvers<Result<TurnResult, AgentFailure>> };

const stopAgainMs = 500;

/**
 * The session of one process, from its opening until it is given up or the process ends. A turn ends with the result
 * that names its prompt: after a stop, one of another prompt may come.
 */
export class ClaudeSession implements AgentSession, LineEnd {
  readonly #deps: ClaudeSessionDeps;
  readonly #asking: Asking;
  readonly #narration = new Narration();
  readonly #owners = new ResultOwners();
  readonly #subAgents = new SubAgents();
  readonly #speech: MaskedSpeech;
  /** Ends with the session. */
  readonly #life = new AbortController();
  readonly #default: CurrentChoice;
  #offers: Offers;
  #host: AgentHost;
  #current: CurrentChoice;
  #turn: Turn | null = null;
  readonly #tokens: TurnUsage;
  #cost: number | null;

  constructor(deps: ClaudeSessionDeps) {
    this.#deps = deps;
    this.#host = deps.host;
    this.#offers = deps.started.offers;
    this.#default = currentFor(this.#offers, null);
    this.#current = this.#default;
    this.#cost = deps.resumed ? null : 0;
    this.#tokens = new TurnUsage(deps.ways.usage);
    if (deps.resumed) this.#tokens.restored();
    this.#speech = new MaskedSpeech(deps.secretForms);
    this.#asking = new Asking({
      ...deps,
      host: () => this.#host,
      askerOf: (toolUseId, agentId) => this.#subAgents.askerOf(toolUseId, agentId),
    });
    deps.line.attach(this);
    deps.onOptions({ ...this.options, ...(deps.openedWith ? {} : { defaults: this.#default }) });
    deps.life.onEnd((failure) => {
      this.#turn?.result.resolve(fail({ ...failure }));
      this.#life.abort();
    });
  }

  get sessionId(): string {
    return this.#deps.sessionId;
  }

  get workingCopyPath(): string {
    return this.#deps.workingCopyPath;
  }

  get openedWith(): CurrentChoice {
    return this.#deps.openedWith ?? this.#default;
  }

  get current(): CurrentChoice {
    return this.#current;
  }

  get options(): AgentOptions {
    return optionsOf({ ...choicesOf(this.#offers, this.#current), commands: this.#offers.commands });
  }

  isBusy(): boolean {
    return this.#turn !== null;
  }

  async prompt(input: PromptRequest, host: AgentHost): Promise<Result<TurnEnd, AgentFailure>> {
    if (this.#turn) return fail({ type: "failed", message: "This agent session has a turn already" });
    const turn: Turn = { uuid: randomUUID(), abort: new AbortController(), result: Promise.withResolvers() };
    this.#turn = turn;
    this.#host = host;
    try {
      return await this.#takeTurn(turn, input);
    } finally {
      this.#sayRest();
      turn.abort.abort();
      this.#turn = null;
    }
  }

  /** Says it again until it has worked: one that hasn't begun with the prompt yet passes it over. */
  async cancel(): Promise<void> {
    const turn = this.#turn;
    if (!turn) return;
    turn.abort.abort();
    const told = await this.#deps.controls.interrupt();
    if (!told.ok && !this.#deps.life.ended()) throw new Error(told.error.message);
    void this.#stopAgain(turn);
  }

  async giveUp(failure: AgentFailure): Promise<void> {
    this.#turn?.abort.abort();
    this.#turn?.result.resolve(fail(failure));
    this.detach();
  }

  detach(): void {
    this.#deps.line.attach(null);
    this.#life.abort();
  }

  hear(message: StreamMessage): void {
    this.#owners.hear(message);
    this.#subAgents.hear(message);
    for (const update of this.#narration.hear(message)) this.#say(update);
    if (message.type === "result") this.#heardResult(message);
    else if (message.type === "system") this.#heardSystem(message);
  }

  async canUseTool(name: string, input: Record<string, unknown>, context: AskContext): Promise<PermissionResult> {
    this.#sayRest();
    const ours = this.#turn?.abort.signal ?? this.#life.signal;
    return this.#asking.answer(name, input, { ...context, signal: AbortSignal.any([context.signal, ours]) });
  }

  async #takeTurn(turn: Turn, input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>> {
    const { life, controls, workingCopyPath, cwd } = this.#deps;
    const content = promptContent(input.blocks, workingCopyPath, cwd);
    if (!content.ok) return content;
    const chosen = await this.#choose(input);
    if (!chosen.ok) return chosen;
    const ended = life.ended();
    if (ended) return fail({ ...ended });
    if (turn.abort.signal.aborted) return fail({ type: "cancelled", message: "Cancelled before the prompt was sent" });
    this.#tokens.begin();
    controls.say(turn.uuid, content.value);
    const result = await turn.result.promise;
    if (!result.ok) return result;
    const told = turnUsage(result.value, this.#cost);
    const usage = told && { ...told, ...this.#tokens.end(told) };
    this.#cost = result.value.total_cost_usd ?? this.#cost;
    const end = turnEnd(result.value, usage);
    // Not all that were told to stop call their end one.
    return !end.ok && turn.abort.signal.aborted ? ok({ reason: "cancelled", usage }) : end;
  }

  async #choose(input: PromptRequest): Promise<Result<null, AgentFailure>> {
    const deps = this.#deps;
    const chosen = choose(input, this.#current, {
      offers: this.#offers,
      opened: this.openedWith,
      policyModes: deps.policyModes(input.policy),
      models: deps.effectiveModels(this.options),
      warn: (message) => this.#host.onUpdate({ type: "notice", kind: "warning", message }),
    });
    if (!chosen.ok) return chosen;
    const set = await deps.controls.set(this.#current, chosen.value);
    if (!set.ok) return set;
    this.#current = chosen.value;
    deps.onOptions(this.options);
    return ok(null);
  }

  async #stopAgain(turn: Turn): Promise<void> {
    while (this.#turn === turn && !this.#life.signal.aborted) {
      await pause(this.#deps.clock, stopAgainMs, this.#life.signal);
      if (this.#turn === turn) await this.#deps.controls.interrupt();
    }
  }

  #heardResult(result: TurnResult): void {
    const turn = this.#turn;
    if (turn && this.#owners.isAnswer(result, turn.uuid)) turn.result.resolve(ok(result));
  }

  #heardSystem({ model, permissionMode, commands }: Extract<StreamMessage, { type: "system" }>): void {
    if (model !== undefined) this.#host.onUpdate({ type: "model", modelId: this.#deps.started.modelNames.get(model) ?? model });
    if (permissionMode !== undefined && permissionMode !== this.#current.modeId)
      this.#current = { ...this.#current, modeId: permissionMode };
    if (!commands) return;
    this.#offers = { ...this.#offers, commands: commandsOf(commands) };
    this.#say({ type: "commands", commands: this.#offers.commands });
  }

  #say(update: AgentUpdate): void {
    for (const said of this.#speech.hear(update)) this.#host.onUpdate(said);
    if (!this.#turn) this.#sayRest();
  }

  #sayRest(): void {
    for (const said of this.#speech.rest()) this.#host.onUpdate(said);
  }
}
