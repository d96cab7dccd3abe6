import { expect, it } from "vitest";
import { fail, ok } from "../../../shared/result.ts";
import { ManualClock } from "../../lib/clock.ts";
import { Health } from "./health.ts";

function watch({ answers, isBusy }: { answers: () => boolean; isBusy: boolean }) {
  const clock = new ManualClock();
  const dead: string[] = [];
  let heardAt = 0;
  const health = new Health({
    clock,
    ask: async () => (answers() ? ok(null) : fail(null)),
    heardAt: () => heardAt,
    checkFeed: () => undefined,
    isBusy: () => isBusy,
    onDead: (message) => dead.push(message),
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 15) {
      clock.advance(15_000);
      await Promise.resolve();
    }
  };
  return { dead, pass, health, hear: () => (heardAt = clock.monotonic()) };
}

it("R42 takes many failed questions for one failure, and an answer or an event for life", async () => {
  let answers = false;
  const watched = watch({ answers: () => answers, isBusy: false });
  await watched.pass(45);
  answers = true;
  await watched.pass(15);
  answers = false;
  await watched.pass(30);
  watched.hear();
  await watched.pass(45);
  expect(watched.dead).toEqual([]);
  await watched.pass(30);
  expect(watched.dead).toEqual([expect.stringContaining("answered nothing for")]);
  watched.health.stop();
});

it("R42 gives a busy server longer, and not for ever", async () => {
  const watched = watch({ answers: () => false, isBusy: true });
  await watched.pass(150);
  expect(watched.dead).toEqual([]);
  await watched.pass(60);
  expect(watched.dead).toHaveLength(1);
});
