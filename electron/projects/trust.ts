import type { TrustReport } from "../../shared/contract/projects.ts";
import type { TrustedItems } from "../store/projects.ts";
import { sha, type FoundItem } from "./trust-scan.ts";

/** How many contents of one path stay trusted, so that going back to an earlier branch doesn't ask again. */
const keptPerPath = 20;

/** Items whose content the person hasn't trusted. What was trusted and is gone runs nothing, so it doesn't count. */
export function untrustedItems(found: readonly FoundItem[], trusted: TrustedItems): FoundItem[] {
  return found.filter((item) => !(Object.hasOwn(trusted, item.path) && trusted[item.path]?.includes(item.hash)));
}

/** Each content once, the first of its kind; several working copies mostly hold the same. */
export function distinct(found: readonly FoundItem[]): FoundItem[] {
  const seen = new Set<string>();
  return found.filter((item) => {
    const key = `${item.path}\0${item.hash}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

/** The name of exactly this set of contents. */
export function contentHash(found: readonly FoundItem[]): string {
  return sha(
    found
      .map((item) => `${item.path}\0${item.hash}`)
      .toSorted()
      .join("\n"),
  );
}

export function toReport(found: readonly FoundItem[], trusted: TrustedItems | null): TrustReport {
  const changed = trusted === null ? [] : untrustedItems(found, trusted).map((item) => item.path);
  return {
    items: found.map(({ kind, path, detail }) => ({ kind, path, detail })),
    contentHash: contentHash(found),
    changed: [...new Set(changed)],
  };
}

/** What is trusted once the person has agreed to `found`. Settings share their file's path, so a path may have many contents at once. */
export function addTrust(before: TrustedItems, found: readonly FoundItem[]): TrustedItems {
  const current = Map.groupBy(found, (item) => item.path);
  const after = new Map(Object.entries(before));
  for (const [path, items] of current) {
    const now = [...new Set(items.map((item) => item.hash))];
    const earlier = (after.get(path) ?? []).filter((hash) => !now.includes(hash));
    after.set(path, [...earlier, ...now].slice(-Math.max(keptPerPath, now.length)));
  }
  return Object.fromEntries(after);
}
