import { lstatSync } from "node:fs";
import { expect, it } from "vitest";
import { toLook } from "./look.ts";

const stat = lstatSync(import.meta.filename, { bigint: true });

/** A file that was changed so long ago, as a disk tells it that counts in steps of so much. */
function changed(agoMs: number, stepNs: bigint): ReturnType<typeof toLook> {
  const at = BigInt(Date.now() - agoMs) * 1_000_000n + 7n;
  return toLook(Object.assign(Object.create(Object.getPrototypeOf(stat)), stat, { ctimeNs: at - (at % stepNs) }));
}

it("is settled once another change would show, by what the disk is seen to tell apart", () => {
  expect(changed(20, 1n).settled).toBe(false);
  expect(changed(500, 1n).settled).toBe(true);
  for (const step of [10_000_000n, 1_000_000_000n, 2_000_000_000n]) {
    expect(changed(400, step).settled).toBe(false);
    expect(changed(5000, step).settled).toBe(true);
  }
});
