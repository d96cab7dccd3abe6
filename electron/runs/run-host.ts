import type { Reading } from "../../shared/contract/chats.ts";
import type { PermissionOption, RunEventBody, Usage } from "../../shared/run-event.ts";
import { noUsage, sumUsage } from "../../shared/sum-usage.ts";
import type {
  AgentAsk,
  AgentHost,
  AskOption,
  AgentTerminals,
  AgentUpdate,
  PermissionOutcome,
  QuestionAsk,
  QuestionOutcome,
} from "../agents/port.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import type { TurnRef } from "../permissions/service.ts";
import type { Permissions } from "./ports.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** `closing`: nothing more is done; something is only told of. */
export type Activity = "text" | "work" | "closing";

export type RunHostDeps = {
  turn: TurnRef;
  tools: ToolCalls;
  permissions: Permissions;
  terminals: AgentTerminals;
  /** What the run had used before it was paused; null where it wasn't. */
  earlierUsage: Usage | null;
  /** The turn's end; what was asked in it then resolves as cancelled. */
  signal: AbortSignal;
  /** The checkpoint before the run: nothing that the app does for the agent happens before it is taken. */
  checkpointTaken(): Promise<unknown>;
  /**
   * `going`: the turn; `settling`: it has ended, and what still comes belongs to it; `deaf`: it is being ended without
   * its agent; `over`: the run has its last event.
   */
  stage(): "going" | "settling" | "deaf" | "over";
  /** Resolves when the run is over. */
  over: Promise<void>;
  stream(body: RunEventBody): void;
  onActivity(kind: Activity): void;
  /** A person, a rule or the policy said no. */
  onRefused(): void;
  onUsage(usage: Usage): void;
  onModel(modelId: string): void;
  onTitle(title: string): void;
  onReading(reading: Reading): void;
  /** What is said when the run is over: its log takes nothing more. */
  onLate(update: AgentUpdate): void;
};

/**
 * What a run hears of its agent, translated into the run's own events. It stays the agent's host until the next turn
 * begins: what is asked between turns is asked under the same chat.
 */
export class RunHost implements AgentHost {
  readonly terminals: AgentTerminals;
  readonly #deps: RunHostDeps;
  #usage = noUsage;

  constructor(deps: RunHostDeps) {
    this.#deps = deps;
    this.terminals = deps.terminals;
  }

  onUpdate(update: AgentUpdate): void {
    const stage = this.#deps.stage();
    if (update.type === "title") return this.#deps.onTitle(update.title);
    if (stage === "deaf") return;
    if (stage === "over") return this.#deps.onLate(update);
    this.#deps.onActivity(activityOf(update));
    if (update.type === "reading") {
      const { what, read, total } = update;
      return this.#deps.onReading({ ...(what ? { what } : {}), read, total });
    }
    const body = this.#translate(update);
    if (body) this.#deps.stream(body);
  }

  async requestPermission(ask: AgentAsk, signal: AbortSignal): Promise<PermissionOutcome> {
    await this.#ready();
    const outcome = await this.#deps.permissions.request(
      this.#deps.turn,
      { ...ask, options: ask.options.map(toContract) },
      this.#until(signal),
    );
    const refused = outcome.refusedBy !== undefined || (outcome.kind === "selected" && !outcome.allowed);
    if (refused) this.#deps.onRefused();
    if (refused && ask.toolCallId && this.#deps.stage() === "going") {
      const rejected = this.#deps.tools.reject(ask.toolCallId, outcome.refusedBy ?? null);
      if (rejected) this.#deps.stream(rejected);
    }
    return outcome;
  }

  async authorize(action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean> {
    await this.#ready();
    if (this.#deps.stage() === "deaf") return false;
    return this.#deps.permissions.authorize(this.#deps.turn, action, toolCallId, this.#until(signal));
  }

  async ask(question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
    await this.#ready();
    return this.#deps.permissions.ask(this.#deps.turn, question, this.#until(signal));
  }

  /** A run that settles has ended its asks: what is asked meanwhile is asked after its last event. */
  async #ready(): Promise<void> {
    await this.#deps.checkpointTaken();
    if (this.#deps.stage() === "settling") await this.#deps.over;
  }

  #until(signal: AbortSignal): AbortSignal {
    return this.#deps.stage() === "over" ? signal : AbortSignal.any([signal, this.#deps.signal]);
  }

  #useTold(usage: Usage): RunEventBody {
    this.#deps.onUsage(usage);
    return { type: "usage.updated", payload: usage };
  }

  #translate(update: AgentUpdate): RunEventBody | null {
    switch (update.type) {
      case "text":
      case "reasoning":
        if (update.text === "") return null;
        return {
          type: update.type === "text" ? "assistant.delta" : "reasoning.delta",
          payload: { text: update.text, ...(update.messageId === undefined ? {} : { messageId: update.messageId }) },
        };
      case "tool":
        return this.#deps.tools.apply(update.tool);
      case "plan":
        return { type: "plan.updated", payload: { entries: update.entries } };
      case "commands":
        return { type: "commands.updated", payload: { commands: update.commands } };
      case "mode":
        return { type: "mode.changed", payload: { modeId: update.modeId } };
      case "usage":
        this.#usage = { ...this.#usage, ...update.usage };
        return this.#useTold(sumUsage(this.#deps.earlierUsage, this.#usage));
      case "notice":
        return { type: "notice", payload: { kind: update.kind, message: update.message } };
      case "compacted":
        return { type: "context.compacted", payload: update.message === undefined ? {} : { message: update.message } };
      case "model":
        this.#deps.onModel(update.modelId);
        return null;
      case "title":
      case "options":
      case "reading":
        return null;
    }
  }
}

function activityOf(update: AgentUpdate): Activity {
  if (update.type === "text" || update.type === "reasoning") return "text";
  if (update.type === "tool") return update.tool.status === "completed" || update.tool.status === "failed" ? "closing" : "work";
  return "closing";
}

/** In the words that readers of the API know. */
function toContract({ id, name, effect, lasts }: AskOption): PermissionOption {
  return { optionId: id, name, kind: `${effect}_${lasts}` };
}
