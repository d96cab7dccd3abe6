import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Usage } from "../../../shared/run-event.ts";
import { noUsage, sumUsage } from "../../../shared/sum-usage.ts";
import type { AgentFailure, AgentHost, TurnEnd, TurnPause } from "../../agents/port.ts";
import type { Log } from "../../lib/log.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Call, Message } from "../conversation/message.ts";
import { isFilling, roomForAnswer, roomyChars, wasCut, type Measured } from "../conversation/tokens.ts";
import type { CallFacts } from "../context/ledger.ts";
import type { UsableModel } from "../models/model.ts";
import { nextStep, type NextStep } from "../salvage/next-step.ts";
import type { LeakedCall } from "../salvage/leaked-call.ts";
import type { Mode, Tool } from "../tools/tool.ts";
import type { ModelClient, RequestError } from "../wire/model-client.ts";
import type { Reply } from "../wire/read-reply.ts";
import type { Thinking } from "../wire/request-body.ts";
import { planCall } from "./plan-call.ts";
import { brakeWords, Repeats, type Brake } from "./repeats.ts";
import { ReplyReader, type Written } from "./reply-reader.ts";
import { runCalls, type CallsContext, type EndedCall } from "./run-calls.ts";
import type { TurnBudget } from "./turn-budget.ts";
import { wayOn } from "./way-on.ts";
import { offeredTools, wireTools } from "./wire-tools.ts";

export type TurnDeps = {
  client: Pick<ModelClient, "request">;
  conversation: Conversation;
  tools: readonly Tool[];
  host: AgentHost;
  log: Log;
  usable: UsableModel;
  system: string;
  isCompact: boolean;
  mode: Mode;
  /** The tools that the turn's persona may call; null: all of the mode. */
  only: ReadonlySet<string> | null;
  thinking: Thinking | null;
  /** Shared with its tasks, which use it up as the turn does. */
  budget: TurnBudget;
  /** What its tools get. */
  calls: Omit<CallsContext, "host">;
  /** The server's latest count of this conversation with this model. */
  measured: Measured | null;
  onMeasured: (measured: Measured | null) => void;
  /** Told what each reply took. */
  onReply?: (usage: Reply["usage"]) => void;
};

type Ended = Result<TurnEnd | TurnPause, AgentFailure>;

const goingInCircles = "The model makes the same calls again and again, or they keep failing. Go on?";

const answerNow = "You ended without a word. Answer the person now in plain text: what you found or did. Call no tool.";

/** One turn with a model: requests, the calls it makes, and their results, until it calls nothing more. */
export class Turn {
  readonly #deps: TurnDeps;
  readonly #repeats = new Repeats();
  readonly #wire;
  readonly #offered;
  readonly #fixedChars: number;
  #measured: Measured | null;
  readonly #budget;
  #usage: Usage = noUsage;
  #retried = false;
  #askedForAnswer = false;
  #idleCompactions = 0;
  /** Since the latest compaction: a file, or what a command does. */
  #hasChanged = true;

  constructor(deps: TurnDeps) {
    this.#deps = deps;
    this.#wire = wireTools(deps.tools, deps.isCompact);
    this.#offered = offeredTools(this.#wire);
    this.#fixedChars = deps.system.length + JSON.stringify(this.#wire).length;
    this.#measured = deps.measured;
    this.#budget = deps.budget;
  }

  /** Adds what a task that it began has taken of the model. */
  addUsage(usage: Reply["usage"]): void {
    this.#usage = sumUsage(this.#usage, usage);
    this.#deps.host.onUpdate({ type: "usage", usage: this.#usage });
    this.#deps.onReply?.(usage);
  }

  /** The person's message is in the conversation already. Stopped, it leaves no call without a result. */
  async run(signal: AbortSignal): Promise<Ended> {
    for (;;) {
      const ended = await this.#step(signal);
      if (signal.aborted) return ok({ reason: "cancelled", usage: this.#usage });
      if (ended) return ended;
    }
  }

  async #step(signal: AbortSignal): Promise<Ended | null> {
    const { conversation, usable } = this.#deps;
    const stuck = await this.#makeRoom(signal);
    if (stuck) return stuck;
    const chars = this.#fixedChars + conversation.chars;
    const room = roomForAnswer(usable.model.window, chars, this.#measured);
    if (room === "none") return fail({ type: "failed", message: noRoom(usable, conversation) });
    this.#budget.request(chars);
    const reader = new ReplyReader(this.#deps.host, `m${conversation.length}`, this.#offered);
    const reply = await this.#request(reader, room, signal);
    const written = reader.end();
    if (!reply.ok) return this.#broken(written, reply.error);
    const counted = reply.value.usage.input;
    if (wasCut(counted, chars, this.#measured)) return fail({ type: "failed", message: cutWords(counted) });
    this.#measure(chars, reply.value);
    return this.#follow(reply.value, written, signal);
  }

  /** Leaves out what is old before the window is full. Twice without a change of anything in between, the person is asked. */
  async #makeRoom(signal: AbortSignal): Promise<Ended | null> {
    const { conversation, usable, host } = this.#deps;
    const { window } = usable.model;
    if (window === null || !isFilling(window, this.#fixedChars + conversation.chars, this.#measured)) return null;
    const maxChars = roomyChars(window, this.#measured) - this.#fixedChars;
    if (maxChars <= 0 || !conversation.compact({ maxChars, facts: (call) => this.#factsOf(call) })) return null;
    this.#measured = null;
    this.#deps.onMeasured(null);
    host.onUpdate({ type: "compacted", message: "The window was filling up. What is left out stands in a summary." });
    this.#idleCompactions = this.#hasChanged ? 1 : this.#idleCompactions + 1;
    this.#hasChanged = false;
    if (this.#idleCompactions < 2) return null;
    this.#idleCompactions = 0;
    const question = "The conversation was shortened twice, and nothing was changed in between. Go on?";
    return (await this.#askWhetherToGoOn(question, signal))
      ? null
      : fail({ type: "failed", message: "The turn was ended: it didn't get anywhere." });
  }

  #factsOf(call: Call): ReturnType<CallFacts> {
    const { tool, title } = planCall(call, this.#deps);
    return tool && { kind: tool.kind, title, isStepList: tool.name === "todo" };
  }

  #request(reader: ReplyReader, maxTokens: number | null, signal: AbortSignal) {
    const { client, conversation, usable, system, thinking, host } = this.#deps;
    return client.request(
      { usable, system, messages: conversation.messages, tools: this.#wire, maxTokens, thinking },
      {
        onPart: (part) => reader.onPart(part),
        onRetry: (message, delayMs) => {
          const seconds = Math.max(1, Math.round(delayMs / 1000));
          host.onUpdate({ type: "notice", kind: "retry", message: `${message}. Trying again in ${seconds} s.` });
        },
      },
      signal,
    );
  }

  /** What came before it broke is part of the conversation: the person has seen it. */
  #broken(written: Written, error: RequestError): Ended {
    if (written.text !== "") this.#deps.conversation.add({ role: "assistant", text: written.text, calls: [] });
    if (error.type === "cancelled") return ok({ reason: "cancelled", usage: this.#usage });
    const message = [`${error.message}.`.replace(/[.!?]\.$/, "."), wayOn(error, this.#deps.usable.route)]
      .filter(Boolean)
      .join(" ");
    return fail({ type: "failed", message });
  }

  #measure(chars: number, { usage, tokensPerSecond }: Reply): void {
    const { host, onMeasured, usable } = this.#deps;
    this.#budget.replied(usage);
    this.#usage = sumUsage(this.#usage, usage);
    if (usage.input !== null) {
      this.#measured = { tokens: usage.input, chars };
      onMeasured(this.#measured);
    }
    const contextUsed = usage.input === null ? null : usage.input + (usage.output ?? 0);
    this.#usage = { ...this.#usage, contextUsed, contextSize: usable.model.window };
    if (tokensPerSecond !== null) this.#usage = { ...this.#usage, tokensPerSecond };
    host.onUpdate({ type: "usage", usage: this.#usage });
    this.#deps.onReply?.(usage);
  }

  async #follow(reply: Reply, written: Written, signal: AbortSignal): Promise<Ended | null> {
    const { conversation, host } = this.#deps;
    const step = nextStep({ nativeCalls: reply.calls.length, ...written, retried: this.#retried });
    const calls = this.#callsOf(step, reply, written.leaked);
    conversation.add({ role: "assistant", text: written.text, calls });
    if (calls.length > 0) return this.#run(calls, signal);
    if (reply.cut) return ok({ reason: "out-of-tokens", usage: this.#usage });
    switch (step.kind) {
      case "ask-again":
        this.#retried = true;
        conversation.add({ role: "user", text: step.message });
        return null;
      case "give-up":
        return fail({ type: "failed", message: step.message });
      case "ask-for-answer":
        if (this.#askedForAnswer) {
          host.onUpdate({ type: "notice", kind: "warning", message: "The model ended its turn without an answer." });
          return ok({ reason: "done", usage: this.#usage });
        }
        this.#askedForAnswer = true;
        conversation.add({ role: "user", text: answerNow });
        return null;
      default:
        return ok({ reason: "done", usage: this.#usage });
    }
  }

  #callsOf(step: NextStep, reply: Reply, leaked: readonly LeakedCall[]): Call[] {
    const { conversation } = this.#deps;
    const made =
      step.kind === "run-native"
        ? reply.calls
        : step.kind === "run-leaked"
          ? leaked.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) }))
          : [];
    const ids = conversation.newCallIds(made.length);
    return made.map(({ name, arguments: text }, at) => ({ id: ids[at] ?? "", name, arguments: text }));
  }

  async #run(calls: readonly Call[], signal: AbortSignal): Promise<Ended | null> {
    const { conversation, host, log } = this.#deps;
    this.#retried = false;
    const planned = calls.map((call) => planCall(call, this.#deps, this.#budget.takeCall()));
    const ended = await runCalls(planned, { ...this.#deps.calls, host, log }, signal);
    this.#hasChanged ||= ended.some(({ tool, failed }) => !failed && tool?.readsOnly === false && tool.kind !== "think");
    const pause = this.#budget.pause();
    // What a limit kept from being made hasn't failed.
    const brake = signal.aborted || pause ? null : this.#brakeFor(ended);
    conversation.add(...resultsOf(ended, brake));
    if (brake !== null && brake !== "nudge") {
      const goesOn = brake === "ask" && (await this.#askWhetherToGoOn(goingInCircles, signal));
      if (!goesOn) return fail({ type: "failed", message: "The model went round in circles, so the turn was ended." });
    }
    return pause && ok({ reason: "paused", pause, usage: this.#usage });
  }

  #brakeFor(ended: readonly EndedCall[]): Brake | null {
    const brakes = ended.flatMap(({ call, sent, tool, failed }) => [
      this.#repeats.called(call.name, sent, tool?.polls ?? false),
      this.#repeats.ended(failed),
    ]);
    return (["stop", "ask", "nudge"] as const).find((brake) => brakes.includes(brake)) ?? null;
  }

  async #askWhetherToGoOn(message: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#deps.host.ask(
      {
        kind: "question",
        message,
        options: [
          { value: "go-on", label: "Go on" },
          { value: "stop", label: "End the turn" },
        ],
      },
      signal,
    );
    return answer.kind === "answered" && Object.values(answer.content).includes("go-on");
  }
}

function resultsOf(ended: readonly EndedCall[], brake: Brake | null): Message[] {
  return ended.map(({ call, text, failed }, at) => {
    const isLast = at === ended.length - 1;
    const note = brake !== null && isLast ? `\n\n${brakeWords}` : "";
    return { role: "tool", callId: call.id, name: call.name, text: text + note, ...(failed ? { failed } : {}) };
  });
}

function noRoom({ model }: UsableModel, { length }: Conversation): string {
  const begun = length > 1;
  return begun
    ? `The conversation no longer fits into the model's window of ${model.window} tokens. Start a new chat, or load the model with a larger window.`
    : `The prompt doesn't fit into the model's window of ${model.window} tokens. Load the model with a larger window, or shorten the prompt.`;
}

function cutWords(counted: number | null): string {
  return `The server cut the prompt: it read only ${counted} tokens of it, so its answer can't be trusted. Load the model with a larger window.`;
}
