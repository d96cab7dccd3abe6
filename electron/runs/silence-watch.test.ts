import { expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { SilenceWatch } from "./silence-watch.ts";

function watch(clock: ManualClock, excused = (): boolean => false): { watch: SilenceWatch; limits: number[] } {
  const limits: number[] = [];
  const deps = { clock, limitSeconds: 60, isExcused: excused, onLimit: (seconds: number) => void limits.push(seconds) };
  return { watch: new SilenceWatch(deps), limits };
}

it("tells once that the limit is reached, counted from what was heard last", () => {
  const clock = new ManualClock();
  const silent = watch(clock);
  clock.advance(55_000);
  silent.watch.heard();
  clock.advance(59_000);
  expect(silent.limits).toEqual([]);
  clock.advance(200_000);
  expect(silent.limits).toEqual([60]);
});

it("counts nothing while it is excused", () => {
  const clock = new ManualClock();
  let excused = true;
  const silent = watch(clock, () => excused);
  clock.advance(3_600_000);
  excused = false;
  clock.advance(59_000);
  expect(silent.limits).toEqual([]);
  clock.advance(2_000);
  expect(silent.limits).toEqual([60]);
});

it("R61 takes an hour's sleep for one step", () => {
  const clock = new ManualClock();
  const silent = watch(clock);
  clock.advance(50_000);
  clock.skip(3_600_000);
  expect(silent.limits).toEqual([]);
  clock.advance(5_000);
  expect(silent.limits).toEqual([60]);
});

it("is over with its run", () => {
  const clock = new ManualClock();
  const silent = watch(clock);
  silent.watch.end();
  expect(clock.pending()).toBe(0);
});
