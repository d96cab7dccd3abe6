import { lstatSync, type BigIntStats, type PathLike } from "node:fs";
import { errorCode } from "./file-failure.ts";

/**
 * What lies at a path: who it is, how large, and when it was last changed. Null: nothing. `settled`: whatever changes it
 * from then on changes the stamp, too.
 */
export type Look = { stamp: string; settled: boolean } | null;

/** Some disks count the time in steps of two seconds: what is changed twice in one may look the same. */
const coarseMs = 2500;
/** Of one that has been seen to tell less than a hundredth of a second apart. */
const fineMs = 100;

export function lookUp(place: PathLike): BigIntStats | null {
  try {
    return lstatSync(place, { bigint: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function toLook({ dev, ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): NonNullable<Look> {
  const changedAt = Number(ctimeNs / 1_000_000n);
  const stepMs = ctimeNs % 10_000_000n === 0n ? coarseMs : fineMs;
  return { stamp: [dev, ino, size, mode, mtimeNs, ctimeNs].join(" "), settled: Date.now() - changedAt > stepMs };
}
