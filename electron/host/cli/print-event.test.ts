import { expect, it } from "vitest";
import type { RunEvent, RunEventBody, ToolSnapshot } from "../../../shared/run-event.ts";
import { EventPrinter } from "./print-event.ts";

const at = "2026-01-01T00:00:00.000Z";
const tool: ToolSnapshot = { id: "1", kind: "edit", title: "Edit a.ts", status: "pending", locations: [], diff: [] };

it("names the files that a call wrote, when it ends, also where its start told them", () => {
  const notes: string[] = [];
  const io = { write: () => {}, note: (text: string) => void notes.push(text), dim: (text: string) => text };
  const printer = new EventPrinter(io as never);
  const bodies: RunEventBody[] = [
    { type: "tool.started", payload: { ...tool, diff: [{ path: "a.ts", oldText: null, newText: "x" }] } },
    { type: "tool.updated", payload: { ...tool, status: "in_progress" } },
    { type: "tool.completed", payload: { ...tool, status: "completed", output: "done" } },
  ];
  for (const [index, body] of bodies.entries()) printer.print({ ...body, seq: index + 1, runId: "r", at } as RunEvent);
  expect(notes).toEqual(["· Edit a.ts", "  wrote a.ts"]);
});
