import type { Agent, AgentChoice, AgentOptions } from "../../shared/contract/agents.ts";
import { isoTime } from "../lib/clock.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import type { AgentFailure } from "./port.ts";
import type { AgentDefinition } from "./definition.ts";
import { knownCapabilities } from "./capabilities.ts";

export const factsAreOldAfterMs = 24 * 60 * 60_000;

/** Where an agent is. `path` is null for one without a program; another `fingerprint` is another agent. */
export type Found = { path: string | null; how: string; fingerprint: string };

/** What the fast look found: nothing yet, nothing there, or the agent. */
export type FastLook = { state: "looking" } | { state: "missing"; reason: string } | { state: "found"; program: Found };

/** An agent with all that starting it needs; `env` is the login shell's. */
export type FoundAgent = { definition: AgentDefinition; program: Found; env: Record<string, string> };

const noOptions: AgentOptions = { models: [], modes: [], thinkingLevels: [], commands: [] };

/** The agent as everyone sees it, from the look and the stored facts. Facts of another program don't count. */
export function describeAgent(definition: AgentDefinition, look: FastLook, stored: AgentFacts | null, probing: boolean): Agent {
  const facts = look.state === "found" && stored?.fingerprint !== look.program.fingerprint ? null : stored;
  const options = facts?.options ?? noOptions;
  return {
    id: definition.id,
    label: definition.label,
    description: definition.description,
    homepage: definition.homepage,
    installHint: definition.installHint,
    source: definition.source,
    enabled: definition.enabled,
    ...statusOf(definition, look, facts, probing),
    version: facts?.version ?? null,
    path: look.state === "found" ? look.program.path : null,
    checkedAt: facts ? isoTime(facts.checkedAt) : null,
    options: { ...options, models: effectiveModels(definition, options.models) },
    asks: definition.enforcement.asks,
    changedUnaskedAt: facts?.changedUnaskedAt ? isoTime(facts.changedUnaskedAt) : null,
    policyModes: Object.fromEntries(Object.entries(definition.enforcement.modes).map(([policy, modes]) => [policy, [...modes]])),
    looseModes: definition.enforcement.looseModes,
  };
}

function statusOf(
  definition: AgentDefinition,
  look: FastLook,
  facts: AgentFacts | null,
  probing: boolean,
): Pick<Agent, "status" | "reason"> {
  if (look.state === "looking") return { status: "loading", reason: "Looking for its program" };
  if (look.state === "missing") {
    const hint = definition.installHint ? `. Install it with: ${definition.installHint}` : "";
    return { status: "unavailable", reason: `${look.reason}${hint}` };
  }
  if (facts) return { status: facts.status, reason: facts.status === "ready" ? null : facts.reason };
  // Without facts a program that is there may be tried; what it says then becomes the facts.
  return { status: "loading", reason: probing ? "Asking it what it can do" : "Not tried yet" };
}

export function effectiveModels(definition: AgentDefinition, offered: AgentChoice[]): AgentChoice[] {
  if (!definition.models) return offered;
  if (definition.models.mode === "replace") return definition.models.list;
  const added = definition.models.list.filter((model) => !offered.some((other) => other.id === model.id));
  return [...offered, ...added];
}

export function needsProbe(facts: AgentFacts | null, program: Found, now: number): boolean {
  if (!facts || facts.fingerprint !== program.fingerprint || now - facts.checkedAt > factsAreOldAfterMs) return true;
  // Stored by an earlier Hearth, in words that aren't understood any more.
  return facts.status === "ready" && knownCapabilities(facts) === null;
}

/** What a failed handshake means for the agent's status, with what to do. */
export function statusOfFailure(
  definition: AgentDefinition,
  error: AgentFailure,
): { status: "signed_out" | "error"; reason: string } {
  if (error.type === "signed-out")
    return {
      status: "signed_out",
      reason: `${definition.label} isn't signed in (${error.message}). Run \`${definition.command}\` in a terminal, sign in, then refresh.`,
    };
  if (error.type === "handshake-timeout")
    return {
      status: "error",
      reason: `${definition.label} started but didn't answer: ${error.message}. Its diagnostic has more.`,
    };
  return { status: "error", reason: `${error.message}. Its diagnostic has more.` };
}
