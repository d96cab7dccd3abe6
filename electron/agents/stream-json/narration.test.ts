import { expect, it } from "vitest";
import type { AgentUpdate } from "../port.ts";
import { readMessage } from "./message.ts";
import { Narration } from "./narration.ts";
import { turnEnd, turnUsage } from "./turn-end.ts";

function told(lines: readonly object[]): AgentUpdate[] {
  const narration = new Narration();
  return lines.flatMap((line) => {
    const message = readMessage(line);
    return message ? narration.hear(message) : [];
  });
}

const streamed = (event: object, parent: string | null = null) => ({ type: "stream_event", parent_tool_use_id: parent, event });
const assistant = (content: object[], more: object = {}) => ({
  type: "assistant",
  parent_tool_use_id: null,
  message: { id: "m1", role: "assistant", content },
  ...more,
});
const resultOf = (more: object) => {
  const message = readMessage({ type: "result", subtype: "success", is_error: false, ...more });
  if (message?.type !== "result") throw new Error("Not a result");
  return message;
};

it("tells words once that come in pieces and again whole", () => {
  const lines = [
    streamed({ type: "message_start", message: { id: "m1", usage: { input_tokens: 10, cache_read_input_tokens: 5 } } }),
    streamed({ type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } }),
    streamed({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm." } }),
    assistant([{ type: "thinking", thinking: "Hm." }]),
    streamed({ type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "One " } }),
    streamed({ type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "two" } }),
    assistant([{ type: "text", text: "One two" }]),
  ];
  expect(told(lines)).toEqual([
    { type: "usage", usage: { contextUsed: 15 } },
    { type: "reasoning", text: "Hm.", messageId: "m1" },
    { type: "text", text: "One ", messageId: "m1" },
    { type: "text", text: "two", messageId: "m1" },
  ]);
});

it("tells words that come whole only", () => {
  expect(told([assistant([{ type: "text", text: "Whole." }])])).toEqual([{ type: "text", text: "Whole.", messageId: "m1" }]);
});

// As Qwen Code prints it, with its own tools.
it("tells a call from its beginning to its end, by either agent's tools", () => {
  const call = { type: "tool_use", id: "t1", name: "edit", input: { file_path: "/w/a.txt", old_string: "a", new_string: "b" } };
  const lines = [
    { type: "system", subtype: "session_start", session_id: "s" },
    assistant([call]),
    { type: "user", message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "done" }] } },
    assistant([{ type: "tool_use", id: "t2", name: "run_shell_command", input: { command: "false" } }]),
    { type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t2", is_error: true, content: "exit 1" }] } },
  ];
  expect(told(lines).map((update) => (update.type === "tool" ? update.tool : update))).toEqual([
    {
      id: "t1",
      kind: "edit",
      title: "/w/a.txt",
      status: "in_progress",
      input: call.input,
      locations: [{ path: "/w/a.txt" }],
    },
    { id: "t1", status: "completed", output: "done", diff: [{ path: "/w/a.txt", oldText: "a", newText: "b" }] },
    { id: "t2", kind: "execute", title: "false", status: "in_progress", input: { command: "false" } },
    { id: "t2", status: "failed", output: "exit 1" },
  ]);
});

it("tells of a sub-agent what it does, and not what it says", () => {
  const lines = [
    streamed({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "below" } }, "t0"),
    assistant(
      [
        { type: "text", text: "below" },
        { type: "tool_use", id: "t1", name: "Read", input: { file_path: "/w/a" } },
      ],
      { parent_tool_use_id: "t0" },
    ),
  ];
  expect(told(lines)).toMatchObject([{ type: "tool", tool: { id: "t1", kind: "read" } }]);
});

it("tells retries, limits, plans and modes, and passes over what it doesn't know", () => {
  const lines = [
    {
      type: "system",
      subtype: "api_retry",
      attempt: 1,
      max_retries: 3,
      retry_delay_ms: 1600,
      error_status: 529,
      error: "overloaded",
    },
    { type: "rate_limit_event", rate_limit_info: { status: "allowed" } },
    { type: "rate_limit_event", rate_limit_info: { status: "rejected", rateLimitType: "five_hour", resetsAt: 0 } },
    { type: "system", subtype: "status", status: null, permissionMode: "plan" },
    { type: "system", subtype: "compact_boundary" },
    assistant([{ type: "tool_use", id: "t", name: "TodoWrite", input: { todos: [{ content: "Look", status: "pending" }] } }]),
    { type: "a_new_kind", text: "?" },
    "not a message",
    null,
    { type: "assistant", message: { id: "m2", content: "nonsense" } },
  ];
  expect(told(lines as object[])).toMatchObject([
    { type: "notice", kind: "retry", message: "The model's server failed (overloaded, 529): attempt 1 of 3, the next is in 2 s" },
    { type: "notice", kind: "warning", message: expect.stringContaining("five hour of your account is reached") },
    { type: "mode", modeId: "plan" },
    { type: "compacted" },
    { type: "tool", tool: { id: "t" } },
    { type: "plan", entries: [{ content: "Look", status: "pending", priority: "medium" }] },
    { type: "text", text: "nonsense" },
  ]);
});

it("takes an error for one, whatever its result calls itself", () => {
  expect(turnEnd(resultOf({ result: "Hello." }), null)).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(turnEnd(resultOf({ is_error: true, result: "Invalid API key" }), null)).toMatchObject({
    ok: false,
    error: { type: "failed", message: "Invalid API key" },
  });
  const broken = resultOf({ subtype: "error_during_execution", is_error: true, errors: ["No space"] });
  expect(turnEnd(broken, null)).toMatchObject({ ok: false, error: { message: "No space" } });
  const qwen = resultOf({ subtype: "error_during_execution", is_error: true, error: { message: "Quota" } });
  expect(turnEnd(qwen, null)).toMatchObject({ ok: false, error: { message: "Quota" } });
  const stopped = resultOf({ subtype: "error_during_execution", terminal_reason: "aborted_streaming" });
  expect(turnEnd(stopped, null)).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  expect(turnEnd(resultOf({ stop_reason: "max_tokens" }), null)).toMatchObject({ value: { reason: "out-of-tokens" } });
});

it("counts a turn's cost once, though the process's goes on", () => {
  const usage = { input_tokens: 10, cache_creation_input_tokens: 2, cache_read_input_tokens: 3, output_tokens: 4 };
  const second = resultOf({ usage, total_cost_usd: 0.5 });
  expect(turnUsage(second, 0.3)).toMatchObject({ input: 12, cached: 3, output: 4, cost: expect.closeTo(0.2) });
  expect(turnUsage(second, null)).toMatchObject({ input: 12, cost: null });
  const told = resultOf({
    usage,
    total_cost_usd: 0.5,
    modelUsage: { a: { inputTokens: 100, costUSD: 0.5, contextWindow: 200_000 } },
    model_usage_since_last_result: {
      a: { inputTokens: 10, outputTokens: 4, costUSD: 0.1 },
      sub: { inputTokens: 5, outputTokens: 1, thinkingTokens: 1, costUSD: 0.1 },
    },
  });
  expect(turnUsage(told, null)).toEqual({
    input: 15,
    cached: 0,
    output: 5,
    reasoning: 1,
    cost: expect.closeTo(0.2),
    contextSize: 200_000,
  });
});
