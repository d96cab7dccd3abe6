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
    const added = bench.queue.add("chat-1", [{ type: "text", text }], choice);
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
