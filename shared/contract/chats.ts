import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";
import { contentBlock, promptInput } from "../prompt.ts";
import { isoTime, runEvent, usage } from "../run-event.ts";
import { errors } from "./errors.ts";
import { run } from "./runs.ts";
import { timeline } from "./timeline.ts";

export const chat = z.object({
  id: z.string(),
  sessionId: z.string(),
  /** Given when opened, never used again in the session. */
  tabNumber: z.int(),
  title: z.string(),
  lastAgentId: z.string().nullable(),
  archived: z.boolean(),
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
export const runChoice = z.object({
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

/** One turn: the run and the fold of its events. */
export const turn = z.object({ run, timeline });
export type Turn = z.infer<typeof turn>;

/**
 * First a snapshot (the last turns and the queue), then what happens. Go on from `cursor` after a break.
 * `resync`: the reader was too slow, or asked from a place that isn't there; subscribe again without `after`.
 */
export const chatUpdate = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), turns: z.array(turn), more: z.boolean(), queue, cursor: z.int() }),
  z.object({ type: z.literal("run"), run }),
  z.object({ type: z.literal("events"), events: z.array(runEvent), cursor: z.int() }),
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
  outlook: z.enum(["warm", "resumes", "replays", "new", "memory-lost"]),
  lastActiveAt: isoTime.nullable(),
  usage: usage.nullable(),
});
export type AgentSession = z.infer<typeof agentSession>;

const byId = z.object({ id: z.string() });

export const chats = {
  create: oc
    .route({ method: "POST", path: "/sessions/{sessionId}/chats" })
    .input(z.object({ sessionId: z.string(), title: z.string().trim().max(200).optional() }))
    .output(chat)
    .errors(errors("SESSION_NOT_FOUND")),
  list: oc
    .route({ method: "GET", path: "/sessions/{sessionId}/chats" })
    .input(z.object({ sessionId: z.string() }))
    .output(z.array(chat))
    .errors(errors("SESSION_NOT_FOUND")),
  update: oc
    .route({ method: "PATCH", path: "/chats/{id}" })
    .input(byId.extend({ title: z.string().trim().min(1).max(200).optional(), archived: z.boolean().optional() }))
    .output(chat)
    .errors(errors("CHAT_NOT_FOUND")),
  timeline: oc
    .route({ method: "GET", path: "/chats/{id}/timeline" })
    .input(byId.extend({ beforeRunId: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).default(30) }))
    .output(z.object({ turns: z.array(turn), more: z.boolean() }))
    .errors(errors("CHAT_NOT_FOUND")),
  watch: oc
    .route({ method: "GET", path: "/chats/{id}/watch" })
    .input(byId.extend({ after: z.coerce.number().int().min(0).optional() }))
    .output(eventIterator(chatUpdate))
    .errors(errors("CHAT_NOT_FOUND")),
  getDraft: oc.route({ method: "GET", path: "/chats/{id}/draft" }).input(byId).output(draft).errors(errors("CHAT_NOT_FOUND")),
  saveDraft: oc
    .route({ method: "PUT", path: "/chats/{id}/draft" })
    .input(byId.extend({ blocks: z.array(contentBlock).max(200) }))
    .output(draft)
    .errors(errors("CHAT_NOT_FOUND")),
  queueAdd: oc
    .route({ method: "POST", path: "/chats/{id}/queue" })
    .input(byId.extend({ prompt: promptInput, choice: runChoice }))
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND")),
  queueUpdate: oc
    .route({ method: "PATCH", path: "/chats/{id}/queue/{itemId}" })
    .input(byId.extend({ itemId: z.string(), prompt: promptInput.optional(), toIndex: z.int().min(0).optional() }))
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND", "QUEUE_ITEM_NOT_FOUND")),
  queueRemove: oc
    .route({ method: "DELETE", path: "/chats/{id}/queue/{itemId}" })
    .input(byId.extend({ itemId: z.string() }))
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND", "QUEUE_ITEM_NOT_FOUND")),
  /** Lets held prompts go out again. */
  queueRelease: oc
    .route({ method: "POST", path: "/chats/{id}/queue/release" })
    .input(byId)
    .output(queue)
    .errors(errors("CHAT_NOT_FOUND")),
  agentSessions: oc
    .route({ method: "GET", path: "/sessions/{sessionId}/agent-sessions" })
    .input(z.object({ sessionId: z.string() }))
    .output(z.array(agentSession))
    .errors(errors("SESSION_NOT_FOUND")),
};
