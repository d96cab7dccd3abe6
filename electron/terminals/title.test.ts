import { expect, it } from "vitest";
import { ManualClock } from "../lib/clock.ts";
import { Title, titlePauseMs } from "./title.ts";

function setUp() {
  const clock = new ManualClock();
  const told: string[] = [];
  return { clock, told, title: new Title({ clock, tell: (text) => void told.push(text) }) };
}

it("of a title set in a loop the first is told at once, and after each pause the last", () => {
  const { clock, told, title } = setUp();
  for (let n = 0; n < 10_000; n += 1) title.set(`n${n}`);
  expect(told).toEqual(["n0"]);
  clock.advance(titlePauseMs);
  expect(told).toEqual(["n0", "n9999"]);
  title.set("next");
  expect(told).toEqual(["n0", "n9999"]);
  clock.advance(titlePauseMs);
  expect(told).toEqual(["n0", "n9999", "next"]);
  expect(title.text).toBe("next");
});

it("what was told already isn't told again, and after a quiet while the next comes at once", () => {
  const { clock, told, title } = setUp();
  title.set("a");
  title.set("b");
  title.set("a");
  clock.advance(titlePauseMs);
  title.set("c");
  expect(told).toEqual(["a", "c"]);
});

it("the end tells what is left, and leaves no timer", () => {
  const { clock, told, title } = setUp();
  title.set("a");
  title.set("b");
  title.end();
  expect(told).toEqual(["a", "b"]);
  expect(clock.pending()).toBe(0);
});
