import { createStore, type StoreApi } from "zustand/vanilla";
import * as z from "zod";
import { runChoice } from "../../shared/contract/chats.ts";
import { contentBlock } from "../../shared/prompt.ts";

const failure = z.object({ code: z.string(), message: z.string(), data: z.record(z.string(), z.unknown()).nullable() });
type Failure = z.infer<typeof failure>;

/**
 * A prompt that was sent and that the core hasn't said it has. `key` stays the same however often it is tried. `queue`:
 * for the queue of a chat in which a run goes; `now`: that run is stopped for it. `from`: where it was written, or a turn that is sent again. `tried`: it
 * went out once, so it may have arrived. `returned`: why it came back; null while it is on its way.
 */
export const outboxItem = z.object({
  key: z.string(),
  chatId: z.string(),
  prompt: z.array(contentBlock),
  choice: runChoice,
  queue: z.boolean(),
  now: z.boolean().optional(),
  from: z.enum(["composer", "turn"]),
  at: z.number(),
  tried: z.boolean(),
  returned: failure.nullable(),
});
export type OutboxItem = z.infer<typeof outboxItem>;
export type Prompt = Pick<OutboxItem, "chatId" | "prompt" | "choice" | "queue" | "now" | "from">;

export type OutboxPort = {
  /** What survives the page. `save` is false where there is no room. */
  storage: { load(): OutboxItem[]; save(item: OutboxItem): boolean; has(key: string): boolean; remove(key: string): void };
  /** Rejects unless the core has it. */
  deliver(item: OutboxItem): Promise<void>;
  /** Why the core doesn't take it; null where nobody answered. */
  refusalOf(error: unknown): Failure | null;
  onReturned(item: OutboxItem): void;
  onDelivered(item: OutboxItem): void;
  /** One page at a time works on a key. */
  alone(key: string, work: () => Promise<boolean>): Promise<boolean>;
  newKey(): string;
  now(): number;
  after(ms: number, run: () => void): () => void;
};

const retryMs = 5_000;
/** Later than this nobody expects it to be sent any more. */
const staleMs = 600_000;

/**
 * Owns the prompts on their way to the core, kept in the browser's storage so that each has one fate: it is sent once,
 * under one key, or comes back to the person.
 */
export class Outbox {
  readonly items: StoreApi<readonly OutboxItem[]>;
  readonly #port: OutboxPort;
  readonly #busy = new Set<string>();
  /** What found no room in the storage lives as long as the page. */
  readonly #unkept = new Set<string>();

  constructor(port: OutboxPort) {
    this.#port = port;
    this.items = createStore(() => inOrder(port.storage.load()));
  }

  /** Returns whether it is kept, should the page go before it was delivered. The same again after it came back has its key. */
  send(prompt: Prompt): boolean {
    const before = this.items.getState().find((item) => item.returned && item.chatId === prompt.chatId);
    const again = before && isSame(before, prompt) ? before : null;
    if (before) this.#remove(before.key);
    const item: OutboxItem = {
      ...prompt,
      ...(again ? { key: again.key, queue: again.queue, tried: again.tried } : { key: this.#port.newKey(), tried: false }),
      at: this.#port.now(),
      returned: null,
    };
    this.#put(item);
    void this.#flush(item.chatId);
    return !this.#unkept.has(item.key);
  }

  /** Sends what waits; for when the core is there again. */
  flush(): void {
    for (const chatId of new Set(this.items.getState().map((item) => item.chatId))) void this.#flush(chatId);
  }

  /** What waits comes back, at the person's word. */
  takeBack(key: string): void {
    const item = this.items.getState().find((one) => one.key === key);
    if (!item || item.returned) return;
    const mayBeThere = "You took it back. It may have arrived: look at the chat before you send it again.";
    if (item.tried) return this.#giveBack(item, { code: "CONNECTION_LOST", message: mayBeThere, data: null });
    this.#remove(key);
    this.#port.onReturned(item);
  }

  /** Forgets why a prompt came back. */
  dismiss(chatId: string): void {
    for (const item of this.items.getState()) if (item.returned && item.chatId === chatId) this.#remove(item.key);
  }

  /** Another page has written to the storage. */
  reread(): void {
    const own = this.items.getState().filter((item) => this.#unkept.has(item.key));
    this.items.setState(inOrder([...this.#port.storage.load(), ...own]), true);
  }

  /** Whether something would be lost with the page. */
  hasUnkept(): boolean {
    return this.#unkept.size > 0;
  }

  async #flush(chatId: string): Promise<void> {
    if (this.#busy.has(chatId)) return;
    this.#busy.add(chatId);
    try {
      for (;;) {
        const item = this.items.getState().find((one) => one.chatId === chatId && !one.returned);
        if (!item) return;
        if (await this.#port.alone(item.key, () => this.#attempt(item.key))) continue;
        this.#port.after(retryMs, () => void this.#flush(chatId));
        return;
      }
    } finally {
      this.#busy.delete(chatId);
    }
  }

  /** False where nobody answered. */
  async #attempt(key: string): Promise<boolean> {
    const item = this.#stillWaiting(key);
    if (!item) return true;
    if (this.#port.now() - item.at > staleMs) return (this.#giveBack(item, tooOld(item)), true);
    const going = { ...item, tried: true };
    this.#put(going);
    try {
      await this.#port.deliver(going);
    } catch (error) {
      const refusal = this.#port.refusalOf(error);
      if (refusal && this.#stillWaiting(key)) this.#giveBack(going, refusal);
      else if (!refusal && neverLeft(error)) this.#put(item);
      return refusal !== null;
    }
    this.#remove(key);
    this.#port.onDelivered(going);
    return true;
  }

  #stillWaiting(key: string): OutboxItem | null {
    const item = this.items.getState().find((one) => one.key === key && !one.returned) ?? null;
    if (!item || this.#unkept.has(key) || this.#port.storage.has(key)) return item;
    this.#remove(key); // Another page has brought it there.
    return null;
  }

  #giveBack(item: OutboxItem, why: Failure): void {
    this.#put({ ...item, returned: why });
    this.#port.onReturned(item);
  }

  #put(item: OutboxItem): void {
    if (this.#port.storage.save(item)) this.#unkept.delete(item.key);
    else this.#unkept.add(item.key);
    const items = this.items.getState();
    const isKnown = items.some((one) => one.key === item.key);
    this.items.setState(isKnown ? items.map((one) => (one.key === item.key ? item : one)) : [...items, item], true);
  }

  #remove(key: string): void {
    this.#port.storage.remove(key);
    this.#unkept.delete(key);
    this.items.setState(
      this.items.getState().filter((one) => one.key !== key),
      true,
    );
  }
}

function neverLeft(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "CORE_AWAY";
}

function tooOld({ tried }: OutboxItem): Failure {
  const perhaps = tried ? " It may have arrived: look at the chat before you send it again." : "";
  return {
    code: "CORE_AWAY",
    message: `Hearth wasn’t there for ten minutes, so this isn’t sent any more.${perhaps}`,
    data: null,
  };
}

function inOrder(items: readonly OutboxItem[]): OutboxItem[] {
  return items.toSorted((a, b) => a.at - b.at);
}

function isSame(a: Pick<Prompt, "prompt" | "choice">, b: Pick<Prompt, "prompt" | "choice">): boolean {
  return JSON.stringify([a.prompt, a.choice]) === JSON.stringify([b.prompt, b.choice]);
}
