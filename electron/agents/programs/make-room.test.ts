import { expect, it } from "vitest";
import { fits, toEvict, type Housed } from "./make-room.ts";

const child = (name: string, lastUsedAt: number, memoryBytes: number, idle = true): Housed<string> => ({
  ...{ child: name, lastUsedAt, memoryBytes, idle },
});
const much = { children: 9, memoryBytes: 1000 };

it("ends nothing while there is room", () => {
  expect(toEvict([child("a", 1, 400), child("b", 2, 600)], much)).toEqual([]);
  expect(toEvict([], { children: 0, memoryBytes: 0 })).toEqual([]);
});

it("ends those that were used longest ago, and no more than it takes", () => {
  const three = [child("new", 3, 500), child("old", 1, 100), child("middle", 2, 600)];
  expect(toEvict(three, much)).toEqual(["old", "middle"]);
  expect(toEvict(three, { ...much, memoryBytes: 1100 })).toEqual(["old"]);
  expect(toEvict(three, { children: 2, memoryBytes: 9000 })).toEqual(["old"]);
});

it("never ends one in use, though that leaves too little room", () => {
  expect(toEvict([child("busy", 1, 5000, false), child("idle", 2, 10)], much)).toEqual(["idle"]);
});

it("fits where both counts do", () => {
  expect(fits([child("a", 1, 1000)], much)).toBe(true);
  expect(fits([child("a", 1, 1001)], much)).toBe(false);
  expect(fits([child("a", 1, 1), child("b", 1, 1)], { ...much, children: 1 })).toBe(false);
});
