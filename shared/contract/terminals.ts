import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { commandMark } from "../command-marks.ts";
import { isoTime } from "../run-event.ts";
import { terminalColors } from "../terminal-colors.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";
import { terminalAgent } from "./terminal-agent.ts";

export const terminal = z.object({
  id: z.string(),
  sessionId: z.string(),
  title: z.string(),
  cwd: z.string(),
  cols: z.int(),
  rows: z.int(),
  /** Who opened it: the person, or an agent (its id) by the protocol. */
  owner: z.string().nullable(),
  status: z.enum(["running", "exited"]),
  exitCode: z.int().nullable(),
  /** Whose own program it is, and how that stands; null for any other program. */
  agent: terminalAgent.nullable(),
  createdAt: isoTime,
});
export type Terminal = z.infer<typeof terminal>;

/**
 * `replay` comes first: the screen and scrollback as escape sequences, safe to write into a fresh terminal, and where the
 * shell's commands stand; later ones are told in the output (OSC 133). `size`: what
 * follows is laid out for it. Answer nothing that a program asks in its output; the core does. Acknowledge the length of
 * every `data` once it is drawn, or at once where nobody looks: no more than 400,000 characters come unacknowledged. Plain
 * lines that would scroll out of a scrollback of 5,000 before they are taken are left out. Who is over 2,000,000 characters
 * behind all the same holds the program, and after three seconds without an acknowledgement gets nothing more until it has
 * caught up, then a `replay`.
 */
export const terminalOutput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("replay"), data: z.string(), cols: z.int(), rows: z.int(), marks: z.array(commandMark) }),
  z.object({ type: z.literal("data"), data: z.string() }),
  z.object({ type: z.literal("size"), cols: z.int(), rows: z.int() }),
  z.object({ type: z.literal("title"), title: z.string() }),
  z.object({ type: z.literal("exit"), exitCode: z.int().nullable() }),
]);
export type TerminalOutput = z.infer<typeof terminalOutput>;

const byId = fields({ id: z.string() });
const size = { cols: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) };
/** Whose window it is: the ticket that it attached with. */
const ticket = z.string();
const done = z.object({ ok: z.literal(true) });

export const terminals = {
  open: procedure(
    "POST",
    "/sessions/{sessionId}/terminals",
    "Open a terminal in a session",
    fields({ sessionId: z.string(), ...size }),
  )
    .output(terminal)
    .errors(
      errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "WORKING_COPY_NOT_READY", "PROJECT_NOT_TRUSTED", "TERMINAL_FAILED"),
    ),
  openAgent: procedure(
    "POST",
    "/sessions/{sessionId}/terminals/agent",
    "Start an agent's own program in a terminal of a session; it asks by its own rules, not by the session's policy",
    fields({
      sessionId: z.string(),
      agentId: z.string(),
      resumes: z.string().optional().describe("an ended terminal of this agent's, whose conversation is to go on"),
      ...size,
    }),
  )
    .output(terminal)
    .errors(
      errors(
        ...(["SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "WORKING_COPY_NOT_READY", "PROJECT_NOT_TRUSTED"] as const),
        ...([
          "AGENT_NOT_FOUND",
          "CODING_AGENT_ENGINE_UNAVAILABLE",
          "TERMINAL_NOT_FOUND",
          "INPUT_INVALID",
          "TERMINAL_FAILED",
        ] as const),
      ),
    ),
  list: procedure("GET", "/sessions/{sessionId}/terminals", "List a session's terminals", fields({ sessionId: z.string() }))
    .output(z.array(terminal))
    .errors(errors("SESSION_NOT_FOUND")),
  /** A ticket to attach once to this terminal, good for half a minute. */
  ticket: procedure("POST", "/terminals/{id}/ticket", "Get a ticket to attach to a terminal, once, within half a minute", byId)
    .output(z.object({ ticket: z.string() }))
    .errors(errors("TERMINAL_NOT_FOUND")),
  attach: procedure("GET", "/terminals/{id}/attach", "Follow a terminal's output", byId.extend({ ticket: z.string() }))
    .output(eventIterator(terminalOutput))
    .errors(errors("TERMINAL_NOT_FOUND", "TERMINAL_TICKET_INVALID")),
  write: procedure(
    "POST",
    "/terminals/{id}/write",
    "Type into a terminal; with the ticket of a window, that one is in use from then on",
    byId.extend({ data: z.string().max(1_000_000), ticket: ticket.optional() }),
  )
    .output(done)
    .errors(errors("TERMINAL_NOT_FOUND")),
  acknowledge: procedure(
    "POST",
    "/terminals/{id}/acknowledge",
    "Tell how much of a terminal's output was drawn in the window that attached with this ticket",
    byId.extend({ ticket, chars: z.int().min(0) }),
  )
    .output(done)
    .errors(errors("TERMINAL_NOT_FOUND")),
  resize: procedure("POST", "/terminals/{id}/resize", "Set the size of a terminal", byId.extend(size))
    .output(terminal)
    .errors(errors("TERMINAL_NOT_FOUND")),
  /** The program has the size of the window that was used last, and is told that one's colours. */
  fit: procedure(
    "POST",
    "/terminals/{id}/fit",
    "Tell the size and colours of a window on a terminal, and whether it is in use",
    byId.extend({ ticket, ...size, used: z.boolean(), colors: terminalColors }),
  )
    .output(done)
    .errors(errors("TERMINAL_NOT_FOUND")),
  close: procedure("DELETE", "/terminals/{id}", "Close a terminal", byId)
    .output(z.object({ closed: z.literal(true) }))
    .errors(errors("TERMINAL_NOT_FOUND")),
};
