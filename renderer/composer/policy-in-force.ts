import type { Agent } from "../../shared/contract/agents.ts";
import type { Policy } from "../../shared/contract/sessions.ts";

/**
 * What really holds for the next prompt: the policy; a mode in which the agent acts all the same; or an agent that never
 * asks, or isn't known to.
 */
export type InForce =
  | { kind: "policy" }
  | { kind: "loose-mode"; modeName: string }
  | { kind: "never-asks" }
  | { kind: "unknown" };

export function policyInForce(policy: Policy, agent: Agent | undefined, chosenModeId: string | null): InForce {
  if (!agent || policy === "full") return { kind: "policy" };
  if (agent.asks === "no") return { kind: "never-asks" };
  const modeId = chosenModeId ?? defaultMode(policy, agent);
  const loose = modeId === null ? undefined : agent.looseModes[modeId];
  if (modeId !== null && (loose === "everything" || (loose === "edits" && policy !== "accept-edits")))
    return { kind: "loose-mode", modeName: agent.options.modes.find((mode) => mode.id === modeId)?.name ?? modeId };
  return { kind: agent.asks === "unknown" ? "unknown" : "policy" };
}

/** The mode of a prompt without a chosen one; null where nobody knows it before. */
export function defaultMode(policy: Policy, { policyModes, options }: Agent): string | null {
  const wanted = policyModes[policy] ?? [];
  const offered = wanted.find((id) => options.modes.length === 0 || options.modes.some((mode) => mode.id === id));
  return offered ?? options.defaults?.modeId ?? null;
}
