import { isDeepStrictEqual } from "node:util";
import { newId } from "../../shared/ids.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { Queue, RunChoice } from "../../shared/contract/chats.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Store } from "../store/open.ts";
import type { QueueRepository } from "../store/queue.ts";
import type { Chats } from "./ports.ts";
import type { RunsService } from "./runs-service.ts";

type NotFound = Failure<"CHAT_NOT_FOUND" | "QUEUE_ITEM_NOT_FOUND">;

/**
 * Prompts that wait behind a chat's run. They go out in order as runs complete; after a failure or Stop they wait
 * for the person. A prompt leaves the queue in the transaction that makes its run, so it has exactly one fate.
 */
export function createQueueService(deps: {
  store: Store;
  queue: QueueRepository;
  chats: Chats;
  runs: RunsService;
  clock: Clock;
  log: Log;
}) {
  const { queue, chats, runs } = deps;
  const sending = new Set<string>();
  /** Why the first prompt of a chat was refused; gone with the next try. */
  const refusals = new Map<string, string>();

  function view(chatId: string): Queue {
    return { chatId, items: queue.list(chatId), held: chats.isHeld(chatId), reason: refusals.get(chatId) ?? null };
  }

  function announce(chatId: string): Queue {
    const current = view(chatId);
    runs.announced.emit({ chatId, update: { type: "queue", queue: current } });
    return current;
  }

  function hold(chatId: string, held: boolean): void {
    if (chats.isHeld(chatId) !== held) deps.store.durably(() => chats.setHeld(chatId, held));
  }

  function chatBusy(chatId: string): boolean {
    return runs.listOpen().some((run) => run.chatId === chatId);
  }

  /** Sends the first waiting prompt, if nothing of the chat goes on and the queue isn't held. */
  async function advance(chatId: string): Promise<void> {
    if (sending.has(chatId) || chats.isHeld(chatId) || chatBusy(chatId)) return;
    const [item] = queue.list(chatId);
    if (!item) return;
    sending.add(chatId);
    refusals.delete(chatId);
    let again = false;
    try {
      const created = await runs.create({ chatId, prompt: item.prompt, ...item.choice }, () => {
        // Taken off, edited or overtaken meanwhile: the transaction is rolled back, and what is first now goes out.
        if (!isDeepStrictEqual(queue.list(chatId)[0], item)) throw new ItemChanged();
        queue.remove(chatId, item.id);
      });
      if (!created.ok) {
        refusals.set(chatId, created.error.message);
        hold(chatId, true);
      }
    } catch (error) {
      if (!(error instanceof ItemChanged)) throw error;
      again = true;
    } finally {
      sending.delete(chatId);
    }
    announce(chatId);
    if (again) await advance(chatId);
  }

  function advanceSoon(chatId: string): void {
    advance(chatId).catch((error: unknown) => {
      deps.log.error("queue.advance", error, { chatId });
      hold(chatId, true);
      announce(chatId);
    });
  }

  const off = runs.ended.on((run) => {
    if (queue.list(run.chatId).length === 0) return;
    if (run.status !== "completed") hold(run.chatId, true);
    announce(run.chatId);
    advanceSoon(run.chatId);
  });

  function inChat<T extends NotFound["code"]>(chatId: string, work: () => Result<null, Failure<T>>): Result<Queue, NotFound> {
    if (!chats.find(chatId)) return failure("CHAT_NOT_FOUND", "There is no such chat", { field: "id" });
    const done = work();
    if (!done.ok) return done;
    return ok(announce(chatId));
  }

  const gone = (): Result<null, Failure<"QUEUE_ITEM_NOT_FOUND">> =>
    failure("QUEUE_ITEM_NOT_FOUND", "This prompt has gone out already, or was removed", { field: "itemId" });

  return {
    view,
    add(chatId: string, prompt: ContentBlock[], choice: RunChoice): Result<Queue, NotFound> {
      return inChat(chatId, () => {
        if (queue.list(chatId).length === 0) hold(chatId, false);
        deps.store.durably(() =>
          queue.add({ id: newId("que", deps.clock.now()), chatId, prompt, choice, createdAt: deps.clock.now() }),
        );
        advanceSoon(chatId);
        return ok(null);
      });
    },
    update(
      chatId: string,
      itemId: string,
      patch: { prompt?: ContentBlock[] | undefined; toIndex?: number | undefined },
    ): Result<Queue, NotFound> {
      return inChat(chatId, () =>
        deps.store.durably(() => {
          if (patch.prompt && !queue.setPrompt(chatId, itemId, patch.prompt)) return gone();
          if (patch.toIndex !== undefined && !queue.move(chatId, itemId, patch.toIndex)) return gone();
          return ok(null);
        }),
      );
    },
    remove(chatId: string, itemId: string): Result<Queue, NotFound> {
      return inChat(chatId, () => (deps.store.durably(() => queue.remove(chatId, itemId)) ? ok(null) : gone()));
    },
    release(chatId: string): Result<Queue, NotFound> {
      return inChat(chatId, () => {
        hold(chatId, false);
        advanceSoon(chatId);
        return ok(null);
      });
    },
    /** At start: what an earlier core left waiting goes out only when the person says so. */
    holdLeftOver(): void {
      for (const chatId of queue.chatsWaiting()) hold(chatId, true);
    },
    dispose: off,
  };
}

class ItemChanged extends Error {}
