import { expect, it } from "vitest";
import type { Turn } from "../../shared/contract/chats.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import { chatText } from "./chat-text.ts";

const at = "2026-11-30T00:00:00.000Z";
const tool = (title: string, error: string | null): TimelineItem =>
  ({
    kind: "tool",
    key: title,
    tool: { title, status: "completed" },
    error: error && { message: error },
    startedAt: at,
  }) as TimelineItem;

it("tells what was said and done, and not what was thought", () => {
  const items: TimelineItem[] = [
    { kind: "reasoning", key: "r", text: "hm", startedAt: at, endedAt: at },
    tool("read_file a.ts", null),
    tool("run tests", "Exit 1\nlots more"),
    { kind: "text", key: "t", text: "Done.\n", at },
  ];
  const run = { agentId: "hearth", status: "completed", prompt: [{ type: "text", text: "Do it" }] };
  const text = chatText([{ run, timeline: { items } } as Turn]);
  expect(text.split("\n")).toEqual([
    "Person: Do it",
    "hearth (completed):",
    "[read_file a.ts — completed]",
    "[run tests — Exit 1]",
    "Done.",
  ]);
});
