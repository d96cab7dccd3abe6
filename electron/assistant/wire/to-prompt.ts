import type { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { Message } from "../conversation/message.ts";

export type WireModel = ReturnType<ReturnType<typeof createOpenAICompatible>["chatModel"]>;
export type WireOptions = Parameters<WireModel["doStream"]>[0];

/** The conversation in the AI SDK's words; the same messages make the same bytes, whenever they are sent. */
export function toPrompt(system: string, messages: readonly Message[]): WireOptions["prompt"] {
  return [{ role: "system", content: system }, ...messages.map(toWire)];
}

function toWire(message: Message): WireOptions["prompt"][number] {
  switch (message.role) {
    case "user":
      return { role: "user", content: [{ type: "text", text: message.text }] };
    case "assistant":
      return {
        role: "assistant",
        content: [
          ...(message.text === "" ? [] : [{ type: "text" as const, text: message.text }]),
          ...message.calls.map((call) => ({
            type: "tool-call" as const,
            toolCallId: call.id,
            toolName: call.name,
            input: call.arguments,
          })),
        ],
      };
    case "tool": {
      const output = { type: "text" as const, value: message.text };
      return {
        role: "tool",
        content: [{ type: "tool-result", toolCallId: message.callId, toolName: message.name, output }],
      };
    }
  }
}
