import { expect, it } from "vitest";
import { failure } from "../../shared/errors.ts";
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

it("sends a prompt instead of the turn that goes on, says so, and holds nothing that waits behind it", async () => {
  const bench = createRunBench();
  const going = await bench.start("chat-1", "one");
  const turn = await until(() => bench.backend.turns[0]);
  const waiting = await bench.start("chat-2", "of another chat");
  bench.queue.add("chat-1", { prompt: [{ type: "text", text: "later" }], choice });
  const added = bench.queue.add("chat-1", { prompt: [{ type: "text", text: "now" }], choice });
  const itemId = added.ok ? (added.value.items[1]?.id ?? "") : "";
  expect(await bench.queue.sendNow("chat-1", itemId)).toMatchObject({
    ok: true,
    value: { items: [{ prompt: [{ text: "later" }] }] },
  });
  expect(turn.cancelled).toBe(true);
  turn.end("cancelled");
  const next = await until(() => bench.backend.turns[1]);
  expect(next.request.blocks).toEqual([{ type: "text", text: "now" }]);
  expect(bench.records.find(going.id)).toMatchObject({ status: "cancelled", stopReason: "steered", error: null });
  expect(bench.records.find(waiting.id)?.status).toBe("queued");
  next.host.onUpdate({ type: "text", text: "Yes" });
  next.end();
  (await until(() => bench.backend.turns[2])).end();
  expect((await until(() => bench.backend.turns[3])).request.blocks).toEqual([{ type: "text", text: "later" }]);
  expect(await bench.queue.sendNow("chat-1", itemId)).toMatchObject({ ok: false, error: { code: "QUEUE_ITEM_NOT_FOUND" } });
});

it("sends nothing instead of a turn that is stopped after all", async () => {
  const bench = createRunBench();
  const going = await bench.start("chat-1", "one");
  const turn = await until(() => bench.backend.turns[0]);
  bench.queue.add("chat-1", { prompt: [{ type: "text", text: "later" }], choice });
  const next = await bench.start("chat-1", "now", { now: true });
  expect(turn.cancelled).toBe(true);
  expect(bench.runs.cancel(going.id)).toMatchObject({ ok: true });
  turn.end("cancelled");
  await until(() => bench.records.find(going.id)?.endedAt);
  expect(bench.records.find(going.id)).toMatchObject({ status: "cancelled", stopReason: "cancelled" });
  expect(bench.records.find(next.id)).toMatchObject({ status: "cancelled", error: null });
  expect(bench.queue.view("chat-1")).toMatchObject({ held: true, items: [{ prompt: [{ text: "later" }] }] });
  const again = await bench.start("chat-1", "again");
  expect((await until(() => bench.backend.turns[1])).request.blocks).toEqual([{ type: "text", text: "again" }]);
  expect(bench.records.find(again.id)?.status).toBe("running");
});

it("stops no turn for a prompt that is refused, or was sent before, and gives up no prompt that its agent hasn't had", async () => {
  const bench = createRunBench();
  const opening = Promise.withResolvers<void>();
  bench.backend.holdOpening = opening.promise;
  const starting = await bench.start("chat-1", "one");
  await until(() => bench.backend.opens.length === 1);
  await bench.start("chat-1", "two", { now: true, idempotencyKey: "k" });
  opening.resolve();
  const first = await until(() => bench.backend.turns[0]);
  expect([first.cancelled, bench.records.find(starting.id)?.status]).toEqual([false, "running"]);
  await bench.start("chat-1", "two", { now: true, idempotencyKey: "k" });
  bench.services.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", "Changed");
  await expect(bench.start("chat-1", "three", { now: true })).rejects.toMatchObject({ code: "PROJECT_NOT_TRUSTED" });
  expect(first.cancelled).toBe(false);
});
