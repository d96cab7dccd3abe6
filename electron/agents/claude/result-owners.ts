import type { StreamMessage, TurnResult } from "../stream-json/message.ts";

/**
 * Whose turn a result ends. Claude names the prompt that a turn answers, and takes turns of its own as well, for what
 * it left in the background: their results name none. Versions before that named nothing at all.
 */
export class ResultOwners {
  /** This process was heard to name a prompt. */
  #names = false;

  hear(message: StreamMessage): void {
    if ("user_message_uuid" in message && message.user_message_uuid !== undefined) this.#names = true;
  }

  isAnswer(result: TurnResult, uuid: string): boolean {
    const named = [result.user_message_uuid, ...result.user_message_uuids].filter((name) => name !== undefined);
    if (named.length > 0) return named.includes(uuid);
    if (result.origin && result.origin.kind !== "human") return false;
    // The session's own failure, of no turn: nothing more comes of the one that goes on.
    const isOfSession = result.is_error && result.num_turns === 0;
    return isOfSession || !this.#names;
  }
}
