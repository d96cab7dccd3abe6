import { expect, it } from "vitest";
import type { Chat } from "../../shared/contract/chats.ts";
import { fail, ok } from "../../shared/result.ts";
import { ChatSummaries, type ChatSummariesDeps } from "./chat-summaries.ts";

const chat = { id: "c1", sessionId: "s1" } as Chat;

function summaries(more: Partial<ChatSummariesDeps> = {}): ChatSummaries {
  return new ChatSummaries({
    findChat: (id) => (id === "c1" ? chat : null),
    account: async () => "It began with: a bug",
    summarize: async (account, sessionId) => ok(`${sessionId}: ${account}`),
    ...more,
  });
}

it("says what became of a chat, of its session's model", async () => {
  expect(await summaries().write("c1")).toEqual(ok({ summary: "s1: It began with: a bug" }));
});

it("says why there is none", async () => {
  const code = async (more: Partial<ChatSummariesDeps>, id = "c1") => {
    const written = await summaries(more).write(id);
    return written.ok ? null : `${written.error.code}: ${written.error.message}`;
  };
  expect(await code({}, "other")).toBe("CHAT_NOT_FOUND: There is no such chat");
  expect(await code({ account: async () => null })).toContain("NOTHING_TO_SUMMARIZE: ");
  const none = { type: "none" as const, message: "No model is in memory" };
  expect(await code({ summarize: async () => fail(none) })).toBe("HELPER_MODEL_MISSING: No model is in memory.");
  expect(await code({ summarize: async () => fail({ ...none, type: "failed" }) })).toContain("HELPER_MODEL_FAILED");
});
