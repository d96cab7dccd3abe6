import type { Usage } from "../../../shared/run-event.ts";
import type { AgentUpdate } from "../port.ts";
import type { MessageInfo, MessagePart, MessageWithParts } from "./shapes.ts";
import { toolPatch } from "./tool-patch.ts";

type Words = { kind: "text" | "reasoning"; told: number; finalOnly: boolean };
type Told = { messageId: string } & (Words | { kind: "tool"; name: string; ended: boolean; last: string });

const maxEarly = 1000;

/**
 * What one session of a server said in the turn that goes on, each thing told once: text comes in deltas and again in
 * its part, whole, and everything comes again when the state is fetched anew. What belongs to a message of which nobody
 * knows yet whose it is waits for that. A `sub`-agent's session tells of its tools only, under names of their own.
 */
export class Transcript {
  readonly #sub: string;
  readonly #roles = new Map<string, MessageInfo["role"]>();
  readonly #parts = new Map<string, Told>();
  readonly #waiting = new Map<string, MessagePart[]>();
  readonly #deltas = new Map<string, string>();
  readonly #callNames = new Map<string, string>();
  readonly #calls = new Map<string, number>();
  readonly #steps = new Set<string>();
  readonly #summaries = new Set<string>();
  /** Messages of turns that are over. */
  readonly #old = new Set<string>();
  #usage: Usage | null = null;

  constructor(sub: string | null) {
    this.#sub = sub === null ? "" : `${sub}/`;
  }

  /** Of the steps of this turn, added up; the context's figure is the last step's. */
  get usage(): Usage | null {
    return this.#usage;
  }

  /** A new turn begins: what is still said of the messages before it is told to nobody. */
  begin(): void {
    for (const id of this.#roles.keys()) this.#old.add(id);
    for (const map of [this.#roles, this.#parts, this.#waiting, this.#deltas, this.#callNames]) map.clear();
    this.#steps.clear();
    this.#summaries.clear();
    this.#usage = null;
  }

  isOld(messageId: string): boolean {
    return this.#old.has(messageId);
  }

  /** Deltas were lost: what is being said is told when it is whole. */
  lostDeltas(): void {
    this.#deltas.clear();
    for (const part of this.#parts.values()) if (part.kind === "text" || part.kind === "reasoning") part.finalOnly = true;
  }

  message({ id, role, summary }: MessageInfo): AgentUpdate[] {
    if (this.#old.has(id)) return [];
    this.#roles.set(id, role);
    if (summary) this.#summaries.add(id);
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    return waiting.flatMap((part) => this.part(part));
  }

  /** A message as it was fetched or answered. */
  whole({ info, parts }: MessageWithParts): AgentUpdate[] {
    return [...this.message(info), ...parts.flatMap((part) => this.part(part))];
  }

  part(part: MessagePart): AgentUpdate[] {
    const role = this.#roles.get(part.messageID);
    if (this.#old.has(part.messageID) || role === "user") return [];
    if (role === undefined) {
      const waiting = this.#waiting.get(part.messageID) ?? [];
      if (waiting.length < maxEarly) this.#waiting.set(part.messageID, [...waiting, part]);
      return [];
    }
    if (part.type === "tool") return this.#tool(part);
    return part.type === "step-finish" ? this.#step(part) : this.#words(part);
  }

  delta(messageId: string, partId: string, text: string): AgentUpdate[] {
    if (this.#old.has(messageId) || this.#roles.get(messageId) === "user") return [];
    const part = this.#parts.get(partId);
    if (part === undefined) {
      this.#deltas.set(partId, (this.#deltas.get(partId) ?? "") + text);
      return [];
    }
    if (part.kind === "tool" || part.finalOnly) return [];
    part.told += text.length;
    return this.#say(part.kind, text, messageId);
  }

  /** The call's name in the updates; null where nothing was told of it. */
  nameOfCall(messageId: string, callId: string): string | null {
    return this.#callNames.get(`${messageId}/${callId}`) ?? null;
  }

  #words(part: Extract<MessagePart, { text: string }>): AgentUpdate[] {
    const known = this.#parts.get(part.id);
    if (part.ignored || (known && known.kind === "tool")) return [];
    const words = known ?? { messageId: part.messageID, kind: part.type, told: 0, finalOnly: false };
    this.#parts.set(part.id, words);
    const early = this.#deltas.get(part.id) ?? "";
    this.#deltas.delete(part.id);
    // A part comes whole when it is over, and empty when it begins: what came before it counts then.
    const text = part.text.length > words.told ? part.text.slice(words.told) : part.text === "" && !known ? early : "";
    words.told += text.length;
    // An answer to a call may bring it whole before the events that told of it piece by piece have come.
    if (part.text !== "") words.finalOnly = true;
    return this.#say(part.type, text, part.messageID);
  }

  #say(type: "text" | "reasoning", text: string, messageId: string): AgentUpdate[] {
    return text === "" || this.#sub !== "" || this.#summaries.has(messageId) ? [] : [{ type, text, messageId }];
  }

  #tool(part: Extract<MessagePart, { type: "tool" }>): AgentUpdate[] {
    const known = this.#parts.get(part.id);
    if (known && known.kind !== "tool") return [];
    const told = known ?? { messageId: part.messageID, kind: "tool", name: this.#nameCall(part), ended: false, last: "" };
    this.#parts.set(part.id, told);
    const tool = toolPatch(told.name, part);
    const last = JSON.stringify(tool);
    if (told.ended || told.last === last) return [];
    told.ended = tool.status === "completed" || tool.status === "failed";
    told.last = told.ended ? "" : last;
    return [{ type: "tool", tool }];
  }

  /** Models number their calls as they like, some each call alike. */
  #nameCall({ messageID, callID }: Extract<MessagePart, { type: "tool" }>): string {
    const times = (this.#calls.get(callID) ?? 0) + 1;
    this.#calls.set(callID, times);
    const name = `${this.#sub}${callID}${times === 1 ? "" : `#${times}`}`;
    this.#callNames.set(`${messageID}/${callID}`, name);
    return name;
  }

  #step({ id, tokens, cost }: Extract<MessagePart, { type: "step-finish" }>): AgentUpdate[] {
    if (this.#steps.has(id)) return [];
    this.#steps.add(id);
    const { input, output, reasoning, cache } = tokens;
    const before = this.#usage;
    this.#usage = {
      input: (before?.input ?? 0) + input + cache.write,
      cached: (before?.cached ?? 0) + cache.read,
      output: (before?.output ?? 0) + output,
      reasoning: (before?.reasoning ?? 0) + reasoning,
      cost: (before?.cost ?? 0) + cost,
      contextUsed: input + cache.read + cache.write + output + reasoning,
    };
    return [{ type: "usage", usage: this.#usage }];
  }
}
