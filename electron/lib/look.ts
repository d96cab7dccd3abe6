import { lstatSync, type BigIntStats } from "node:fs";
import { errorCode } from "./file-failure.ts";

/** What lies at a path: who it is, how large, and when it was last changed. Null: nothing. */
export type Look = { stamp: string; changedAt: number } | null;

export function lookUp(place: Buffer): BigIntStats | null {
  try {
    return lstatSync(place, { bigint: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function lookAt(place: Buffer): Look {
  const stat = lookUp(place);
  return stat && toLook(stat);
}

export function toLook({ dev, ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): Look {
  return { stamp: [dev, ino, size, mode, mtimeNs, ctimeNs].join(" "), changedAt: Number(ctimeNs / 1_000_000n) };
}
