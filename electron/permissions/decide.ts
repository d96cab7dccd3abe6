import type { PermissionRule } from "../../shared/contract/rules.ts";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { PermissionOption } from "../../shared/run-event.ts";
import type { Inspected } from "./inspect.ts";

/** `by` goes into the record: "working-copy", "rule:ID" or "policy:NAME". */
export type Decision = { kind: "allow" | "reject"; by: string } | { kind: "ask" };

/**
 * The one order in which permissions are decided: reading the working copy is free; *plan* refuses whatever isn't known
 * to change nothing; a rule may refuse anything; what a person must see, a person sees; then rules that allow; then the
 * session's policy.
 */
export function decide(seen: Inspected, rule: PermissionRule | null, policy: Policy): Decision {
  if (seen.kind === "read" && !seen.isTerminal && seen.places.every((place) => place.relative !== null)) {
    return { kind: "allow", by: "working-copy" };
  }
  if (policy === "plan" && !changesNothing(seen)) return { kind: "reject", by: "policy:plan" };
  const byRule = rule && { kind: rule.decision, by: `rule:${rule.id}` };
  if (byRule?.kind === "reject") return byRule;
  if (seen.mustAsk) return { kind: "ask" };
  if (byRule && seen.rememberable) return byRule;
  return byPolicy(seen, policy);
}

function byPolicy(seen: Inspected, policy: Policy): Decision {
  const by = `policy:${policy}`;
  switch (policy) {
    case "ask":
      return { kind: "ask" };
    case "accept-edits":
      return seen.kind === "edit" ? { kind: "allow", by } : { kind: "ask" };
    case "plan":
      return { kind: "ask" };
    case "full":
      return { kind: "allow", by };
  }
}

/** A command may do anything, and so may a tool of unknown kind: only reading and fetching are known to change nothing. */
function changesNothing(seen: Inspected): boolean {
  return (seen.kind === "read" || seen.kind === "fetch") && seen.command === null;
}

/**
 * Options as they can be trusted: one id, one meaning. An id that stands for two kinds is dropped with both;
 * repetition is dropped. Names are left as the agent's words; only kinds mean something.
 */
export function soundOptions(options: readonly PermissionOption[]): PermissionOption[] {
  const kinds = new Map<string, Set<string>>();
  for (const { optionId, kind } of options) kinds.set(optionId, (kinds.get(optionId) ?? new Set()).add(kind));
  const seen = new Set<string>();
  return options.filter(({ optionId }) => {
    if ((kinds.get(optionId)?.size ?? 0) > 1 || seen.has(optionId)) return false;
    seen.add(optionId);
    return true;
  });
}

/** The option that carries out a decision made without a person: for this one time only, never for good. */
export function optionFor(decision: "allow" | "reject", options: readonly PermissionOption[]): PermissionOption | null {
  return options.find((option) => option.kind === `${decision}_once`) ?? null;
}

export function isAllow(option: PermissionOption): boolean {
  return option.kind === "allow_once" || option.kind === "allow_always";
}
