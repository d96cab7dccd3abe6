import type { ProofLine, Proving } from "../../../shared/contract/agent-proofs.ts";
import type { Bench } from "./bench.ts";
import { editSteps } from "./edit-steps.ts";
import { offerSteps } from "./offer-steps.ts";
import { handshakeStep, sessionSteps } from "./session-steps.ts";
import { no, untried, type Outcome, type Step } from "./step.ts";
import { stopSteps } from "./stop-steps.ts";
import { talkSteps } from "./talk-steps.ts";

/** All that is tried, in the order in which one thing needs another. */
export const steps: readonly Step[] = [handshakeStep, ...talkSteps, ...editSteps, ...stopSteps, ...sessionSteps, ...offerSteps];

/** Tries all of it on the bench, one after the other. Without a session, or a turn, nothing else is tried. */
export async function* prove(bench: Bench, signal: AbortSignal): AsyncGenerator<Exclude<Proving, { type: "proof" }>> {
  let isHeld = false;
  for (const [at, step] of steps.entries()) {
    if (signal.aborted) return;
    if (!isHeld) yield { type: "trying", label: step.label, at: at + 1, of: steps.length };
    const outcome: Outcome = isHeld ? untried("Not tried: it can’t be used") : await attempt(bench, step);
    isHeld ||= outcome.truth === "no" && (step.id === "handshake" || step.id === "text-turn");
    yield { type: "line", line: lineOf(step, bench, outcome) };
  }
}

async function attempt(bench: Bench, step: Step): Promise<Outcome> {
  try {
    return await step.attempt(bench);
  } catch (error) {
    return no(error instanceof Error ? error.message : String(error));
  }
}

function lineOf({ id, label, advertised, hearth }: Step, { told }: Bench, { truth, evidence }: Outcome): ProofLine {
  return { step: id, label, advertised: advertised(told), truth, evidence: evidence.slice(0, 1000), hearth: hearth[truth] };
}
