import type { ProofStep, ProofTruth } from "../../../shared/contract/agent-proofs.ts";
import type { AgentOptions } from "../../../shared/contract/agents.ts";
import type { AgentReport } from "../backend.ts";
import type { Bench } from "./bench.ts";

/** What the agent said of itself up to now; null until it did. */
export type Told = { report: AgentReport | null; options: AgentOptions | null };

export type Outcome = { truth: ProofTruth; evidence: string };

/** One thing that is tried with an agent. */
export type Step = {
  id: ProofStep;
  label: string;
  advertised: (told: Told) => boolean | null;
  attempt: (bench: Bench) => Promise<Outcome>;
  /** What Hearth does, by what was found. */
  hearth: Record<ProofTruth, string>;
};

export const yes = (evidence: string): Outcome => ({ truth: "yes", evidence });
export const no = (evidence: string): Outcome => ({ truth: "no", evidence });
export const untried = (evidence: string): Outcome => ({ truth: "untried", evidence });

export const saysNothing = (): null => null;
