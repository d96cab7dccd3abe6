import type { ServerResponse } from "node:http";
import type { DescribedRequest, ModelReply } from "./model-server.ts";

/** Anthropic's messages API, for the same scripts: what a request asks, and the answer as it streams or whole. */
export type AnthropicBody = { messages: Message[]; tools?: { name: string }[]; stream?: boolean };

type Block = { type: string; text?: string; content?: unknown };
type Message = { role: string; content: string | Block[] };

export function describeMessages({ messages, tools }: AnthropicBody): DescribedRequest {
  const given = messages.filter(({ role }) => role === "user").flatMap(blocksOf);
  const last = given.findLastIndex(isPersons);
  return {
    words: given[last]?.text ?? "",
    said: given[last]?.text ?? "",
    tools: (tools ?? []).map(({ name }) => name),
    step: given.slice(last + 1).filter(({ type }) => type === "tool_result").length,
    transcript: messages.map((message) => `${message.role}: ${blocksOf(message).map(textOf).join("\n")}`),
  };
}

export async function streamMessage(
  response: ServerResponse,
  answer: ModelReply,
  pause: (gone: Promise<void>) => Promise<void>,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const send = (type: string, fields: object): void =>
    void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  send("message_start", { message: { ...messageOf({}), usage: { input_tokens: 11, output_tokens: 1 } } });
  const pieces = piecesOf(answer);
  for (const [index, { block, deltas }] of pieces.entries()) {
    send("content_block_start", { index, content_block: block });
    for (const delta of deltas) {
      await pause(gone);
      send("content_block_delta", { index, delta });
    }
    if (answer.hang && index === pieces.length - 1) await gone;
    if (answer.drop || response.destroyed) return void response.destroy();
    send("content_block_stop", { index });
  }
  if (answer.hang) await gone;
  send("message_delta", { delta: { stop_reason: stopReason(answer), stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
}

export function messageOf(answer: ModelReply): object {
  return {
    id: `msg_${randomId()}`,
    type: "message",
    role: "assistant",
    model: "claude-scripted-1",
    content: [
      ...(answer.text ? [{ type: "text", text: answer.text.join("") }] : []),
      ...(answer.toolCalls ?? []).map(({ name, args }) => ({ type: "tool_use", id: `toolu_${randomId()}`, name, input: args })),
    ],
    stop_reason: answer.text || answer.toolCalls ? stopReason(answer) : null,
    stop_sequence: null,
    usage,
  };
}

const usage = { input_tokens: 11, output_tokens: 5 };

type Piece = { block: object; deltas: object[] };

function piecesOf({ reasoning, text, toolCalls }: ModelReply): Piece[] {
  const thought: Piece[] = reasoning
    ? [
        {
          block: { type: "thinking", thinking: "", signature: "" },
          deltas: [
            ...reasoning.map((thinking) => ({ type: "thinking_delta", thinking })),
            { type: "signature_delta", signature: "c2lnbmVk" },
          ],
        },
      ]
    : [];
  const said: Piece[] = text
    ? [{ block: { type: "text", text: "" }, deltas: text.map((words) => ({ type: "text_delta", text: words })) }]
    : [];
  const called = (toolCalls ?? []).map(({ name, args }) => ({
    block: { type: "tool_use", id: `toolu_${randomId()}`, name, input: {} },
    deltas: [{ type: "input_json_delta", partial_json: JSON.stringify(args) }],
  }));
  return [...thought, ...said, ...called];
}

function stopReason({ toolCalls, finish }: ModelReply): string {
  return toolCalls ? "tool_use" : finish === "length" ? "max_tokens" : "end_turn";
}

/** What tools answered, and reminders, are the agent's own; a cancelled turn's come in one message with the next prompt. */
function isPersons({ type, text }: Block): boolean {
  return type === "text" && text !== undefined && !text.startsWith("<system-reminder>");
}

function blocksOf({ content }: Message): Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function textOf({ text, content }: Block): string {
  return text ?? (typeof content === "string" ? content : JSON.stringify(content ?? ""));
}

function randomId(): string {
  return Math.random().toString(36).slice(2, 12);
}
