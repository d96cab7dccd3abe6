import * as z from "zod";
import { isoTime } from "../run-event.ts";

/** What a conformance run tries, in its order. */
export const proofStep = z.enum([
  "handshake",
  "text-turn",
  "warm-turn",
  "usage",
  "usage-per-turn",
  "edit-allowed",
  "edit-rejected",
  "command",
  "stop-text",
  "prompt-after-stop",
  "stop-tool",
  "stop-permission",
  "side-by-side",
  "resume",
  "load",
  "models",
  "modes",
  "thinking",
  "commands",
  "images",
  "mcp",
]);
export type ProofStep = z.infer<typeof proofStep>;

/** `untried`: it couldn't be tried, or the agent did something else than it was asked to. */
export const proofTruth = z.enum(["yes", "no", "untried"]);
export type ProofTruth = z.infer<typeof proofTruth>;

export const proofLine = z.object({
  step: proofStep,
  label: z.string(),
  /** What the agent says of itself; null: nothing. */
  advertised: z.boolean().nullable(),
  truth: proofTruth,
  /** What was seen. */
  evidence: z.string(),
  /** What Hearth does about it. */
  hearth: z.string(),
});
export type ProofLine = z.infer<typeof proofLine>;

/** What a conformance run found out about one version of an agent, spoken with in one protocol. */
export const agentProof = z.object({
  agentId: z.string(),
  label: z.string(),
  version: z.string().nullable(),
  protocol: z.string(),
  checkedAt: isoTime,
  /** Prompts that were sent to find it out. */
  turns: z.int(),
  lines: z.array(proofLine),
});
export type AgentProof = z.infer<typeof agentProof>;

/** `isOld`: it was found out about another version than there is now, and so holds no more. */
export const knownProof = agentProof.extend({ isOld: z.boolean() });
export type KnownProof = z.infer<typeof knownProof>;

/** A conformance run as it goes on: each line as it is known, and all of it at the end. */
export const proving = z.discriminatedUnion("type", [
  z.object({ type: z.literal("trying"), label: z.string(), at: z.int(), of: z.int() }),
  z.object({ type: z.literal("line"), line: proofLine }),
  z.object({ type: z.literal("proof"), proof: agentProof }),
]);
export type Proving = z.infer<typeof proving>;
