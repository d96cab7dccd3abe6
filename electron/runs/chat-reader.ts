import type { ChatUpdate, Queue, Turn } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { followChat, readTurns, type ChatEvents } from "./chat-feed.ts";
import type { RunsService } from "./runs-service.ts";

type NotFound = Failure<"CHAT_NOT_FOUND">;

/** Reading a chat: its turns, and what becomes of them. */
export function createChatReader(deps: {
  events: ChatEvents;
  runs: Pick<RunsService, "published" | "announced">;
  queue(chatId: string): Queue;
  chatExists(chatId: string): boolean;
}) {
  const notFound = (): { ok: false; error: NotFound } => failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
  return {
    timeline(chatId: string, limit: number, beforeRunId: string | undefined): Result<{ turns: Turn[]; more: boolean }, NotFound> {
      return deps.chatExists(chatId) ? ok(readTurns(deps.events, chatId, limit, beforeRunId)) : notFound();
    },
    follow(
      chatId: string,
      after: number | undefined,
      signal: AbortSignal | undefined,
    ): Result<AsyncGenerator<ChatUpdate>, NotFound> {
      if (!deps.chatExists(chatId)) return notFound();
      const { published, announced } = deps.runs;
      return ok(followChat({ events: deps.events, published, announced, queue: deps.queue }, chatId, after, signal));
    },
  };
}
