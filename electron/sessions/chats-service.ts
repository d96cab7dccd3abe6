import type { Chat, Draft } from "../../shared/contract/chats.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { ChatRepository, ChatRow } from "../store/chats.ts";
import type { SessionRecords } from "./session-records.ts";
import { titleOf } from "./titles.ts";

export type ChatsDeps = {
  rows: ChatRepository;
  write: <T>(work: () => T) => T;
  clock: Clock;
  announce: (update: AppUpdate) => void;
  sessions: SessionRecords;
  /** The next number of a tab in the session; it is never given again. */
  takeTabNumber: (sessionId: string) => number | null;
};

type ChatNotFound = Failure<"CHAT_NOT_FOUND">;
type SessionNotFound = Failure<"SESSION_NOT_FOUND">;

/** The chats of sessions, their titles and their drafts. */
export class ChatsService {
  readonly #deps: ChatsDeps;

  constructor(deps: ChatsDeps) {
    this.#deps = deps;
  }

  create(sessionId: string, title: string | undefined): Result<Chat, SessionNotFound> {
    return this.#add(sessionId, title, null);
  }

  /** A chat that goes on behind the run, which the caller has found to be the chat's and over. */
  fork(id: string, runId: string): Result<Chat, ChatNotFound | SessionNotFound> {
    const from = this.#deps.rows.find(id);
    return from ? this.#add(from.sessionId, `${from.title} (fork)`, runId) : chatNotFound();
  }

  #add(sessionId: string, title: string | undefined, forkedAt: string | null): Result<Chat, SessionNotFound> {
    const { rows, sessions, clock, announce } = this.#deps;
    if (!sessions.isOpen(sessionId)) return sessionNotFound("it is archived");
    const now = clock.now();
    const id = newId("chat", now);
    const made = this.#deps.write(() => {
      const tabNumber = this.#deps.takeTabNumber(sessionId);
      if (tabNumber === null) return null;
      rows.add({
        id,
        sessionId,
        tabNumber,
        title: title ? title : "New chat",
        titleSource: title ? "user" : "auto",
        forkedAt,
        createdAt: now,
      });
      return rows.find(id);
    });
    if (!made) return sessionNotFound("it was deleted");
    const chat = toChat(made);
    announce({ type: "chat", chat });
    return ok(chat);
  }

  list(sessionId: string): Result<Chat[], SessionNotFound> {
    const { rows, sessions } = this.#deps;
    return sessions.exists(sessionId) ? ok(rows.listOfSession(sessionId).map(toChat)) : sessionNotFound("it was deleted");
  }

  /** Chats of all sessions that are there. */
  listAll(): Chat[] {
    return this.#deps.rows.list().map(toChat);
  }

  update(
    id: string,
    what: { title?: string | undefined; archived?: boolean | undefined; handover?: boolean | undefined },
  ): Result<Chat, ChatNotFound> {
    const chat = this.#change(id, {
      ...(what.title === undefined ? {} : { title: what.title, titleSource: "user" as const }),
      ...(what.archived === undefined ? {} : { archived: what.archived }),
      ...(what.handover === undefined ? {} : { handover: what.handover }),
    });
    return chat ? ok(chat) : chatNotFound();
  }

  getDraft(chatId: string): Result<Draft, ChatNotFound> {
    const { rows } = this.#deps;
    if (!rows.find(chatId)) return chatNotFound();
    const draft = rows.draft(chatId);
    return ok({ chatId, blocks: draft?.blocks ?? [], updatedAt: draft ? isoTime(draft.updatedAt) : null });
  }

  saveDraft(chatId: string, blocks: ContentBlock[]): Result<Draft, ChatNotFound> {
    const { rows, clock } = this.#deps;
    if (!rows.find(chatId)) return chatNotFound();
    const now = clock.now();
    rows.saveDraft(chatId, blocks, now);
    return ok({ chatId, blocks, updatedAt: isoTime(now) });
  }

  /** For those who work with it; null where there is none. */
  find(id: string): Chat | null {
    const row = this.#deps.rows.find(id);
    return row ? toChat(row) : null;
  }

  setLastAgent(id: string, agentId: string): void {
    if (this.#deps.rows.find(id)?.lastAgentId !== agentId) this.#keepChange(id, { lastAgentId: agentId });
  }

  /** Names the chat and its session after the first prompt, unless they have a name. */
  suggestTitle(id: string, text: string): void {
    const row = this.#deps.rows.find(id);
    if (!row) return;
    const title = row.titleSource === "auto" ? titleOf(text) : null;
    if (title !== null) this.#keepChange(id, { title, titleSource: "prompt" });
    this.#deps.sessions.titleFromPrompt(row.sessionId, text);
  }

  /** Names the chat as its agent does, unless a person named it. */
  titleFromAgent(id: string, text: string): void {
    const row = this.#deps.rows.find(id);
    const title = row && row.titleSource !== "user" ? titleOf(text) : null;
    if (title !== null && title !== row?.title) this.#keepChange(id, { title, titleSource: "prompt" });
  }

  /** Whether its title is still the one that this prompt gave it. */
  isNamedBy(id: string, prompt: string): boolean {
    const row = this.#deps.rows.find(id);
    return row?.titleSource === "prompt" && row.title === titleOf(prompt);
  }

  /** Names the chat, and its session, better than this prompt did, unless somebody else has named them since. */
  renameFromPrompt(id: string, prompt: string, title: string): void {
    const row = this.#deps.rows.find(id);
    if (!row) return;
    if (this.isNamedBy(id, prompt)) this.#keepChange(id, { title, titleSource: "prompt" });
    this.#deps.sessions.renameFromPrompt(row.sessionId, prompt, title);
  }

  /** Whether queued prompts wait for the person. */
  isHeld(id: string): boolean {
    return this.#deps.rows.find(id)?.queueHeld ?? false;
  }

  setHeld(id: string, held: boolean): void {
    this.#deps.rows.keepUpdate(id, { queueHeld: held }, () => {});
  }

  /** A change that no caller waits for. */
  #keepChange(id: string, what: Parameters<ChatRepository["update"]>[1]): void {
    this.#deps.rows.keepUpdate(id, what, () => {
      const row = this.#deps.rows.find(id);
      if (row) this.#deps.announce({ type: "chat", chat: toChat(row) });
    });
  }

  #change(id: string, what: Parameters<ChatRepository["update"]>[1]): Chat | null {
    const row = this.#deps.rows.update(id, what);
    if (!row) return null;
    const chat = toChat(row);
    this.#deps.announce({ type: "chat", chat });
    return chat;
  }
}

function toChat(row: ChatRow): Chat {
  const { id, sessionId, tabNumber, title, lastAgentId, archived, handover, forkedAt, createdAt } = row;
  return { id, sessionId, tabNumber, title, lastAgentId, archived, handover, forkedAt, createdAt: isoTime(createdAt) };
}

function chatNotFound(): { ok: false; error: ChatNotFound } {
  return failure("CHAT_NOT_FOUND", "There is no such chat, or it was deleted.", { field: "id" });
}

function sessionNotFound(or: string): { ok: false; error: SessionNotFound } {
  return failure("SESSION_NOT_FOUND", `There is no such session, or ${or}.`, { field: "sessionId" });
}
