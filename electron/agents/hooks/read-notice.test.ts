import { expect, it } from "vitest";
import { readNotice } from "./read-notice.ts";
import { hookOf } from "./recipes.ts";

const read = (agentId: string, event: string, payload: unknown) =>
  readNotice(hookOf(agentId)?.events ?? [], event, typeof payload === "string" ? payload : JSON.stringify(payload));

it.each([
  ["claude", "Stop", { session_id: "a-1" }, { state: "done", text: "Stop", conversation: "a-1" }],
  ["claude", "Notification", { notification_type: "idle_prompt", message: "waiting" }, { state: null }],
  ["claude", "Notification", { message: "Claude needs your permission to use Bash" }, { state: "blocked" }],
  ["claude", "Notification", { message: "Claude is waiting for your input" }, { state: null }],
  ["qwen", "PermissionRequest", { tool_name: "edit" }, { state: "blocked", text: "PermissionRequest: edit" }],
  ["gemini", "Notification", { notification_type: "ToolPermission" }, { state: "blocked" }],
  ["codex", "agent-turn-complete", { "thread-id": "0199-a" }, { state: "done", conversation: "0199-a" }],
  ["opencode", "session.status", { notification_type: "busy" }, { state: "working" }],
  ["opencode", "session.status", { notification_type: "idle" }, { state: null }],
  ["claude", "Unheard", {}, { state: null }],
  ["claude", "Stop", "{ cut off", { state: "done", text: "Stop", conversation: null }],
  ["claude", "Stop", { session_id: "--settings=x", message: 7 }, { state: "done", text: "Stop", conversation: null }],
])("%s at %s with %j", (agentId, event, payload, expected) => {
  expect(read(agentId, event, payload)).toMatchObject(expected);
});
