import { expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { GuessLimit } from "./guess-limit.ts";

it("S11 asks a guesser to stay away longer and longer, and says so once", () => {
  const bursts: string[] = [];
  const limit = new GuessLimit({ clock: new ManualClock(), onBurst: (peer) => bursts.push(peer) });
  const waits = Array.from({ length: 1000 }, () => limit.wrong("127.0.0.1"));
  expect(waits.slice(0, 100).every((seconds) => seconds === 0)).toBe(true);
  expect(waits.slice(100).every((seconds, at, all) => seconds > 0 && seconds >= (all[at - 1] ?? 0))).toBe(true);
  expect(waits.at(-1)).toBe(60);
  expect(bursts).toEqual(["127.0.0.1"]);
});

it("forgets a peer that has stopped", () => {
  const clock = new ManualClock();
  const limit = new GuessLimit({ clock, onBurst: () => {} });
  for (let at = 0; at < 200; at += 1) limit.wrong("127.0.0.1");
  clock.advance(61_000);
  expect(limit.wrong("127.0.0.1")).toBe(0);
});
