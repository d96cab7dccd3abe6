import type { BaseState } from "../../shared/contract/projects.ts";

/** How a base stands to its remote, in a sentence or two; empty where it has none. */
export function baseWords({ ref, upstream, behind, fetchedAt }: BaseState, now: number): string {
  if (upstream === null) return "";
  const age = fetchedAt === null ? "" : agoText(fetchedAt, now);
  const fetched = age === "" ? "." : `, fetched ${age}.`;
  if (upstream === ref) return age === "" ? "" : `Fetched ${age}.`;
  if (behind === null) return `Follows ${upstream}${fetched}`;
  if (behind === 0) return `Has all of ${upstream}${fetched}`;
  return `Behind ${upstream} by ${behind.toLocaleString("en")} ${behind === 1 ? "commit" : "commits"}${fetched}`;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** "3 hours ago", by the largest whole unit. */
export function agoText(at: string, now: number): string {
  const passed = now - Date.parse(at);
  const [unit, ms] = units.find(([, length]) => passed >= length) ?? ["minute", 0];
  if (ms === 0) return "just now";
  const number = Math.floor(passed / ms);
  return `${number} ${unit}${number === 1 ? "" : "s"} ago`;
}
