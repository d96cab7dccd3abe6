import { expect, it } from "vitest";
import { mapFew } from "./map-few.ts";

it("works on a few at a time, and keeps their order", async () => {
  const ends: (() => void)[] = [];
  let most = 0;
  let open = 0;
  const done = mapFew([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++open);
    await new Promise<void>((resolve) => ends.push(resolve));
    open -= 1;
    return item * 10;
  });
  while (ends.length > 0) {
    ends.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await done).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});

it("ends with the first failure, and begins nothing after it that no worker had", async () => {
  const begun: number[] = [];
  const done = mapFew([1, 2, 3], 1, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error("two");
    return Promise.resolve(item);
  });
  await expect(done).rejects.toThrow("two");
  expect(begun).toEqual([1, 2]);
});

it("does nothing with nothing", async () => {
  expect(await mapFew([], 4, () => Promise.reject(new Error("never")))).toEqual([]);
});
