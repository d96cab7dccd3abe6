import { charsOf, compactionOf, viewOf, type Compaction, type CompactionRequest } from "../context/compaction.ts";
import type { TranscriptKey, TranscriptRepository } from "../../store/transcripts.ts";
import type { KeptPersona } from "./kept-persona.ts";
import { line, type Line, type Message, type Told } from "./message.ts";

export type ConversationDeps = { transcripts: Pick<TranscriptRepository, "append" | "read">; key: TranscriptKey };

/**
 * All that a chat's model was ever sent and answered, in the store: it is only added to, so that each request begins as
 * the one before it did, also after a restart. A compaction is the one exception: less of it is sent from then on.
 */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #messages: Message[] = [];
  readonly #systems = new Map<boolean, string>();
  #compaction: Compaction | null = null;
  /** As they are sent. */
  #sent: Message[] = [];
  #chars = 0;
  /** The number in the highest id of a call. */
  #lastCall = 0;

  private constructor(deps: ConversationDeps) {
    this.#deps = deps;
  }

  /** Nothing was said yet. */
  static begin(deps: ConversationDeps): Conversation {
    return new Conversation(deps);
  }

  /** What is stored; null where it can't be read. */
  static load(deps: ConversationDeps): Conversation | null {
    const conversation = new Conversation(deps);
    for (const text of deps.transcripts.read(deps.key)) {
      const stored = readLine(text);
      if (!stored) return null;
      conversation.#take(stored);
    }
    return conversation;
  }

  /** Those that are sent. */
  get messages(): readonly Message[] {
    return this.#sent;
  }

  /** How many there are, with those that are sent no more. */
  get length(): number {
    return this.#messages.length;
  }

  /** Of the messages that are sent, with what stands around each in a request. */
  get chars(): number {
    return this.#chars;
  }

  /** Whether it began with the short words for small windows; null before the first turn. */
  get beganCompact(): boolean | null {
    return this.#systems.keys().next().value ?? null;
  }

  /** What stands before the messages; made once, and the same from then on. */
  async system(compact: boolean, make: () => Promise<string>): Promise<string> {
    const known = this.#systems.get(compact);
    if (known !== undefined) return known;
    const text = await make();
    this.#append([{ role: "system", compact, text }]);
    return text;
  }

  add(...messages: Message[]): void {
    this.#append(messages);
  }

  /** Sends less from now on; false where there is nothing left that could go. What goes stays in the store. */
  compact(wanted: Pick<CompactionRequest, "maxChars" | "facts">): boolean {
    const made = compactionOf({ ...wanted, messages: this.#messages, earlier: this.#compaction, told: this.told });
    if (made) this.#append([{ role: "compacted", ...made }]);
    return made !== null;
  }

  /** What the model was told last of each thing that changes. */
  get told(): Told {
    return this.#messages.reduce<Told>((told, each) => (each.role === "user" ? { ...told, ...each.told } : told), {});
  }

  /** That the person's latest prompt asked for. */
  get persona(): { name: string; kept: KeptPersona | null } | null {
    const prompt = this.#messages.findLast((each) => each.role === "user" && each.persona !== undefined);
    return prompt?.role === "user" && prompt.persona ? { name: prompt.persona, kept: prompt.kept ?? null } : null;
  }

  /** Ids for so many new calls: nine letters and digits, which is what the strictest chat template takes. */
  newCallIds(count: number): string[] {
    return Array.from({ length: count }, (_, at) => `c${(this.#lastCall + at + 1).toString(36).padStart(8, "0")}`);
  }

  /** Calls without a result: Hearth ended, or the turn was stopped, before there was one. No template takes such. */
  openCalls(): { id: string; name: string }[] {
    const answered = new Set(this.#messages.flatMap((each) => (each.role === "tool" ? [each.callId] : [])));
    return this.#messages.flatMap((each) => (each.role === "assistant" ? each.calls : [])).filter(({ id }) => !answered.has(id));
  }

  #append(lines: readonly Line[]): void {
    const { transcripts, key } = this.#deps;
    for (const each of lines) this.#take(each);
    transcripts.append(
      key,
      lines.map((each) => ({ id: null, text: JSON.stringify(each) })),
    );
  }

  #take(stored: Line): void {
    if (stored.role === "system") {
      this.#systems.set(stored.compact, stored.text);
    } else if (stored.role === "compacted") {
      const { role: _, ...made } = stored;
      this.#compaction = made;
      this.#sent = [...viewOf(this.#messages, made)];
      this.#chars = charsOf(this.#sent);
    } else {
      this.#messages.push(stored);
      this.#sent.push(stored);
      this.#chars += charsOf([stored]);
      if (stored.role === "assistant") this.#lastCall = Math.max(this.#lastCall, ...stored.calls.map(({ id }) => numberOf(id)));
    }
  }
}

function numberOf(callId: string): number {
  const number = Number.parseInt(callId.slice(1), 36);
  return Number.isSafeInteger(number) ? number : 0;
}

function readLine(text: string): Line | null {
  try {
    return line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
