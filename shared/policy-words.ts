import type { Policy } from "./contract/sessions.ts";

/** The policies by the names that a person sees. */
export const policyNames: Readonly<Record<Policy, string>> = {
  ask: "Ask",
  "accept-edits": "Accept edits",
  plan: "Plan only",
  full: "Full",
};

/** Who decided a permission without asking, from the record's `policy:NAME` or `rule:ID`; null where a person did, or nobody. */
export function deciderOf(by: string | null): string | null {
  if (by?.startsWith("rule:")) return "a decision that you had remembered";
  if (!by?.startsWith("policy:")) return null;
  const name = by.slice("policy:".length);
  return `the policy ${Object.entries(policyNames).find(([policy]) => policy === name)?.[1] ?? name}`;
}
