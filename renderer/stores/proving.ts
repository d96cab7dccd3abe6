/**
 * Owns the conformance runs that were begun on this page: they take minutes, so they go on while other things are looked
 * at, and end with the page.
 */
import { create } from "zustand";
import type { ProofLine } from "../../shared/contract/agent-proofs.ts";
import { callFailure, rpc } from "../rpc.ts";

/** `trying`: what is tried at the moment; null: it has ended, and `problem` says why before its end. */
export type ProofRun = {
  trying: { label: string; at: number; of: number } | null;
  lines: ProofLine[];
  problem: string | null;
};

export const useProving = create<Record<string, ProofRun>>(() => ({}));

const stops = new Map<string, AbortController>();
const beginning: ProofRun = { trying: { label: "Starting it", at: 0, of: 0 }, lines: [], problem: null };

/** Tries the agent out, unless that goes on already. */
export async function beginProof(agentId: string): Promise<void> {
  if (stops.has(agentId)) return;
  const stop = new AbortController();
  stops.set(agentId, stop);
  const change = (part: Partial<ProofRun>): void =>
    useProving.setState((runs) => ({ [agentId]: { ...(runs[agentId] ?? beginning), ...part } }));
  change(beginning);
  try {
    for await (const event of await rpc.agents.prove({ id: agentId }, { signal: stop.signal })) {
      if (event.type === "trying") change({ trying: { label: event.label, at: event.at, of: event.of } });
      else if (event.type === "line") change({ lines: [...(useProving.getState()[agentId]?.lines ?? []), event.line] });
    }
    change({ trying: null, problem: stop.signal.aborted ? stopped : null });
  } catch (error) {
    change({ trying: null, problem: stop.signal.aborted ? stopped : callFailure(error).message });
  } finally {
    stops.delete(agentId);
  }
}

const stopped = "It was stopped; what was found is not kept.";

export function stopProof(agentId: string): void {
  stops.get(agentId)?.abort();
}
