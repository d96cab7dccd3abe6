import { expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import { Settle } from "./settle.ts";

function create() {
  const clock = new ManualClock();
  const doneAt: number[] = [];
  const errors: unknown[] = [];
  const hooks = { work: async (): Promise<void> => {} };
  const settle = new Settle({
    clock,
    quietMs: 100,
    maxMs: 1000,
    restRatio: 4,
    async work() {
      doneAt.push(clock.monotonic());
      await hooks.work();
    },
    onError: (error) => errors.push(error),
  });
  /** Lets promises that are due go on. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { clock, settle, doneAt, errors, hooks, turn };
}

it("waits until it is quiet, and keeps no timer without a notice", async () => {
  const { clock, settle, doneAt, turn } = create();
  expect(clock.pending()).toBe(0);
  settle.notice();
  clock.advance(60);
  settle.notice();
  clock.advance(60);
  expect(doneAt).toEqual([]);
  expect(settle.pending).toBe(true);
  clock.advance(60);
  await turn();
  expect([doneAt, settle.pending, clock.pending()]).toEqual([[160], false, 0]);
});

it("doesn't wait for ever where it never gets quiet", async () => {
  const { clock, settle, doneAt, turn } = create();
  for (let at = 0; at < 2500; at += 50) {
    settle.notice();
    clock.advance(50);
    await turn();
  }
  expect(doneAt).toEqual([1000, 2000]);
});

it("rests after work that took long, and does it once more for what came meanwhile", async () => {
  const { clock, settle, doneAt, hooks, turn } = create();
  let finish = (): void => {};
  hooks.work = () => new Promise((resolve) => (finish = resolve));
  settle.notice();
  clock.advance(100);
  clock.advance(200);
  settle.notice();
  finish();
  await turn();
  clock.advance(799);
  expect(doneAt).toEqual([100]);
  clock.advance(1);
  expect(doneAt).toEqual([100, 1100]);
});

it("is settled at once when asked for it, by one work for all that wait", async () => {
  const { settle, doneAt } = create();
  await settle.settled();
  expect(doneAt).toEqual([]);
  settle.notice();
  await Promise.all([settle.settled(), settle.settled()]);
  expect([doneAt.length, settle.pending]).toEqual([1, false]);
});

it("tells of a failure and goes on; after its end it does nothing", async () => {
  const { clock, settle, doneAt, errors, hooks } = create();
  hooks.work = () => Promise.reject(new Error("no"));
  settle.notice();
  await settle.settled();
  expect(errors).toHaveLength(1);
  settle.notice();
  settle.dispose();
  settle.notice();
  clock.advance(5000);
  await settle.settled();
  expect([doneAt.length, clock.pending()]).toEqual([1, 0]);
});
