import type { PlanEntry } from "../../../shared/run-event.ts";
import * as z from "zod";
import type { AgentUpdate } from "../port.ts";
import type { Block, StreamMessage, Tokens } from "./message.ts";
import { calledTool, endedTool, kindOf } from "./tool-patch.ts";

type Of<T extends StreamMessage["type"]> = Extract<StreamMessage, { type: T }>;

/**
 * What an agent says in `stream-json`, in our words, each thing once: text comes in pieces and again in its message,
 * whole. Of sub-agents only what they do is told. How a turn ends is no part of it.
 */
export class Narration {
  /** The message that streams. */
  #messageId = "";
  /** Kinds of words that were streamed, by their message. */
  readonly #streamed = new Set<string>();
  readonly #calls = new Map<string, { name: string; input: Record<string, unknown> }>();

  hear(message: StreamMessage): AgentUpdate[] {
    switch (message.type) {
      case "stream_event":
        return message.parent_tool_use_id ? [] : this.#piece(message.event);
      case "assistant":
        return this.#message(message);
      case "user":
        return message.message.content.flatMap((block) => this.#ended(block));
      case "system":
        return systemUpdates(message);
      case "rate_limit_event":
        return limitNotice(message);
      case "result":
        return [];
    }
  }

  #piece({ type, message, content_block: block, delta }: Of<"stream_event">["event"]): AgentUpdate[] {
    if (type === "message_start" && message) {
      this.#messageId = message.id;
      this.#streamed.clear();
      return contextUpdate(message.usage);
    }
    if (type === "content_block_start" && block?.type === "tool_use" && block.id !== undefined && block.name !== undefined)
      return [{ type: "tool", tool: { id: block.id, kind: kindOf(block.name), title: block.name, status: "pending" } }];
    return [...this.#stream("text", delta?.text), ...this.#stream("reasoning", delta?.thinking)];
  }

  #stream(type: "text" | "reasoning", said: string | undefined): AgentUpdate[] {
    if (said === undefined || said === "") return [];
    this.#streamed.add(`${this.#messageId} ${type}`);
    return [{ type, text: said, messageId: this.#messageId }];
  }

  #message({ message, parent_tool_use_id: parent, error }: Of<"assistant">): AgentUpdate[] {
    const messageId = message.id ?? "";
    const words = (type: "text" | "reasoning", said: string | undefined): AgentUpdate[] => {
      // Why the model didn't answer is told as the turn's end.
      if (parent || error !== undefined || !said || this.#streamed.has(`${messageId} ${type}`)) return [];
      return [{ type, text: said, messageId }];
    };
    return message.content.flatMap((block) => [
      ...words("text", block.type === "text" ? block.text : undefined),
      ...words("reasoning", block.type === "thinking" ? block.thinking : undefined),
      ...this.#called(block),
    ]);
  }

  #called({ type, id, name, input = {} }: Block): AgentUpdate[] {
    if (type !== "tool_use" || id === undefined || name === undefined) return [];
    this.#calls.set(id, { name, input });
    const entries = planOf(name, input);
    const tool = calledTool(id, name, input);
    return entries.length > 0
      ? [
          { type: "tool", tool },
          { type: "plan", entries },
        ]
      : [{ type: "tool", tool }];
  }

  #ended(block: Block): AgentUpdate[] {
    const id = block.tool_use_id;
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (block.type !== "tool_result" || id === undefined || !call) return [];
    this.#calls.delete(id);
    return [{ type: "tool", tool: endedTool(id, block, call.name, call.input) }];
  }
}

const todos = z.object({
  todos: z.array(
    z.object({
      content: z.string(),
      status: z.enum(["pending", "in_progress", "completed"]).catch("pending"),
      priority: z.enum(["high", "medium", "low"]).catch("medium"),
    }),
  ),
});

function planOf(tool: string, input: Record<string, unknown>): PlanEntry[] {
  if (tool !== "TodoWrite" && tool !== "todo_write") return [];
  return todos.safeParse(input).data?.todos ?? [];
}

/** What the model has before it: all that it was sent, cached or not. */
function contextUpdate(tokens: Tokens | undefined): AgentUpdate[] {
  if (tokens?.input_tokens === undefined) return [];
  const { input_tokens, cache_read_input_tokens = 0, cache_creation_input_tokens = 0 } = tokens;
  const contextUsed = input_tokens + cache_read_input_tokens + cache_creation_input_tokens;
  return contextUsed > 0 ? [{ type: "usage", usage: { contextUsed } }] : [];
}

function systemUpdates(message: Of<"system">): AgentUpdate[] {
  switch (message.subtype) {
    case "compact_boundary":
      return [{ type: "compacted" }];
    case "api_retry":
      return [{ type: "notice", kind: "retry", message: retryWords(message) }];
    case "local_command_output":
      return message.content ? [{ type: "text", text: message.content }] : [];
    case "status":
      return message.permissionMode === undefined ? [] : [{ type: "mode", modeId: message.permissionMode }];
    default:
      return [];
  }
}

function retryWords({ error, error_status, attempt = 1, max_retries, retry_delay_ms = 0 }: Of<"system">): string {
  const why = [error?.replaceAll("_", " "), error_status].filter((part) => part !== undefined).join(", ");
  const of = max_retries === undefined ? "" : ` of ${max_retries}`;
  const seconds = Math.max(1, Math.round(retry_delay_ms / 1000));
  return `The model's server failed${why === "" ? "" : ` (${why})`}: attempt ${attempt}${of}, the next is in ${seconds} s`;
}

function limitNotice({ rate_limit_info: { status, rateLimitType, resetsAt } }: Of<"rate_limit_event">): AgentUpdate[] {
  if (status === "allowed") return [];
  const which = rateLimitType === undefined ? "A limit" : `The limit ${rateLimitType.replaceAll("_", " ")}`;
  const until = resetsAt === undefined ? "" : `; it is reset at ${new Date(resetsAt * 1000).toISOString()}`;
  const reached = status === "rejected" ? "is reached" : "is almost reached";
  return [{ type: "notice", kind: "warning", message: `${which} of your account ${reached}${until}` }];
}
