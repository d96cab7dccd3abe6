import type {
  AgentContext,
  ClientCapabilities,
  PlanEntry,
  SessionUpdate,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk/unstable";
import { methods } from "@agentclientprotocol/sdk/unstable";
import type { Memory } from "./memory.ts";

/** The prompt was cancelled: not a failure, and nobody's to report. */
export class Cancelled extends Error {}

/**
 * One turn: what it says goes to the client in order, each step ends early when the turn is cancelled.
 * Lives from a prompt to its answer.
 */
export class PracticeTurn {
  readonly memory: Memory;
  readonly capabilities: ClientCapabilities;
  readonly client: AgentContext;
  readonly #stop = new AbortController();
  readonly #cancelled: Promise<never>;
  readonly #messageId: string;
  #spoken = "";
  #toolCalls = 0;
  #deaf = false;

  constructor({ client, memory, capabilities }: Pick<PracticeTurn, "client" | "memory" | "capabilities">) {
    this.client = client;
    this.memory = memory;
    this.capabilities = capabilities;
    this.#messageId = `${memory.sessionId}-${memory.turns}`;
    this.#cancelled = new Promise((_, reject) => this.#stop.signal.addEventListener("abort", () => reject(new Cancelled())));
    this.#cancelled.catch(() => {
      // Only those who wait at the time of the cancel need to hear of it.
    });
  }

  /** What was said in this turn, for the memory. */
  get spoken(): string {
    return this.#spoken;
  }

  send(update: SessionUpdate): Promise<void> {
    return this.client.notify(methods.client.session.update, { sessionId: this.memory.sessionId, update });
  }

  say(text: string): Promise<void> {
    this.#spoken += text;
    return this.send({ sessionUpdate: "agent_message_chunk", messageId: this.#messageId, content: { type: "text", text } });
  }

  think(text: string): Promise<void> {
    const messageId = `${this.#messageId}-thought`;
    return this.send({ sessionUpdate: "agent_thought_chunk", messageId, content: { type: "text", text } });
  }

  plan(entries: PlanEntry[]): Promise<void> {
    return this.send({ sessionUpdate: "plan", entries });
  }

  /** An id for the turn's next tool call. */
  newToolCallId(): string {
    this.#toolCalls += 1;
    return `${this.#messageId}-tool-${this.#toolCalls}`;
  }

  /** Shows the diff or command and waits for the answer. */
  async permitted(toolCall: ToolCallUpdate): Promise<boolean> {
    const answer = await this.untilCancelled(
      this.client.request(methods.client.session.requestPermission, {
        sessionId: this.memory.sessionId,
        toolCall,
        options: [
          { optionId: "allow", name: "Allow", kind: "allow_once" },
          { optionId: "always", name: "Always allow", kind: "allow_always" },
          { optionId: "reject", name: "Reject", kind: "reject_once" },
        ],
      }),
    );
    if (answer.outcome.outcome !== "selected") throw new Cancelled();
    return answer.outcome.optionId !== "reject";
  }

  async wait(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await this.untilCancelled(passed).finally(() => clearTimeout(timer));
  }

  /** Waits for `work`, but not beyond a cancel. */
  untilCancelled<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#cancelled]);
  }

  throwIfCancelled(): void {
    if (this.#stop.signal.aborted) throw new Cancelled();
  }

  cancel(): void {
    if (!this.#deaf) this.#stop.abort();
  }

  ignoreCancel(): void {
    this.#deaf = true;
  }
}
