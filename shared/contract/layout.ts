import * as z from "zod";
import { fields } from "../fields.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

/** The session's layout document, as `shared/layout.ts` reads, migrates and repairs it; null before the first save. */
const document = z.unknown();

export const layout = {
  get: procedure(
    "GET",
    "/sessions/{sessionId}/layout",
    "Get how a session's panes and tabs are arranged",
    fields({ sessionId: z.string() }),
  )
    .output(z.object({ document }))
    .errors(errors("SESSION_NOT_FOUND")),
  save: procedure(
    "PUT",
    "/sessions/{sessionId}/layout",
    "Keep how a session's panes and tabs are arranged",
    fields({ sessionId: z.string(), document: z.record(z.string(), z.unknown()) }),
  )
    .output(z.object({ saved: z.literal(true) }))
    .errors(errors("SESSION_NOT_FOUND", "TOO_LARGE")),
};
