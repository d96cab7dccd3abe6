import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { fields } from "../fields.ts";
import { contentBlock, promptInput } from "../prompt.ts";
import { isoTime, runEvent, toolSnapshot, usage } from "../run-event.ts";
import { currentChoice } from "./agents.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";
import { createRunErrors, run } from "./runs.ts";
import { timeline } from "./timeline.ts";

export const chat = z.object({
  id: z.string(),
  sessionId: z.string(),
  /** Given when opened, never used again in the session. */
  tabNumber: z.int(),
  title: z.string(),
  lastAgentId: z.string().nullable(),
  archived: z.boolean(),
  /** An agent is told of the turns that it missed, before its prompt. */
  handover: z.boolean(),
  /** The run of another chat, or of the one that that was forked from, behind which this one goes on; null for none. */
  forkedAt: z.string().nullable(),
  createdAt: isoTime,
});
export type Chat = z.infer<typeof chat>;

export const draft = z.object({
  chatId: z.string(),
  blocks: z.array(contentBlock),
  updatedAt: isoTime.nullable(),
});
export type Draft = z.infer<typeof draft>;

/** What a prompt is sent with; null leaves the agent its default. */
export const runChoice = fields({
  agentId: z.string(),
  modelId: z.string().nullable(),
  modeId: z.string().nullable(),
  thinkingLevel: z.string().nullable(),
});
export type RunChoice = z.infer<typeof runChoice>;

export const queueItem = z.object({
  id: z.string(),
  chatId: z.string(),
  prompt: z.array(contentBlock),
  choice: runChoice,
  createdAt: isoTime,
});
export type QueueItem = z.infer<typeof queueItem>;

/** `held`: a run failed or was stopped, so queued prompts wait for the person; `reason` says why, where it was refused. */
export const queue = z.object({
  chatId: z.string(),
  items: z.array(queueItem),
  held: z.boolean(),
  reason: z.string().nullable(),
});
export type Queue = z.infer<typeof queue>;

/** How much of its prompt a model has read in, in tokens. */
/** Of the prompt, in tokens; or of the `model` that is brought into memory, in percent. */
const reading = z.object({ what: z.literal("model").optional(), read: z.int(), total: z.int() });
export type Reading = z.infer<typeof reading>;

/**
 * One turn: the run and the fold of its events; of a long one the last ones, where `firstSeq` of the timeline is more than 1.
 * `reading`: while a model reads and its server tells.
 */
export const turn = z.object({ run, timeline, reading: reading.optional() });
export type Turn = z.infer<typeof turn>;

/** Oldest first. `more`: there is something before the first one, or before the first of its events. */
export const turnsPage = z.object({ turns: z.array(turn), more: z.boolean() });
export type TurnsPage = z.infer<typeof turnsPage>;

/**
 * First a snapshot (the last turns and the queue), then what happens. Go on from `cursor` after a break.
 * `tool`: what a running call is by now, and `reading` how much of a prompt is read in; they have no cursor. The event of the call's end repeats what matters of it.
 * `resync`: the reader was too slow, or asked from a place that isn't there; subscribe again without `after`.
 */
export const chatUpdate = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), turns: z.array(turn), more: z.boolean(), queue, cursor: z.int() }),
  z.object({ type: z.literal("run"), run }),
  z.object({ type: z.literal("events"), events: z.array(runEvent), cursor: z.int() }),
  z.object({ type: z.literal("tool"), runId: z.string(), tool: toolSnapshot }),
  z.object({ type: z.literal("reading"), runId: z.string(), reading }),
  z.object({ type: z.literal("queue"), queue }),
  z.object({ type: z.literal("resync") }),
]);
export type ChatUpdate = z.infer<typeof chatUpdate>;

/** An agent's memory for one chat. `outlook`: what the next prompt to it will find. */
export const agentSession = z.object({
  chatId: z.string(),
  agent: z.string(),
  status: z.enum(["none", "opening", "ready", "busy", "crashed", "closed"]),
  hasSession: z.boolean(),
  outlook: z.enum(["warm", "ready", "resumes", "replays", "new", "memory-lost"]),
  lastActiveAt: isoTime.nullable(),
  usage: usage.nullable(),
  /** What it has now; null where it isn't open. */
  current: currentChoice.nullable(),
});
export type AgentSession = z.infer<typeof agentSession>;

const byId = fields({ id: z.string() });

export const chats = {
  create: procedure(
    "POST",
    "/sessions/{sessionId}/chats",
    "Open a chat in a session",
    fields({ sessionId: z.string(), title: z.string().trim().max(200).optional() }),
  )
    .output(chat)
    .errors(errors("SESSION_NOT_FOUND")),
  fork: procedure(
    "POST",
    "/chats/{id}/fork",
    "Open a chat that goes on from one of a chat's turns; files stay as they are",
    fields({ id: z.string(), runId: z.string() }),
  )
    .output(chat)
    .errors(errors("CHAT_NOT_FOUND", "RUN_NOT_FOUND", "RUN_NOT_ENDED", "SESSION_NOT_FOUND")),
  list: procedure("GET", "/sessions/{sessionId}/chats", "List a session's chats", fields({ sessionId: z.string() }))
    .output(z.array(chat))
    .errors(errors("SESSION_NOT_FOUND")),
  update: procedure(
    "PATCH",
    "/chats/{id}",
    "Rename or archive a chat, or say whether agents are told of turns that they missed",
    byId.extend({
      title: z.string().trim().min(1).max(200).optional(),
      archived: z.boolean().optional(),
      handover: z.boolean().optional(),
    }),
  )
    .output(chat)
    .errors(errors("CHAT_NOT_FOUND")),
  handover: procedure(
    "GET",
    "/chats/{id}/handover",
    "Get what an agent would be told of the turns that it missed",
    byId.extend({ agentId: z.string() }),
  )
    .output(z.object({ turns: z.int(), text: z.string() }).nullable())
    .errors(errors("CHAT_NOT_FOUND")),
  summarize: procedure("POST", "/chats/{id}/summary", "Have the helper model say what became of a chat; nothing is stored", byId)
    .output(z.object({ summary: z.string() }))
    .errors(errors("CHAT_NOT_FOUND", "NOTHING_TO_SUMMARIZE", "HELPER_MODEL_MISSING", "HELPER_MODEL_FAILED")),
  timeline: procedure(
    "GET",
    "/chats/{id}/timeline",
    "Get a page of a chat's turns, newest last",
    /** What comes before a turn; with `beforeSeq`, before that event of it. */
    byId.extend({
      beforeRunId: z.string().optional(),
      beforeSeq: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(30),
    }),
  )
    .output(turnsPage)
    .errors(errors("CHAT_NOT_FOUND")),
  watch: procedure(
    "GET",
    "/chats/{id}/watch",
    "Follow a chat: a snapshot, then what happens",
    byId.extend({ after: z.coerce.number().int().min(0).optional() }),
  )
    .output(eventIterator(chatUpdate))
    .errors(errors("CHAT_NOT_FOUND")),
  getDraft: procedure("GET", "/chats/{id}/draft", "Get the prompt that is being written in a chat", byId)
    .output(draft)
    .errors(errors("CHAT_NOT_FOUND")),
  saveDraft: procedure(
    "PUT",
    "/chats/{id}/draft",
    "Keep the prompt that is being written in a chat",
    byId.extend({ blocks: z.array(contentBlock).max(200) }),
  )
    .output(draft)
    .errors(errors("CHAT_NOT_FOUND")),
  queueAdd: procedure(
    "POST",
    "/chats/{id}/queue",
    "Queue a prompt behind the run that goes on",
    byId.extend({ prompt: promptInput, choice: runChoice, idempotencyKey: z.string().min(1).max(200).optional() }),
  )
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND", "IDEMPOTENCY_KEY_REUSED")),
  queueUpdate: procedure(
    "PATCH",
    "/chats/{id}/queue/{itemId}",
    "Change or move a queued prompt",
    byId.extend({ itemId: z.string(), prompt: promptInput.optional(), toIndex: z.int().min(0).optional() }),
  )
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND", "QUEUE_ITEM_NOT_FOUND")),
  queueRemove: procedure("DELETE", "/chats/{id}/queue/{itemId}", "Take a queued prompt out", byId.extend({ itemId: z.string() }))
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND", "QUEUE_ITEM_NOT_FOUND")),
  queueSendNow: procedure(
    "POST",
    "/chats/{id}/queue/{itemId}/send-now",
    "Send a queued prompt now: the turn that goes on is stopped for it",
    byId.extend({ itemId: z.string() }),
  )
    .output(queue)
    .errors(errors(...createRunErrors, "QUEUE_ITEM_NOT_FOUND")),
  /** Lets held prompts go out again. */
  queueRelease: procedure("POST", "/chats/{id}/queue/release", "Let queued prompts go out that were held", byId)
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND")),
  agentSessions: procedure(
    "GET",
    "/sessions/{sessionId}/agent-sessions",
    "List what each agent remembers of a session's chats",
    fields({ sessionId: z.string() }),
  )
    .output(z.array(agentSession))
    .errors(errors("SESSION_NOT_FOUND")),
};
