import { isDeepStrictEqual } from "node:util";
import type { RunChoice } from "../../shared/contract/chats.ts";
import type { ContentBlock } from "../../shared/prompt.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { QueueRepository } from "../store/queue.ts";
import { keyReused, sameRequest, type RunRefusal } from "./run-checks.ts";
import type { RunsService } from "./runs-service.ts";

export type AddInput = { prompt: ContentBlock[]; choice: RunChoice; idempotencyKey?: string | undefined };
type Found = Result<null, RunRefusal> | null;

/** Whether this prompt was queued under its key before, and waits or has gone out; null where it wasn't. */
export function addedBefore(queue: QueueRepository, runs: RunsService, chatId: string, input: AddInput): Found {
  const { prompt, choice, idempotencyKey } = input;
  if (idempotencyKey === undefined) return null;
  const item = queue.findByKey(chatId, idempotencyKey);
  if (item) return isDeepStrictEqual([item.prompt, item.choice], [prompt, choice]) ? ok(null) : keyReused({ itemId: item.id });
  const run = runs.findByKey(chatId, idempotencyKey);
  if (!run) return null;
  const same = sameRequest(run, { chatId, prompt, idempotencyKey, ...choice });
  return same.ok ? ok(null) : same;
}
