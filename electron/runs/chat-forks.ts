import type { Chat } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { ChatLineage } from "./chat-lineage.ts";
import type { RunRecords } from "./run-records.ts";

export type ChatForksDeps = {
  records: Pick<RunRecords, "find">;
  lineage: Pick<ChatLineage, "holds">;
  chats: {
    find(chatId: string): Chat | null;
    fork(chatId: string, runId: string): Result<Chat, Failure<"CHAT_NOT_FOUND" | "SESSION_NOT_FOUND">>;
  };
};

type ForkCode = "CHAT_NOT_FOUND" | "RUN_NOT_FOUND" | "RUN_NOT_ENDED" | "SESSION_NOT_FOUND";

/** Chats that go on from a turn of another one. The turns are the same runs, read in both; nothing is copied. */
export class ChatForks {
  readonly #deps: ChatForksDeps;

  constructor(deps: ChatForksDeps) {
    this.#deps = deps;
  }

  fork = (chatId: string, runId: string): Result<Chat, Failure<ForkCode>> => {
    const { records, lineage, chats } = this.#deps;
    if (!chats.find(chatId)) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
    const run = lineage.holds(chatId, runId) ? records.find(runId) : null;
    if (!run) return failure("RUN_NOT_FOUND", "The chat has no such run", { field: "runId" });
    if (run.endedAt === null)
      return failure("RUN_NOT_ENDED", "The turn goes on still. Fork the chat when it has ended.", { field: "runId" });
    return chats.fork(chatId, runId);
  };
}
