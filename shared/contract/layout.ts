import { oc } from "@orpc/contract";
import * as z from "zod";
import { errors } from "./errors.ts";

/** The session's layout document, as `shared/layout.ts` reads, migrates and repairs it; null before the first save. */
const document = z.unknown();

export const layout = {
  get: oc
    .route({ method: "GET", path: "/sessions/{sessionId}/layout" })
    .input(z.object({ sessionId: z.string() }))
    .output(z.object({ document }))
    .errors(errors("SESSION_NOT_FOUND")),
  save: oc
    .route({ method: "PUT", path: "/sessions/{sessionId}/layout" })
    .input(z.object({ sessionId: z.string(), document: z.record(z.string(), z.unknown()) }))
    .output(z.object({ saved: z.literal(true) }))
    .errors(errors("SESSION_NOT_FOUND", "TOO_LARGE")),
};
