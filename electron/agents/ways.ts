import type { ProofLine, ProofStep, ProofTruth } from "../../shared/contract/agent-proofs.ts";
import type { AgentOptions, AsksFirst } from "../../shared/contract/agents.ts";
import type { AgentDefinition } from "./definition.ts";

/** How Hearth goes about an agent where agents differ and only a trial tells. */
export type Ways = {
  /** One process carries the sessions of many chats and working copies without mixing them. */
  shares: boolean;
  /** How a stored session is taken up again, the best first; the agent has to offer it, too. */
  restore: readonly ("resume" | "load")[];
  /** Whether the tokens that are told with a turn are the turn's, or all of the session's up to then. */
  usage: "per-turn" | "cumulative";
};

/** By the person's word, else what a conformance run proved, else what the catalogue and the protocols say. */
export function waysOf(definition: AgentDefinition, proved: readonly ProofLine[]): Ways {
  const together = truthIn(proved, "side-by-side");
  return {
    shares: definition.sharesByPerson || together === "untried" ? definition.shares : together === "yes",
    // What was seen to lose the memory is no way back.
    restore: (["resume", "load"] as const).filter((way) => truthIn(proved, way) !== "no"),
    usage: truthIn(proved, "usage-per-turn") === "no" ? "cumulative" : "per-turn",
  };
}

/** Whether it asks before it acts: seen where nobody has said so, the person or the catalogue. */
export function asksOf({ enforcement }: AgentDefinition, proved: readonly ProofLine[]): AsksFirst {
  if (enforcement.asks !== "unknown") return enforcement.asks;
  const seen = [truthIn(proved, "edit-allowed"), truthIn(proved, "command")];
  if (seen.includes("no")) return "no";
  return seen.includes("untried") ? "unknown" : "yes";
}

/** What it tells of, without what it was seen not to take. */
export function offeredBy(options: AgentOptions, proved: readonly ProofLine[]): AgentOptions {
  return {
    ...options,
    models: truthIn(proved, "models") === "no" ? [] : options.models,
    modes: truthIn(proved, "modes") === "no" ? [] : options.modes,
    thinkingLevels: truthIn(proved, "thinking") === "no" ? [] : options.thinkingLevels,
  };
}

function truthIn(proved: readonly ProofLine[], step: ProofStep): ProofTruth {
  return proved.find((line) => line.step === step)?.truth ?? "untried";
}
