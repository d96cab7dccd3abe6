import { expect, it } from "vitest";
import { ok } from "../../shared/result.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

const choice = { agentId: "fake", modelId: null, modeId: null, thinkingLevel: null };

/** A queue whose first prompt is on its way out, held up in the checks until `go`. */
function sendingBench() {
  const bench = createRunBench();
  const checks = Promise.withResolvers<void>();
  bench.services.projects.requireTrusted = () => checks.promise.then(() => ok(null));
  const add = (text: string): string => {
    const added = bench.queue.add("chat-1", { prompt: [{ type: "text", text }], choice });
    return (added.ok && added.value.items.at(-1)?.id) || "";
  };
  const firstSent = () => until(() => bench.backend.turns[0]?.request.blocks[0]);
  return { ...bench, add, go: () => checks.resolve(), firstSent };
}

it("goes on with the next prompt when the one on its way out is removed", async () => {
  const { queue, add, go, firstSent } = sendingBench();
  const first = add("removed");
  add("next");
  expect(queue.remove("chat-1", first).ok).toBe(true);
  go();
  expect(await firstSent()).toEqual({ type: "text", text: "next" });
});

it("sends what a prompt says after an edit that was taken, though it was on its way out", async () => {
  const { queue, add, go, firstSent } = sendingBench();
  const first = add("before");
  expect(queue.update("chat-1", first, { prompt: [{ type: "text", text: "after" }] }).ok).toBe(true);
  go();
  expect(await firstSent()).toEqual({ type: "text", text: "after" });
  expect(queue.view("chat-1").items).toEqual([]);
});

it("holds at start what an earlier core left waiting", async () => {
  const { queue, add, backend, held } = sendingBench();
  add("left");
  queue.holdLeftOver();
  expect(queue.view("chat-1")).toMatchObject({ held: true, items: [{}] });
  expect(held.has("chat-2")).toBe(false);
  expect(backend.turns).toEqual([]);
});

it("adds one prompt for one key, while it waits and after it went out, and refuses another under the same key", async () => {
  const { queue, go, firstSent, backend } = sendingBench();
  const prompt = [{ type: "text" as const, text: "once" }];
  const first = queue.add("chat-1", { prompt, choice, idempotencyKey: "k" });
  expect(queue.add("chat-1", { prompt, choice, idempotencyKey: "k" })).toEqual(first);
  expect(queue.add("chat-1", { prompt: [{ type: "text", text: "other" }], choice, idempotencyKey: "k" })).toMatchObject({
    error: { code: "IDEMPOTENCY_KEY_REUSED" },
  });
  go();
  await firstSent();
  expect(queue.view("chat-1").items).toEqual([]);
  expect(queue.add("chat-1", { prompt, choice, idempotencyKey: "k" })).toMatchObject({ ok: true, value: { items: [] } });
  expect(backend.turns).toHaveLength(1);
});
