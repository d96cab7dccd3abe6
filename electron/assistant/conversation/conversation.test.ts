import { expect, it } from "vitest";
import { Conversation } from "./conversation.ts";

const key = { chatId: "c1", agentId: "hearth", agentSessionId: "s1" };

it("gives each call an id of its own, without gaps, also after a restart", () => {
  const lines: string[] = [];
  const transcripts = {
    append: (_: unknown, added: readonly { text: string }[]) => void lines.push(...added.map(({ text }) => text)),
    read: () => [...lines],
  };
  let conversation = Conversation.begin({ transcripts, key });
  const call = (count: number): string[] => {
    const ids = conversation.newCallIds(count);
    conversation.add({ role: "assistant", text: "", calls: ids.map((id) => ({ id, name: "read_file", arguments: "{}" })) });
    return ids;
  };
  expect([...call(2), ...call(1)]).toEqual(["c00000001", "c00000002", "c00000003"]);
  conversation = Conversation.load({ transcripts, key })!;
  expect(call(1)).toEqual(["c00000004"]);
  // Earlier releases left gaps: more calls behind them must not come by an id that is taken.
  conversation.add({ role: "assistant", text: "", calls: [{ id: "c0000000z", name: "read_file", arguments: "{}" }] });
  conversation = Conversation.load({ transcripts, key })!;
  expect(call(1)).toEqual(["c00000010"]);
});
