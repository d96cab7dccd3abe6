import type { Agent, AgentChoice, AgentOptions } from "../../shared/contract/agents.ts";
import type { ProofLine } from "../../shared/contract/agent-proofs.ts";
import { isoTime } from "../lib/clock.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import type { AgentFailure } from "./port.ts";
import type { AgentDefinition } from "./definition.ts";
import { knownCapabilities, signInMethods } from "./capabilities.ts";
import { asksOf, offeredBy, type Ways } from "./ways.ts";

export const factsAreOldAfterMs = 24 * 60 * 60_000;

/**
 * Where an agent is. `path` is null for one without a program; another `fingerprint` is another agent; `version` as far
 * as files tell it.
 */
export type Found = { path: string | null; how: string; fingerprint: string; version: string | null };

/** What the fast look found: nothing yet, nothing there (or only a part of what it takes), or the agent. */
export type FastLook =
  | { state: "looking" }
  | { state: "missing"; reason: string; partly: boolean }
  | { state: "found"; program: Found };

/** An agent with all that starting it needs; `env` is the login shell's, `signedInBy` the way the person signed in here. */
export type FoundAgent = {
  definition: AgentDefinition;
  program: Found;
  env: Record<string, string>;
  /** The person's keys for it: variables of its children, and of nobody else's. */
  keys: Record<string, string>;
  signedInBy: string | null;
  ways: Ways;
};

const noOptions: AgentOptions = { models: [], modes: [], thinkingLevels: [], commands: [] };

/** The agent as everyone sees it, from the look and the stored facts. Facts of another program don't count. */
export function describeAgent(
  definition: AgentDefinition,
  look: FastLook,
  stored: AgentFacts | null,
  { askingSince, ...more }: Pick<Agent, "install" | "keys" | "tui"> & { askingSince: number | null },
  proved: readonly ProofLine[],
): Agent {
  const facts = look.state === "found" && stored?.fingerprint !== look.program.fingerprint ? null : stored;
  const options = offeredBy(facts?.options ?? noOptions, proved);
  return {
    id: definition.id,
    label: definition.label,
    description: definition.description,
    homepage: definition.homepage,
    installHint: definition.installHint,
    package: definition.package,
    ...more,
    licence: definition.licence,
    wellKnown: definition.wellKnown,
    found: look.state === "found" ? "yes" : look.state === "missing" && look.partly ? "partly" : "no",
    forPractice: definition.forPractice,
    source: definition.source,
    enabled: definition.enabled,
    ...statusOf(definition, look, facts, askingSince !== null),
    askingSince: askingSince === null ? null : isoTime(askingSince),
    version: facts?.version ?? (look.state === "found" ? look.program.version : null),
    path: look.state === "found" ? look.program.path : null,
    checkedAt: facts ? isoTime(facts.checkedAt) : null,
    options: { ...options, models: effectiveModels(definition, options.models) },
    asks: asksOf(definition, proved),
    changedUnaskedAt: facts?.changedUnaskedAt ? isoTime(facts.changedUnaskedAt) : null,
    policyModes: Object.fromEntries(Object.entries(definition.enforcement.modes).map(([policy, modes]) => [policy, [...modes]])),
    signIn: signInMethods(definition, knownCapabilities(facts)?.signIn ?? []),
    looseModes: definition.enforcement.looseModes,
  };
}

function statusOf(
  definition: AgentDefinition,
  look: FastLook,
  facts: AgentFacts | null,
  asking: boolean,
): Pick<Agent, "status" | "reason"> {
  if (look.state === "looking") return { status: "loading", reason: "Looking for its program" };
  if (look.state === "missing") {
    return { status: "unavailable", reason: look.reason + installWords(definition) };
  }
  if (facts) return { status: facts.status, reason: facts.status === "ready" ? null : facts.reason };
  // Without facts a program that is there may be tried; what it says then becomes the facts.
  return {
    status: "loading",
    reason: asking ? "Asking it what it can do" : "Found. It is asked what it can do when you choose it",
  };
}

function installWords({ managed, installHint }: AgentDefinition): string {
  if (managed) return ". Hearth can install it";
  return installHint === null ? "" : `. Install it with: ${installHint}`;
}

export function effectiveModels(definition: AgentDefinition, offered: AgentChoice[]): AgentChoice[] {
  if (!definition.models) return offered;
  if (definition.models.mode === "replace") return definition.models.list;
  const added = definition.models.list.filter((model) => !offered.some((other) => other.id === model.id));
  return [...offered, ...added];
}

/** Whether what is known of an agent is worth asking for again, now that somebody wants it. */
export function isStale(facts: AgentFacts | null, program: Found, now: number): boolean {
  if (!facts || facts.fingerprint !== program.fingerprint || now - facts.checkedAt > factsAreOldAfterMs) return true;
  // What failed may go well now; and what an earlier Hearth stored may be in words that aren't understood any more.
  return facts.status !== "ready" || knownCapabilities(facts) === null;
}

/** What a failed handshake means for the agent's status, with what to do. */
export function statusOfFailure(
  definition: AgentDefinition,
  error: AgentFailure,
): { status: "signed_out" | "error"; reason: string } {
  if (error.type === "signed-out") {
    return { status: "signed_out", reason: `${definition.label} isn't signed in. It says: ${error.message}` };
  }
  if (error.type === "handshake-timeout")
    return {
      status: "error",
      reason: `${definition.label} started but didn't answer in time: ${error.message}. It is tried again. Its diagnostic has more.`,
    };
  return { status: "error", reason: `${error.message}. Its diagnostic has more.` };
}
