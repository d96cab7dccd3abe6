export const sessionId = "flood-1";

/** Of ten updates: seven pieces of text, each in a message of its own, and a tool call that begins, goes on and ends. */
export function updateLine(at: number): string {
  const update = updateOf(at);
  return JSON.stringify({ jsonrpc: "2.0", method: "session/update", params: { sessionId, update } });
}

function updateOf(at: number): Record<string, unknown> {
  const step = at % 10;
  const toolCallId = `call-${Math.trunc(at / 10)}`;
  if (step === 7)
    return {
      sessionUpdate: "tool_call",
      toolCallId,
      title: "Read src/cart.ts",
      kind: "read",
      status: "pending",
      locations: [{ path: "/w/src/cart.ts", line: 12 }],
    };
  if (step === 8)
    return { sessionUpdate: "tool_call_update", toolCallId, status: "in_progress", rawInput: { path: "src/cart.ts" } };
  if (step === 9)
    return {
      sessionUpdate: "tool_call_update",
      toolCallId,
      status: "completed",
      content: [{ type: "content", content: { type: "text", text: "export const total = 1;" } }],
    };
  return {
    sessionUpdate: "agent_message_chunk",
    messageId: `message-${at}`,
    content: { type: "text", text: `piece ${at} of the answer, some words long ` },
  };
}
