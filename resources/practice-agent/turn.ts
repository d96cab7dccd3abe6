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
export type Turn = {
  readonly memory: Memory;
  readonly capabilities: ClientCapabilities;
  readonly client: AgentContext;
  /** What was said in this turn, for the memory. */
  spoken(): string;
  send(update: SessionUpdate): Promise<void>;
  say(text: string): Promise<void>;
  think(text: string): Promise<void>;
  plan(entries: PlanEntry[]): Promise<void>;
  /** An id for the turn's next tool call. */
  newToolCallId(): string;
  /** Shows the diff or command and waits for the answer. */
  permitted(toolCall: ToolCallUpdate): Promise<boolean>;
  wait(ms: number): Promise<void>;
  /** Waits for `work`, but not beyond a cancel. */
  untilCancelled<T>(work: Promise<T>): Promise<T>;
  throwIfCancelled(): void;
  cancel(): void;
  ignoreCancel(): void;
};

export function createTurn(client: AgentContext, memory: Memory, capabilities: ClientCapabilities): Turn {
  const stop = new AbortController();
  const cancelled = new Promise<never>((_, reject) => stop.signal.addEventListener("abort", () => reject(new Cancelled())));
  cancelled.catch(() => {
    // Only those who wait at the time of the cancel need to hear of it.
  });
  const messageId = `${memory.sessionId}-${memory.turns}`;
  let spoken = "";
  let toolCalls = 0;
  let deaf = false;
  const send = (update: SessionUpdate): Promise<void> =>
    client.notify(methods.client.session.update, { sessionId: memory.sessionId, update });
  const untilCancelled = <T>(work: Promise<T>): Promise<T> => Promise.race([work, cancelled]);
  return {
    memory,
    capabilities,
    client,
    spoken: () => spoken,
    send,
    say(text) {
      spoken += text;
      return send({ sessionUpdate: "agent_message_chunk", messageId, content: { type: "text", text } });
    },
    think: (text) =>
      send({ sessionUpdate: "agent_thought_chunk", messageId: `${messageId}-thought`, content: { type: "text", text } }),
    plan: (entries) => send({ sessionUpdate: "plan", entries }),
    newToolCallId() {
      toolCalls += 1;
      return `${messageId}-tool-${toolCalls}`;
    },
    async permitted(toolCall) {
      const answer = await untilCancelled(
        client.request(methods.client.session.requestPermission, {
          sessionId: memory.sessionId,
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
    },
    async wait(ms) {
      let timer: NodeJS.Timeout | undefined;
      const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
      await untilCancelled(passed).finally(() => clearTimeout(timer));
    },
    untilCancelled,
    throwIfCancelled() {
      if (stop.signal.aborted) throw new Cancelled();
    },
    cancel() {
      if (!deaf) stop.abort();
    },
    ignoreCancel() {
      deaf = true;
    },
  };
}
