import * as z from "zod";
import { fields } from "../fields.ts";
import { runChoice } from "./chats.ts";
import { turnLimits } from "../turn-limits.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

/** The person's `settings.json`. Every field has a default, so an empty file is a valid one. */
export const settings = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  fontSize: z.int().min(11).max(18).default(13),
  diffStyle: z.enum(["unified", "split"]).default("unified"),
  sidebarWidth: z.int().min(180).max(480).default(260),
  sidebarOpen: z.boolean().default(true),
  defaultAgentId: z.string().nullable().default(null),
  /** Agent → its models that the person likes best. */
  favouriteModels: z.record(z.string(), z.array(z.string())).default({}),
  /** Project → what is asked in its new chats, and how; null: left to the agent. */
  projectChoices: z.record(z.string(), runChoice).default({}),
  /** Runs that may go on at once over all sessions. */
  maxConcurrentRuns: z.int().min(1).max(64).default(8),
  /** How much of this machine's memory agents' processes may take together before those that nobody uses are ended. */
  agentMemoryPercent: z.int().min(5).max(90).default(25),
  /** After so long an agent's process that nobody uses is ended. */
  agentIdleMinutes: z.int().min(1).max(1440).default(30),
  /** A turn that leaves an edit failed, and no later one of that file, counts as failed. */
  failUnrecoveredEdits: z.boolean().default(true),
  /** After how much a turn of Hearth's own agent pauses. */
  turnLimits: turnLimits.default({ calls: 100, requests: null, tokens: null }),
  notify: fields({ needsYou: z.boolean(), done: z.boolean(), failed: z.boolean() }).default({
    needsYou: true,
    done: true,
    failed: true,
  }),
  /** Commands that agents run through Hearth: `on` takes a sandbox where there is one, `required` runs nothing without. */
  sandbox: z.enum(["off", "on", "required"]).default("off"),
  /** What a command in a sandbox may reach; `*.` in front stands for all below. */
  sandboxHosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i, "must be a host such as registry.npmjs.org"))
    .max(200)
    .default([]),
  /** Skills in files, as Hearth's own agent reads them: the person's, and those of trusted projects. */
  readSkills: z.boolean().default(true),
  /** A SearXNG server that Hearth's own agent searches the web with; null: it doesn't. */
  webSearchUrl: z
    .url({ protocol: /^https?$/, error: "must be an address such as http://localhost:8888" })
    .max(500)
    .nullable()
    .default(null),
  /**
   * For small jobs beside the turns, by a person's `ENDPOINT/MODEL`, whichever agent a chat has: titles, drafts of commit
   * messages (which send the session's diff to it, also to another machine), and during turns other words for a search that
   * found nothing. `auto` is a chat's own model: titles only for chats of Hearth's own agent, and where the server has more
   * than one slot or is vLLM; drafts, also by a model in memory on this machine; no words for searches.
   */
  helperModel: z
    .union([
      z.enum(["auto", "off"]),
      z
        .string()
        .regex(/^[^/]+\/.+$/, "must be auto, off or ENDPOINT/MODEL")
        .max(500),
    ])
    .default("auto"),
  /** After so long without work a model that Hearth serves itself is unloaded; null: never. */
  modelIdleMinutes: z.int().min(1).max(1440).nullable().default(15),
  terminalShell: z.string().nullable().default(null),
  /** Whether shells are started so that they tell where each command begins and how it ended. */
  terminalMarks: z.boolean().default(true),
  shortcuts: z.record(z.string(), z.string()).default({}),
});
export type Settings = z.infer<typeof settings>;
export type SandboxPolicy = Settings["sandbox"];

/** Named line: what is wrong with the file, so that a person can mend it. */
export const settingsProblem = z.object({ line: z.int().nullable(), field: z.string().nullable(), message: z.string() });

export const settingsView = z.object({ settings, path: z.string(), problems: z.array(settingsProblem) });

/** The same of any file that the person writes by hand. */
export const fileProblem = settingsProblem.extend({ path: z.string() });
export type FileProblem = z.infer<typeof fileProblem>;

type Changeable<S extends Record<string, z.ZodDefault>> = { [K in keyof S]: z.ZodOptional<ReturnType<S[K]["unwrap"]>> };

/** The same fields without their defaults: what a change leaves out stays as it is. */
function changeable<S extends Record<string, z.ZodDefault>>(shape: S): Changeable<S> {
  const entries = Object.entries(shape).map(([name, field]) => [name, z.optional(field.unwrap())]);
  return Object.fromEntries(entries) as Changeable<S>;
}

export const settingsContract = {
  get: procedureWithoutInput("GET", "/settings", "Get the settings and what is wrong in their file").output(settingsView),
  patch: procedure("PATCH", "/settings", "Change settings", fields(changeable(settings.shape)))
    .output(settingsView)
    .errors(errors("SETTINGS_INVALID")),
};
