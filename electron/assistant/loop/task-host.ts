import type { AgentAsk, AgentHost, AgentUpdate, PermissionOutcome, QuestionAsk, QuestionOutcome } from "../../agents/port.ts";
import type { PermissionAction } from "../../../shared/run-event.ts";

/**
 * The host of a turn, as a task that was begun in it has it: what the task does is shown and asked where it was begun.
 * Its words, its steps and its window are its own.
 */
export class TaskHost implements AgentHost {
  readonly terminals;
  readonly #host: AgentHost;
  readonly #callId: string;
  readonly #title: string;

  constructor(host: AgentHost, { callId, title }: { callId: string; title: string }) {
    this.#host = host;
    this.#callId = callId;
    this.#title = title;
    this.terminals = host.terminals;
  }

  onUpdate(update: AgentUpdate): void {
    if (update.type === "tool") this.#host.onUpdate({ ...update, tool: { ...update.tool, id: this.#idOf(update.tool.id) } });
    if (update.type === "notice") this.#host.onUpdate(update);
  }

  requestPermission(ask: AgentAsk, signal: AbortSignal): Promise<PermissionOutcome> {
    const call = ask.toolCallId === undefined ? {} : { toolCallId: this.#idOf(ask.toolCallId) };
    return this.#host.requestPermission({ ...ask, ...call, asker: this.#title }, signal);
  }

  authorize(action: PermissionAction, toolCallId: string | undefined, signal: AbortSignal): Promise<boolean> {
    return this.#host.authorize(action, toolCallId === undefined ? undefined : this.#idOf(toolCallId), signal);
  }

  ask(question: QuestionAsk, signal: AbortSignal): Promise<QuestionOutcome> {
    return this.#host.ask({ ...question, asker: this.#title }, signal);
  }

  /** Each conversation counts its calls from one. */
  #idOf(callId: string): string {
    return `${this.#callId}.${callId}`;
  }
}
