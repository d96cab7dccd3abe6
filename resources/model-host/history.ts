import type { ChatMessage } from "./chat-request.ts";
import type { FunctionCall, HistoryItem } from "./engine.ts";

/**
 * The conversation as the engine has it: what a model says between two messages of the person is one item, with its
 * calls and their results in it. The last item is the one that is to be said now.
 */
export function historyOf(messages: readonly ChatMessage[]): HistoryItem[] {
  const history: HistoryItem[] = [];
  const calls = new Map<string, FunctionCall>();
  const reply = (): Extract<HistoryItem, { type: "model" }>["response"] => {
    const last = history.at(-1);
    if (last?.type === "model") return last.response;
    const item = { type: "model" as const, response: [] };
    history.push(item);
    return item.response;
  };
  for (const message of messages) {
    switch (message.role) {
      case "system":
      case "developer":
        history.push({ type: "system", text: message.content });
        break;
      case "user":
        history.push({ type: "user", text: message.content });
        break;
      case "assistant":
        if (message.content) reply().push(message.content);
        for (const { id, function: called } of message.tool_calls ?? []) {
          const call: FunctionCall = { type: "functionCall", name: called.name, params: read(called.arguments), result: "" };
          calls.set(id, call);
          reply().push(call);
        }
        break;
      case "tool": {
        const call = calls.get(message.tool_call_id);
        if (call) call.result = message.content;
        break;
      }
    }
  }
  reply();
  return history;
}

/** What a model gave a tool may not be JSON. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
