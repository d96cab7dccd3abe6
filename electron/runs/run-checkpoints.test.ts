import { expect, it } from "vitest";
import type { FakeTurn } from "../testing/fake-backend.ts";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

it("holds up no first word with the checkpoint before: it is begun behind them, in a while, or with the first work", async () => {
  const bench = createRunBench();
  const taken = (): number => {
    const list = bench.services.checkpoints.list("ses-a");
    return list.ok ? list.value.filter(({ kind }) => kind === "before-run").length : 0;
  };
  const begin = async (): Promise<FakeTurn> => {
    const at = bench.backend.turns.length;
    await bench.start("chat-1");
    const turn = await until(() => bench.backend.turns[at]);
    await new Promise((resolve) => setImmediate(resolve));
    return turn;
  };
  const end = async (turn: FakeTurn): Promise<void> => {
    turn.end();
    await until(() => bench.records.listOpen().length === 0);
  };
  const spoken = await begin();
  spoken.host.onUpdate({ type: "text", text: "Hello" });
  bench.clock.advance(10);
  expect(taken()).toBe(0);
  spoken.host.onUpdate({ type: "text", text: ", and more words" });
  bench.clock.advance(10);
  await until(() => taken() === 1);
  await end(spoken);
  const silent = await begin();
  bench.clock.advance(140);
  expect(taken()).toBe(1);
  bench.clock.advance(20);
  await until(() => taken() === 2);
  await end(silent);
  const asking = await begin();
  await asking.host.authorize({ kind: "edit", paths: ["a"] }, undefined, new AbortController().signal);
  expect(taken()).toBe(3);
  await end(asking);
  const working = await begin();
  working.host.onUpdate({ type: "tool", tool: { id: "call-1", kind: "edit", title: "Edit a", status: "in_progress" } });
  await until(() => taken() === 4);
  await end(working);
});

it("begins the checkpoints at a turn's end behind its last words", async () => {
  const bench = createRunBench();
  const { checkpoints } = bench.services;
  const take = checkpoints.take.bind(checkpoints);
  const heard: string[] = [];
  let heardAtFirst: string[] | null = null;
  checkpoints.take = (...given) => {
    heardAtFirst ??= [...heard];
    return take(...given);
  };
  const run = await bench.start("chat-1");
  const read = async (): Promise<void> => {
    for await (const event of bench.runs.follow(run.id, 0, undefined)) {
      // A carrier has as many steps to go.
      for (let step = 0; step < 50; step += 1) await Promise.resolve();
      if (event.type === "assistant.delta") heard.push(event.payload.text);
    }
  };
  const reader = read();
  const turn = await until(() => bench.backend.turns[0]);
  turn.host.onUpdate({ type: "text", text: "Hello" });
  turn.end();
  await reader;
  expect(heardAtFirst).toEqual(["Hello"]);
});
