import { oc } from "@orpc/contract";
import * as z from "zod";
import { errors } from "./errors.ts";

/** The person's `settings.json`. Every field has a default, so an empty file is a valid one. */
export const settings = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  fontSize: z.int().min(11).max(18).default(13),
  diffStyle: z.enum(["unified", "split"]).default("unified"),
  sidebarWidth: z.int().min(180).max(480).default(260),
  sidebarOpen: z.boolean().default(true),
  defaultAgentId: z.string().nullable().default(null),
  /** Runs that may go on at once over all sessions. */
  maxConcurrentRuns: z.int().min(1).max(64).default(8),
  notify: z
    .object({ needsYou: z.boolean(), done: z.boolean(), failed: z.boolean() })
    .default({ needsYou: true, done: true, failed: true }),
  terminalShell: z.string().nullable().default(null),
  shortcuts: z.record(z.string(), z.string()).default({}),
});
export type Settings = z.infer<typeof settings>;

/** Named line: what is wrong with the file, so that a person can mend it. */
const problem = z.object({ line: z.int().nullable(), field: z.string().nullable(), message: z.string() });

export const settingsContract = {
  get: oc
    .route({ method: "GET", path: "/settings" })
    .output(z.object({ settings, path: z.string(), problems: z.array(problem) })),
  patch: oc
    .route({ method: "PATCH", path: "/settings" })
    .input(z.record(z.string(), z.unknown()))
    .output(z.object({ settings, path: z.string(), problems: z.array(problem) }))
    .errors(errors("SETTINGS_INVALID")),
};
