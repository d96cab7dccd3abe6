import type * as z from "zod";
import { isRecord } from "../../../shared/is-record.ts";
import type { PlanEntry } from "../../../shared/run-event.ts";
import {
  messageInfo,
  messagePart,
  permissionRequest,
  questionRequest,
  sessionInfo,
  sessionStatus,
  todo,
  type MessageInfo,
  type MessagePart,
  type PermissionRequest,
  type QuestionRequest,
  type SessionInfo,
  type SessionStatus,
} from "./shapes.ts";

/** What a server tells of a session. */
export type SessionEvent = { sessionId: string } & (
  | { type: "session"; info: SessionInfo }
  | { type: "message"; info: MessageInfo }
  | { type: "part"; part: MessagePart }
  | { type: "delta"; messageId: string; partId: string; text: string }
  | { type: "status"; status: SessionStatus }
  | { type: "permission"; request: PermissionRequest }
  | { type: "question"; request: QuestionRequest }
  | { type: "settled"; requestId: string }
  | { type: "todo"; entries: PlanEntry[] }
  | { type: "compacted" }
);
/** `other`: of no session, or nothing that is used; `unknown`: of a shape that isn't the server's. */
export type ServerEvent = SessionEvent | { type: "connected" | "other" | "unknown" };

const unknown = { type: "unknown" } as const;
const other = { type: "other" } as const;

/**
 * One frame of `/global/event`. Durable events come a second time, as `sync`, which is passed over. Pure. What comes by
 * the thousand (deltas) is looked at field by field: a schema costs more than all else on the way.
 */
export function decodeEvent(frame: unknown): ServerEvent {
  const payload = isRecord(frame) && isRecord(frame["payload"]) ? frame["payload"] : frame;
  if (!isRecord(payload) || typeof payload["type"] !== "string") return unknown;
  if (payload["type"] === "server.connected") return { type: "connected" };
  const properties = isRecord(payload["properties"]) ? payload["properties"] : {};
  const sessionId = properties["sessionID"];
  return typeof sessionId === "string" ? ofSession(payload["type"], sessionId, properties) : other;
}

function ofSession(type: string, sessionId: string, properties: Record<string, unknown>): ServerEvent {
  switch (type) {
    case "message.part.delta":
      return delta(sessionId, properties);
    case "message.part.updated":
      return part(sessionId, properties["part"]);
    case "message.updated":
      return read(messageInfo, properties["info"], (info) => ({ type: "message", sessionId, info }));
    case "session.created":
    case "session.updated":
      return read(sessionInfo, properties["info"], (info) => ({ type: "session", sessionId, info }));
    case "session.status":
      return read(sessionStatus, properties["status"], (status) => ({ type: "status", sessionId, status }));
    case "session.idle":
      return { type: "status", sessionId, status: { type: "idle" } };
    case "permission.asked":
      return read(permissionRequest, properties, (request) => ({ type: "permission", sessionId, request }));
    case "question.asked":
      return read(questionRequest, properties, (request) => ({ type: "question", sessionId, request }));
    case "permission.replied":
    case "question.replied":
    case "question.rejected":
      return { type: "settled", sessionId, requestId: String(properties["requestID"]) };
    case "todo.updated":
      return read(todo.array(), properties["todos"], (entries) => ({ type: "todo", sessionId, entries }));
    case "session.compacted":
      return { type: "compacted", sessionId };
    default:
      return other;
  }
}

function read<T>(schema: z.ZodType<T>, value: unknown, event: (parsed: T) => ServerEvent): ServerEvent {
  const parsed = schema.safeParse(value);
  return parsed.success ? event(parsed.data) : unknown;
}

/** Parts of other kinds (snapshots, patches, files) say nothing that isn't told otherwise. */
function part(sessionId: string, value: unknown): ServerEvent {
  const parsed = messagePart.safeParse(value);
  return parsed.success ? { type: "part", sessionId, part: parsed.data } : other;
}

function delta(sessionId: string, properties: Record<string, unknown>): ServerEvent {
  const { messageID, partID, field, delta: added } = properties;
  if (typeof messageID !== "string" || typeof partID !== "string" || typeof added !== "string") return unknown;
  return field === "text" ? { type: "delta", sessionId, messageId: messageID, partId: partID, text: added } : other;
}
