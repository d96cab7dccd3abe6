import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";
import { isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";

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
  createdAt: isoTime,
});
export type Terminal = z.infer<typeof terminal>;

/**
 * `replay` comes first: the screen and scrollback as escape sequences, safe to write into a fresh terminal.
 * Acknowledge the length of every `data` once it is drawn; over 100,000 unacknowledged characters the program is held.
 */
export const terminalOutput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("replay"), data: z.string(), cols: z.int(), rows: z.int() }),
  z.object({ type: z.literal("data"), data: z.string() }),
  z.object({ type: z.literal("title"), title: z.string() }),
  z.object({ type: z.literal("exit"), exitCode: z.int().nullable() }),
]);
export type TerminalOutput = z.infer<typeof terminalOutput>;

const byId = z.object({ id: z.string() });
const size = { cols: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) };
const done = z.object({ ok: z.literal(true) });

export const terminals = {
  open: oc
    .route({ method: "POST", path: "/sessions/{sessionId}/terminals" })
    .input(z.object({ sessionId: z.string(), ...size }))
    .output(terminal)
    .errors(
      errors("SESSION_NOT_FOUND", "WORKING_COPY_MISSING", "WORKING_COPY_NOT_READY", "PROJECT_NOT_TRUSTED", "TERMINAL_FAILED"),
    ),
  list: oc
    .route({ method: "GET", path: "/sessions/{sessionId}/terminals" })
    .input(z.object({ sessionId: z.string() }))
    .output(z.array(terminal))
    .errors(errors("SESSION_NOT_FOUND")),
  /** A ticket to attach once to this terminal, good for half a minute. */
  ticket: oc
    .route({ method: "POST", path: "/terminals/{id}/ticket" })
    .input(byId)
    .output(z.object({ ticket: z.string() }))
    .errors(errors("TERMINAL_NOT_FOUND")),
  attach: oc
    .route({ method: "GET", path: "/terminals/{id}/attach" })
    .input(byId.extend({ ticket: z.string() }))
    .output(eventIterator(terminalOutput))
    .errors(errors("TERMINAL_NOT_FOUND", "TERMINAL_TICKET_INVALID")),
  write: oc
    .route({ method: "POST", path: "/terminals/{id}/write" })
    .input(byId.extend({ data: z.string().max(1_000_000) }))
    .output(done)
    .errors(errors("TERMINAL_NOT_FOUND")),
  acknowledge: oc
    .route({ method: "POST", path: "/terminals/{id}/acknowledge" })
    .input(byId.extend({ chars: z.int().min(0) }))
    .output(done)
    .errors(errors("TERMINAL_NOT_FOUND")),
  resize: oc
    .route({ method: "POST", path: "/terminals/{id}/resize" })
    .input(byId.extend(size))
    .output(terminal)
    .errors(errors("TERMINAL_NOT_FOUND")),
  close: oc
    .route({ method: "DELETE", path: "/terminals/{id}" })
    .input(byId)
    .output(z.object({ closed: z.literal(true) }))
    .errors(errors("TERMINAL_NOT_FOUND")),
};
