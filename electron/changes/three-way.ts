import { sameSide } from "./content.ts";

export type Version = { mode: string; oid: string } | null;

/**
 * What becomes of one path, from three versions. `keep`: ours already is what theirs is. `take`: theirs as it is.
 * `mode`: ours' content under another mode. `merge`: the contents must be merged, the result has `mode`.
 */
export type Decision =
  | { kind: "keep" }
  | { kind: "take"; mode: string }
  | { kind: "mode"; mode: string }
  | { kind: "merge"; mode: string }
  | { kind: "conflict"; reason: string };

/** `ours` is where the result will be written, `theirs` what is brought there, `base` what both began with. */
export function decide(base: Version, ours: Version, theirs: Version): Decision {
  if (sameSide(ours, theirs)) return { kind: "keep" };
  if ([base, ours, theirs].some((version) => version?.mode === "160000"))
    return { kind: "conflict", reason: "It is a submodule: update it in the checkout with git." };
  if (sameSide(ours, base)) return { kind: "take", mode: theirs?.mode ?? "" };
  if (!ours) return { kind: "conflict", reason: "It was deleted in the checkout and changed here." };
  if (!theirs) return { kind: "conflict", reason: "It was changed in the checkout and deleted here." };
  if (!base) return { kind: "conflict", reason: "Both sides have a new file of this name." };
  if (isLink(base) || isLink(ours) || isLink(theirs)) return { kind: "conflict", reason: "Both sides changed a link." };
  // Files have two modes, so a side that differs from the base is the one that changed it, and both agree if both did.
  const mode = ours.mode === base.mode ? theirs.mode : ours.mode;
  if (ours.oid === theirs.oid || theirs.oid === base.oid) return mode === ours.mode ? { kind: "keep" } : { kind: "mode", mode };
  if (ours.oid === base.oid) return { kind: "take", mode };
  return { kind: "merge", mode };
}

function isLink(version: { mode: string }): boolean {
  return version.mode === "120000";
}
