import { expect, it } from "vitest";
import { createTyping } from "./create-typing.ts";

/** Calls that the test ends, one after the other. */
function bench() {
  const sent: string[] = [];
  const lost: string[] = [];
  const calls: PromiseWithResolvers<void>[] = [];
  const type = createTyping(
    (data) => {
      sent.push(data);
      const call = Promise.withResolvers<void>();
      calls.push(call);
      return call.promise;
    },
    (data) => lost.push(data),
  );
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  return {
    sent,
    lost,
    type,
    answer: async (): Promise<void> => {
      calls.shift()?.resolve();
      await settled();
    },
    fail: async (): Promise<void> => {
      calls.shift()?.reject(new Error("away"));
      await settled();
    },
  };
}

it("sends the first key at once, and what comes meanwhile together and in order", async () => {
  const { sent, type, answer } = bench();
  for (const key of "abc") type(key);
  expect(sent).toEqual(["a"]);
  await answer();
  expect(sent).toEqual(["a", "bc"]);
  await answer();
  type("d");
  expect(sent).toEqual(["a", "bc", "d"]);
});

it("types nothing later that couldn't be sent: all of it is handed back, and the next key begins anew", async () => {
  const { sent, lost, type, answer, fail } = bench();
  for (const key of "rm -r") type(key);
  await fail();
  expect([sent, lost]).toEqual([["r"], ["rm -r"]]);
  type("l");
  await answer();
  expect([sent, lost]).toEqual([["r", "l"], ["rm -r"]]);
});

it("hands back only what was under way as the connection went", async () => {
  const { sent, lost, type, answer, fail } = bench();
  type("a");
  type("b");
  await answer();
  type("c");
  await fail();
  expect([sent, lost]).toEqual([["a", "b"], ["bc"]]);
});
