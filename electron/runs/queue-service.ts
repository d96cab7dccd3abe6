import { isDeepStrictEqual } from "node:util";
import { newId } from "../../shared/ids.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { Queue } from "../../shared/contract/chats.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import { steeredReason } from "../../shared/run-state.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { faultText } from "../store/faults.ts";
import type { Store } from "../store/open.ts";
import type { QueueRepository } from "../store/queue.ts";
import { addedBefore, type AddInput } from "./added-before.ts";
import type { Chats } from "./ports.ts";
import type { RunRefusal } from "./run-checks.ts";
import type { RunsService } from "./runs-service.ts";

type NotFound = Failure<"CHAT_NOT_FOUND" | "QUEUE_ITEM_NOT_FOUND">;
type AddRefusal = NotFound | RunRefusal;
type Work<T extends AddRefusal["code"]> = () => Result<null, Failure<T>>;

export type QueueDeps = {
  store: Store;
  queue: QueueRepository;
  chats: Chats;
  runs: RunsService;
  clock: Clock;
  log: Log;
};

/**
 * Prompts that wait behind a chat's run. They go out in order as runs complete; after a failure or Stop they wait
 * for the person. A prompt leaves the queue in the transaction that makes its run, so it has exactly one fate.
 * Listens to the end of runs until `dispose`.
 */
export class QueueService {
  readonly #deps: QueueDeps;
  readonly #sending = new Set<string>();
  /** Why the first prompt of a chat was refused; gone with the next try. */
  readonly #refusals = new Map<string, string>();
  readonly dispose: () => void;

  constructor(deps: QueueDeps) {
    this.#deps = deps;
    this.dispose = deps.runs.ended.on((run) => this.#onRunEnded(run));
  }

  view(chatId: string): Queue {
    const { queue, chats } = this.#deps;
    return { chatId, items: queue.list(chatId), held: chats.isHeld(chatId), reason: this.#refusals.get(chatId) ?? null };
  }

  /** The same key again adds nothing, whether its prompt still waits or has gone out: a lost answer is asked for anew. */
  add(chatId: string, input: AddInput): Result<Queue, AddRefusal> {
    return this.#inChat<AddRefusal["code"]>(chatId, () => {
      const { store, queue, runs, clock } = this.#deps;
      const before = addedBefore(queue, runs, chatId, input);
      if (before) return before;
      const { prompt, choice, idempotencyKey = null } = input;
      if (queue.list(chatId).length === 0) this.#hold(chatId, false);
      const now = clock.now();
      store.write(() => queue.add({ id: newId("que", now), chatId, prompt, choice, createdAt: now, idempotencyKey }));
      this.#advanceSoon(chatId);
      return ok(null);
    });
  }

  update(
    chatId: string,
    itemId: string,
    patch: { prompt?: ContentBlock[] | undefined; toIndex?: number | undefined },
  ): Result<Queue, NotFound> {
    const { store, queue } = this.#deps;
    return this.#inChat(chatId, () =>
      store.write(() => {
        if (patch.prompt && !queue.setPrompt(chatId, itemId, patch.prompt)) return gone();
        if (patch.toIndex !== undefined && !queue.move(chatId, itemId, patch.toIndex)) return gone();
        return ok(null);
      }),
    );
  }

  remove(chatId: string, itemId: string): Result<Queue, NotFound> {
    const { store, queue } = this.#deps;
    return this.#inChat(chatId, () => (store.write(() => queue.remove(chatId, itemId)) ? ok(null) : gone()));
  }

  /** A waiting prompt goes out now: the turn that goes on is stopped for it. */
  async sendNow(chatId: string, itemId: string): Promise<Result<Queue, AddRefusal>> {
    const { queue, chats, runs } = this.#deps;
    if (!chats.find(chatId)) return noChat();
    const item = queue.list(chatId).find(({ id }) => id === itemId);
    if (!item) return gone();
    const request = { ...item.choice, chatId, prompt: item.prompt, idempotencyKey: queue.keyOf(chatId, itemId), now: true };
    try {
      const created = await runs.create(request, () => {
        if (
          !isDeepStrictEqual(
            queue.list(chatId).find(({ id }) => id === itemId),
            item,
          )
        )
          throw new ItemChanged();
        queue.remove(chatId, itemId);
      });
      if (!created.ok) return created;
    } catch (error) {
      if (error instanceof ItemChanged) return gone();
      throw error;
    }
    return ok(this.#announce(chatId));
  }

  release(chatId: string): Result<Queue, NotFound> {
    return this.#inChat(chatId, () => {
      this.#hold(chatId, false);
      this.#advanceSoon(chatId);
      return ok(null);
    });
  }

  /** At start: what an earlier core left waiting goes out only when the person says so. */
  holdLeftOver(): void {
    for (const chatId of this.#deps.queue.chatsWaiting()) this.#hold(chatId, true);
  }

  #onRunEnded(run: Run): void {
    if (this.#deps.queue.list(run.chatId).length === 0) return;
    if (run.status !== "completed" && run.stopReason !== steeredReason) this.#hold(run.chatId, true);
    this.#announce(run.chatId);
    this.#advanceSoon(run.chatId);
  }

  #announce(chatId: string): Queue {
    const queue = this.view(chatId);
    this.#deps.runs.announced.emit({ chatId, update: { type: "queue", queue } });
    return queue;
  }

  #hold(chatId: string, held: boolean): void {
    const { chats } = this.#deps;
    if (chats.isHeld(chatId) !== held) chats.setHeld(chatId, held);
  }

  /** Sends the first waiting prompt, if nothing of the chat goes on and the queue isn't held. */
  async #advance(chatId: string): Promise<void> {
    const { store, queue, chats, runs } = this.#deps;
    await store.whenFree();
    const isBusy = runs.listOpen().some((run) => run.chatId === chatId);
    if (this.#sending.has(chatId) || chats.isHeld(chatId) || isBusy) return;
    const [item] = queue.list(chatId);
    if (!item) return;
    this.#sending.add(chatId);
    this.#refusals.delete(chatId);
    let again = false;
    try {
      const request = { ...item.choice, chatId, prompt: item.prompt, idempotencyKey: queue.keyOf(chatId, item.id) };
      const created = await runs.create(request, () => {
        // Taken off, edited or overtaken meanwhile: the transaction is rolled back, and what is first now goes out.
        if (!isDeepStrictEqual(queue.list(chatId)[0], item)) throw new ItemChanged();
        queue.remove(chatId, item.id);
      });
      if (!created.ok) {
        this.#refusals.set(chatId, created.error.message);
        this.#hold(chatId, true);
      }
    } catch (error) {
      if (!(error instanceof ItemChanged)) throw error;
      again = true;
    } finally {
      this.#sending.delete(chatId);
    }
    this.#announce(chatId);
    if (again) await this.#advance(chatId);
  }

  /** A queue that can't go on says so; where not even that can be stored, the next start holds it. */
  #advanceSoon(chatId: string): void {
    this.#advance(chatId)
      .catch((error: unknown) => {
        this.#deps.log.error("queue.advance", error, { chatId });
        this.#refusals.set(chatId, `The next prompt couldn't be sent: ${faultText(error)}`);
        this.#hold(chatId, true);
        this.#announce(chatId);
      })
      .catch((error: unknown) => this.#deps.log.error("queue.hold", error, { chatId }));
  }

  #inChat<T extends AddRefusal["code"]>(chatId: string, work: Work<T>): Result<Queue, Failure<T | "CHAT_NOT_FOUND">> {
    if (!this.#deps.chats.find(chatId)) return noChat();
    const done = work();
    if (!done.ok) return done;
    return ok(this.#announce(chatId));
  }
}

function noChat(): { ok: false; error: Failure<"CHAT_NOT_FOUND"> } {
  return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
}

function gone(): { ok: false; error: Failure<"QUEUE_ITEM_NOT_FOUND"> } {
  return failure("QUEUE_ITEM_NOT_FOUND", "This prompt has gone out already, or was removed", { field: "itemId" });
}

class ItemChanged extends Error {}
