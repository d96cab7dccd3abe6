/** One version of a path, as a tree has it; null where there is nothing. */
export type Version = { mode: string; oid: string } | null;

/** Why three versions don't come together. `ours` is where the result is written, `theirs` what is brought there. */
export type Clash = "submodule" | "deleted-in-ours" | "deleted-in-theirs" | "made-in-both" | "link" | "same-place";

/**
 * What becomes of one path, from three versions. `keep`: ours already is what theirs is. `take`: theirs as it is.
 * `mode`: ours' content under another mode. `merge`: the contents must be merged, the result has `mode`.
 */
export type ThreeWay =
  | { kind: "keep" }
  | { kind: "take"; mode: string }
  | { kind: "mode"; mode: string }
  | { kind: "merge"; mode: string }
  | { kind: "conflict"; clash: Clash };

/** `ours` is where the result will be written, `theirs` what is brought there, `base` what both began with. */
export function decide(base: Version, ours: Version, theirs: Version): ThreeWay {
  if (sameVersion(ours, theirs)) return { kind: "keep" };
  if ([base, ours, theirs].some((version) => version?.mode === "160000")) return { kind: "conflict", clash: "submodule" };
  if (sameVersion(ours, base)) return { kind: "take", mode: theirs?.mode ?? "" };
  if (!ours) return { kind: "conflict", clash: "deleted-in-ours" };
  if (!theirs) return { kind: "conflict", clash: "deleted-in-theirs" };
  if (!base) return { kind: "conflict", clash: "made-in-both" };
  if (isLink(base) || isLink(ours) || isLink(theirs)) return { kind: "conflict", clash: "link" };
  // Files have two modes, so a side that differs from the base is the one that changed it, and both agree if both did.
  const mode = ours.mode === base.mode ? theirs.mode : ours.mode;
  if (ours.oid === theirs.oid || theirs.oid === base.oid) return mode === ours.mode ? { kind: "keep" } : { kind: "mode", mode };
  if (ours.oid === base.oid) return { kind: "take", mode };
  return { kind: "merge", mode };
}

export function sameVersion(a: Version, b: Version): boolean {
  return a === null || b === null ? a === b : a.mode === b.mode && a.oid === b.oid;
}

function isLink(version: { mode: string }): boolean {
  return version.mode === "120000";
}
