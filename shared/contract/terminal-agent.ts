import * as z from "zod";
import { isoTime } from "../run-event.ts";

/**
 * What an agent's own program on a terminal does. `blocked`: it waits for an answer. `done`: its turn has ended, and
 * nobody has looked since. `idle`: it waits for a prompt. `unknown`: nothing that it said tells.
 */
export const tuiState = z.enum(["working", "blocked", "done", "idle", "unknown"]);
export type TuiState = z.infer<typeof tuiState>;

/** By what a state is known. `text` is the program's own words, a claim; "" where it said none. That it is silent proves nothing. */
export const tuiEvidence = z.object({
  kind: z.enum(["start", "hook", "progress", "title", "notification", "bell", "typed", "exit"]),
  text: z.string(),
});
export type TuiEvidence = z.infer<typeof tuiEvidence>;

/** The agent whose own program runs in a terminal. */
export const terminalAgent = z.object({
  id: z.string(),
  state: tuiState,
  evidence: tuiEvidence,
  /** When that was. */
  at: isoTime,
  /** Its own name of the conversation, where it told one. */
  conversation: z.string().nullable(),
});
export type TerminalAgent = z.infer<typeof terminalAgent>;
