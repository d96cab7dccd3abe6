import { lstatSync, type BigIntStats, type PathLike } from "node:fs";
import { errorCode } from "./file-failure.ts";

/**
 * What lies at a path: who it is, how large, and when it was last changed. Null: nothing. `settled`: whatever changes it
 * from then on changes the stamp, too. `permissions`: of a file; null of what is none.
 */
export type Look = { stamp: string; settled: boolean; permissions: number | null } | null;

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

export function toLook(stat: BigIntStats): NonNullable<Look> {
  const { ctimeNs } = stat;
  const changedAt = Number(ctimeNs / 1_000_000n);
  const stepMs = ctimeNs % 10_000_000n === 0n ? coarseMs : fineMs;
  return { stamp: stampOf(stat), settled: Date.now() - changedAt > stepMs, permissions: permissionsOf(stat) };
}

/** Whether what lies there now is what was seen. */
export function isStill(now: BigIntStats | null, seen: Look): boolean {
  return (now && stampOf(now)) === (seen && seen.stamp);
}

function stampOf({ dev, ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mode} ${mtimeNs} ${ctimeNs}`;
}

export function permissionsOf(stat: BigIntStats): number | null {
  return stat.isFile() ? Number(stat.mode) & 0o777 : null;
}
