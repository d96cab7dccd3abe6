import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { AgentFailure } from "../port.ts";
import { pause } from "../programs/pause.ts";
import { answerOf, within, type ApiFailure, type OpencodeClient } from "./api.ts";
import type { FolderServers } from "./folder-servers.ts";
import { choiceFields, type PromptParts } from "./prompt-body.ts";
import type { SessionEvent } from "./server-event.ts";
import {
  messageWithParts,
  permissionRequest,
  questionRequest,
  type MessageWithParts,
  type PermissionRequest,
  type QuestionRequest,
} from "./shapes.ts";

/** A server as its sessions see it. */
export interface SessionServer {
  readonly api: OpencodeClient;
  readonly secretForms: readonly string[];
  readonly folderServers: FolderServers;
  ended(): AgentFailure | null;
  onEnd(listener: (failure: AgentFailure) => void): () => void;
  deathAtHand(): Promise<AgentFailure | null>;
  /** Routes what is told of the session and of its sub-agents; returns what ends it. */
  attach(
    sessionId: string,
    session: { receive(event: SessionEvent): void; catchUp(): Promise<void>; isBusy(): boolean },
  ): () => void;
  /** What a sub-agent's session is about; empty where that wasn't told. */
  titleOf(sessionId: string): string;
  /** Whether a session is this one, or a sub-agent's of it. */
  isWithin(sessionId: string, rootId: string): Promise<boolean>;
}

type Deps = { server: SessionServer; sessionId: string; cwd: string; clock: Clock; life: AbortSignal };
type PendingAsks = { ids: Set<string>; permissions: PermissionRequest[]; questions: QuestionRequest[] };

const callMs = 30_000;
const lookAgainMs = 500;
const recentMessages = 200;

/** What is asked of a server for one session. */
export class SessionCalls {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Resolves when the turn is over, however long it takes. `choice` null: the server's own. */
  async prompt(
    what: PromptParts | { command: string; arguments: string },
    choice: CurrentChoice | null,
  ): Promise<Result<MessageWithParts, ApiFailure>> {
    const { server, life } = this.#deps;
    const { model, ...fields } = choice ? choiceFields(choice) : {};
    const options = { signal: life };
    const answer = Array.isArray(what)
      ? await answerOf(
          "The prompt",
          server.api.session.prompt({ ...this.#at, parts: what, ...fields, ...(model ? { model } : {}) }, options),
        )
      : await answerOf(
          "The command",
          server.api.session.command(
            { ...this.#at, ...what, ...fields, ...(model ? { model: `${model.providerID}/${model.modelID}` } : {}) },
            options,
          ),
        );
    if (!answer.ok) return answer;
    const message = messageWithParts.safeParse(answer.value);
    return message.success ? ok(message.data) : fail({ type: "protocol", message: "Its answer to the prompt isn't a message" });
  }

  abort(): Promise<Result<unknown, ApiFailure>> {
    return answerOf("Stopping", this.#deps.server.api.session.abort(this.#at, within(callMs)));
  }

  /** The last prompt's messages, the first of them first. */
  async messagesOfTurn(): Promise<MessageWithParts[]> {
    const messages = await this.#messages();
    return messages ? messages.slice(messages.findLastIndex(({ info }) => info.role === "user")) : [];
  }

  /** What was said in a sub-agent's session. */
  async messagesOf(sessionId: string): Promise<MessageWithParts[]> {
    return (await this.#messages(sessionId)) ?? [];
  }

  /** Waits until the server is no longer busy with it, and finds the prompt's last message; `isOld`: of an earlier turn. */
  async endOfTurn(isOld: (messageId: string) => boolean): Promise<Result<MessageWithParts, AgentFailure>> {
    const { server, life, clock, sessionId, cwd } = this.#deps;
    const lost = { type: "failed", message: "The connection to its server broke before it had taken the prompt" } as const;
    for (;;) {
      const ended = server.ended();
      if (ended) return fail(ended);
      if (life.aborted) return fail({ type: "killed", message: "The session was given up" });
      const status = await answerOf("Asking what it does", server.api.session.status({ directory: cwd }, within(callMs)));
      if (status.ok && !(sessionId in status.value)) {
        const messages = await this.#messages();
        const last = messages?.at(-1);
        if (messages) return last?.info.role === "assistant" && !isOld(last.info.id) ? ok(last) : fail(lost);
      }
      await pause(clock, lookAgainMs, life);
    }
  }

  /** What the server waits for an answer to, of this session and its sub-agents; null where it can't be asked. */
  async pendingAsks(isOurs: (sessionId: string) => Promise<boolean>): Promise<PendingAsks | null> {
    const { api } = this.#deps.server;
    const at = { directory: this.#deps.cwd };
    const [permissions, questions] = await Promise.all([
      answerOf("Asking for its requests", api.permission.list(at, within(callMs))),
      answerOf("Asking for its questions", api.question.list(at, within(callMs))),
    ]);
    if (!permissions.ok || !questions.ok) return null;
    const ours = {
      permissions: await filter(readAll(permissionRequest, permissions.value), isOurs),
      questions: await filter(readAll(questionRequest, questions.value), isOurs),
    };
    return { ...ours, ids: new Set([...ours.permissions, ...ours.questions].map(({ id }) => id)) };
  }

  async #messages(sessionID = this.#deps.sessionId): Promise<MessageWithParts[] | null> {
    const { api } = this.#deps.server;
    const answer = await answerOf(
      "Asking for its messages",
      api.session.messages({ ...this.#at, sessionID, limit: recentMessages }, within(callMs)),
    );
    return answer.ok ? readAll(messageWithParts, answer.value) : null;
  }

  get #at(): { sessionID: string; directory: string } {
    return { sessionID: this.#deps.sessionId, directory: this.#deps.cwd };
  }
}

/** Those of the right shape. */
function readAll<T>(schema: { safeParse(value: unknown): { data?: T } }, list: unknown): T[] {
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((each) => schema.safeParse(each).data ?? []);
}

async function filter<T extends { sessionID: string }>(list: T[], keep: (sessionId: string) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(list.map(({ sessionID }) => keep(sessionID)));
  return list.filter((_, index) => kept[index]);
}
