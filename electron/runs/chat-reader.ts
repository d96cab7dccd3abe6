import type { ChatUpdate, Queue, Turn } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { followChat } from "./chat-feed.ts";
import { readTurns, type ChatEvents, type PageBounds } from "./read-turns.ts";
import type { RunsService } from "./runs-service.ts";

type NotFound = Failure<"CHAT_NOT_FOUND">;

export type ChatReaderDeps = {
  events: ChatEvents;
  runs: Pick<RunsService, "published" | "announced" | "openCalls">;
  queue: (chatId: string) => Queue;
  chatExists: (chatId: string) => boolean;
};

/** Reading a chat: its turns, and what becomes of them. */
export class ChatReader {
  readonly #deps: ChatReaderDeps;

  constructor(deps: ChatReaderDeps) {
    this.#deps = deps;
  }

  readonly timeline = async (
    chatId: string,
    limit: number,
    before: PageBounds["before"],
  ): Promise<Result<{ turns: Turn[]; more: boolean }, NotFound>> => {
    if (!this.#deps.chatExists(chatId)) return notFound();
    const { events, runs } = this.#deps;
    return ok(await readTurns({ events, openCalls: (id) => runs.openCalls(id) }, chatId, limit, { before }));
  };

  readonly follow = (
    chatId: string,
    after: number | undefined,
    signal: AbortSignal | undefined,
  ): Result<AsyncGenerator<ChatUpdate>, NotFound> => {
    const { events, runs, queue, chatExists } = this.#deps;
    if (!chatExists(chatId)) return notFound();
    const { published, announced } = runs;
    const openCalls = (id: string) => runs.openCalls(id);
    return ok(followChat({ events, published, announced, queue, openCalls }, chatId, after, signal));
  };
}

function notFound(): { ok: false; error: NotFound } {
  return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
}
