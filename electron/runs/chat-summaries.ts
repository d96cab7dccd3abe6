import type { Chat } from "../../shared/contract/chats.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";

export type ChatSummariesDeps = {
  findChat: (id: string) => Chat | null;
  /** How a chat began and what came of its latest turns; null where none has ended. */
  account: (chatId: string) => Promise<string | null>;
  /** Has a model say it in a few lines. */
  summarize: (
    account: string,
    sessionId: string,
    signal: AbortSignal,
  ) => Promise<Result<string, { type: "none" | "cancelled" | "failed"; message: string }>>;
};

type Code = "CHAT_NOT_FOUND" | "NOTHING_TO_SUMMARIZE" | "HELPER_MODEL_MISSING" | "HELPER_MODEL_FAILED";

/** What became of a chat, by a model, in a few lines; nothing is stored. */
export class ChatSummaries {
  readonly #deps: ChatSummariesDeps;

  constructor(deps: ChatSummariesDeps) {
    this.#deps = deps;
  }

  async write(id: string, signal?: AbortSignal): Promise<Result<{ summary: string }, Failure<Code>>> {
    const { findChat, account, summarize } = this.#deps;
    const chat = findChat(id);
    if (!chat) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
    const text = await account(id);
    if (text === null) return failure("NOTHING_TO_SUMMARIZE", "No turn of this chat has ended yet");
    const said = await summarize(text, chat.sessionId, signal ?? new AbortController().signal);
    if (said.ok) return ok({ summary: said.value });
    const code = said.error.type === "none" ? "HELPER_MODEL_MISSING" : "HELPER_MODEL_FAILED";
    return failure(code, `${said.error.message}.`.replace(/[.!?]\.$/, "."));
  }
}
