import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { isoTime } from "../run-event.ts";
import { agent } from "./agents.ts";
import { embeddedModels } from "./embedded-models.ts";
import { chat } from "./chats.ts";
import { errors } from "./errors.ts";
import { inboxItem } from "./permissions.ts";
import { project } from "./projects.ts";
import { run } from "./runs.ts";
import { session } from "./sessions.ts";
import { fileProblem, settings } from "./settings.ts";
import { terminal } from "./terminals.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

export const processInfo = z.object({
  pid: z.int(),
  kind: z.enum(["agent", "terminal", "mcp", "model", "git", "shell", "core"]),
  label: z.string(),
  sessionIds: z.array(z.string()),
  startedAt: isoTime,
  /** Resident memory in bytes and share of one core in percent, where the platform tells. */
  memoryBytes: z.int().nullable(),
  cpuPercent: z.number().nullable(),
  /** It seems to be left by an earlier Hearth, which can't be proved: it isn't ended but at the person's word. */
  unproved: z.boolean(),
});
export type ProcessInfo = z.infer<typeof processInfo>;

export const systemInfo = z.object({
  version: z.string(),
  pid: z.int(),
  host: z.enum(["desktop", "serve"]),
  platform: z.string(),
  dataDir: z.string(),
  configDir: z.string(),
  gitVersion: z.string().nullable(),
  /** What a person should know: git missing or old, read-only store, environment that couldn't be read. */
  warnings: z.array(z.string()),
});
export type SystemInfo = z.infer<typeof systemInfo>;

/** All that the sidebar, the status bar and the inbox show. */
export const appState = z.object({
  info: systemInfo,
  settings,
  fileProblems: z.array(fileProblem),
  projects: z.array(project),
  sessions: z.array(session),
  chats: z.array(chat),
  agents: z.array(agent),
  activeRuns: z.array(run),
  inbox: z.array(inboxItem),
  terminals: z.array(terminal),
});
export type AppState = z.infer<typeof appState>;

/** First the whole state, then what becomes of it. After `resync` subscribe again; after a break too, or from a cursor. */
export const appUpdate = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), state: appState }),
  z.object({ type: z.literal("project"), project }),
  z.object({ type: z.literal("session"), session }),
  z.object({ type: z.literal("chat"), chat }),
  z.object({ type: z.literal("agent"), agent }),
  z.object({ type: z.literal("run"), run }),
  z.object({ type: z.literal("terminal"), terminal }),
  z.object({ type: z.literal("settings"), settings }),
  z.object({ type: z.literal("file-problems"), problems: z.array(fileProblem) }),
  z.object({ type: z.literal("inbox"), inbox: z.array(inboxItem) }),
  /** The pending changes or the revision of a session are no longer what they were. */
  z.object({ type: z.literal("changes"), sessionId: z.string() }),
  z.object({ type: z.literal("checkpoints"), sessionId: z.string() }),
  /** What a prompt to an agent would find in a chat is no longer what it was: a session was opened, or its process ended. */
  z.object({ type: z.literal("agent-sessions"), chatId: z.string() }),
  z.object({ type: z.literal("embedded-models"), embedded: embeddedModels }),
  z.object({ type: z.literal("removed"), noun: z.enum(["project", "session", "terminal"]), id: z.string() }),
  z.object({ type: z.literal("resync") }),
]);
export type AppUpdate = z.infer<typeof appUpdate>;

export const system = {
  health: procedureWithoutInput("GET", "/health", "Tell that Hearth runs; needs no token").output(
    z.object({ status: z.literal("ok") }),
  ),
  info: procedureWithoutInput("GET", "/system/info", "Get the version, folders and warnings of this Hearth").output(systemInfo),
  processes: procedureWithoutInput("GET", "/system/processes", "List the processes that this Hearth started").output(
    z.array(processInfo),
  ),
  endProcess: procedure(
    "POST",
    "/system/processes/{pid}/end",
    "End a process that is listed, with all that it started; not Hearth itself",
    fields({ pid: z.coerce.number<number>().int().positive() }),
  )
    .output(z.object({ ended: z.literal(true) }))
    .errors(errors("PROCESS_NOT_FOUND", "PROCESS_NOT_ENDED")),
  sandbox: procedureWithoutInput(
    "GET",
    "/system/sandbox",
    "Tell whether commands can be put into a sandbox on this machine",
  ).output(
    z.object({
      problem: z.string().nullable().describe("why there can be none"),
      gap: z.string().nullable().describe("what the one that there is leaves open"),
    }),
  ),
  /** Each event has a cursor as its id. From one (`after` or `Last-Event-ID`) it goes on with what came since, without a snapshot. */
  watch: procedure(
    "GET",
    "/system/watch",
    "Follow everything: a snapshot, then what changes",
    fields({ after: z.string().max(100).optional() }),
  )
    .output(eventIterator(appUpdate))
    .errors(errors("CURSOR_TOO_OLD")),
};
