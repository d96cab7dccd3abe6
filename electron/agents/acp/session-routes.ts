import type { SessionClient } from "./client-app.ts";
import { isRecord } from "../../../shared/is-record.ts";

const maxHeldUpdates = 256;
const maxMentions = 1000;

/**
 * Which of a connection's sessions what arrives belongs to. Sub-agents speak under session ids of their own: their
 * requests and tool calls go to the session that they were begun from, where that is plain, and to none otherwise.
 */
export class SessionRoutes {
  readonly #sessions = new Map<string, SessionClient>();
  /** Sessions that were ended here; what is still said of them is nobody else's. */
  readonly #ended = new Set<string>();
  /** Ids that a session's tool calls spoke of as sessions → the session. */
  readonly #mentions = new Map<string, string>();
  /** Sub-agents that the person was told of. */
  readonly #introduced = new Set<string>();
  readonly #held = new Map<string, unknown[]>();
  #heldUpdates = 0;
  #opening = 0;
  readonly counts = { lateUpdates: 0, unknownUpdates: 0, orphanUpdates: 0 };

  /** Routes a session's updates and requests to it; returns what ends that. */
  attach(sessionId: string, session: SessionClient): () => void {
    this.#sessions.set(sessionId, session);
    this.#ended.delete(sessionId);
    const early = this.#held.get(sessionId) ?? [];
    this.#held.delete(sessionId);
    this.#heldUpdates -= early.length;
    for (const update of early) this.count(session.receive(this.#noteMentions(sessionId, update)));
    return () => {
      if (this.#sessions.get(sessionId) !== session) return;
      this.#sessions.delete(sessionId);
      this.#ended.add(sessionId);
    };
  }

  /** The session that a request is for. Where nobody can say whose sub-agent asks, those who may have begun it are told. */
  find(sessionId: string): SessionClient | null {
    const found = this.#sessions.get(sessionId);
    if (found || this.#ended.has(sessionId)) return found ?? null;
    const parent = this.#parentOf(sessionId);
    if (parent) {
      if (!this.#introduced.has(sessionId)) parent.warn("A sub-agent works here: what it asks for is asked in this chat.");
      this.#introduced.add(sessionId);
      return parent;
    }
    for (const session of this.#sessions.values())
      session.warn("A sub-agent asked for something, and it can't be told in which chat it works; it was refused.");
    return null;
  }

  /** Returns whose an update is, and as what it is theirs; null where it is nobody's, or kept until `attach`. */
  route(sessionId: string, update: unknown): { session: SessionClient; update: unknown } | null {
    const session = this.#sessions.get(sessionId);
    if (session) return { session, update: this.#noteMentions(sessionId, update) };
    if (this.#opening > 0) return this.#hold(sessionId, update);
    const tool = toolOf(update);
    const parent = tool && this.#parentOf(sessionId);
    // A sub-agent's words are its own; what it does is shown where it was begun.
    if (parent) return { session: parent, update: { ...tool, toolCallId: `${sessionId}/${String(tool["toolCallId"])}` } };
    this.counts.orphanUpdates += 1;
    return null;
  }

  count(fate: ReturnType<SessionClient["receive"]>): void {
    if (fate === "late") this.counts.lateUpdates += 1;
    if (fate === "unknown") this.counts.unknownUpdates += 1;
  }

  /** What the answer of a prompt calls, however late: the session may have been given up and opened again meanwhile. */
  turnOf(sessionId: string): () => void {
    const session = this.#sessions.get(sessionId);
    return () => session?.turnAnswered();
  }

  /** Does what may make a session: updates that come before its id is known are kept until `attach`. */
  async whileOpening<T>(work: () => Promise<T>): Promise<T> {
    this.#opening += 1;
    try {
      return await work();
    } finally {
      this.#opening -= 1;
      if (this.#opening === 0) {
        this.counts.orphanUpdates += this.#heldUpdates;
        this.#held.clear();
        this.#heldUpdates = 0;
      }
    }
  }

  #parentOf(childId: string): SessionClient | null {
    if (this.#ended.has(childId)) return null;
    const mentioned = this.#mentions.get(childId);
    if (mentioned !== undefined) return this.#sessions.get(mentioned) ?? null;
    const parents = [...this.#sessions.keys()]
      .filter((id) => childId.startsWith(id) && /[^0-9A-Za-z]/.test(childId.charAt(id.length)))
      .toSorted((a, b) => b.length - a.length);
    if (parents[0] !== undefined) return this.#sessions.get(parents[0]) ?? null;
    // A child that carries one session only, and never carried another, can mean no other.
    const [only, ...others] = this.#sessions.values();
    return only && others.length === 0 && this.#ended.size === 0 && this.#opening === 0 ? only : null;
  }

  #noteMentions(sessionId: string, update: unknown): unknown {
    const tool = toolOf(update);
    if (tool && this.#mentions.size < maxMentions)
      for (const id of sessionIdsIn([tool["_meta"], tool["rawInput"], tool["rawOutput"]]))
        if (!this.#sessions.has(id)) this.#mentions.set(id, sessionId);
    return update;
  }

  #hold(sessionId: string, update: unknown): null {
    if (this.#heldUpdates >= maxHeldUpdates) {
      this.counts.orphanUpdates += 1;
      return null;
    }
    this.#heldUpdates += 1;
    this.#held.set(sessionId, [...(this.#held.get(sessionId) ?? []), update]);
    return null;
  }
}

function toolOf(update: unknown): Record<string, unknown> | null {
  if (!isRecord(update)) return null;
  return update["sessionUpdate"] === "tool_call" || update["sessionUpdate"] === "tool_call_update" ? update : null;
}

/** What stands in fields that are named like a session's id, near the top: agents put it in different places. */
function sessionIdsIn(values: readonly unknown[], depth = 3): string[] {
  return values.filter(isRecord).flatMap((value) =>
    Object.entries(value).flatMap(([name, inner]) => {
      if (typeof inner === "string") return /session_?id$/i.test(name) && inner !== "" ? [inner] : [];
      return depth > 0 ? sessionIdsIn([inner], depth - 1) : [];
    }),
  );
}
