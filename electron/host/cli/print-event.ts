import type { RunEvent, ToolSnapshot } from "../../../shared/run-event.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { oneLine, type Terminal } from "./terminal.ts";

/** A run's event for a person: what the agent says to stdout, what it does to stderr. */
export function printEvent(io: Terminal, event: RunEvent): void {
  switch (event.type) {
    case "assistant.delta":
      return io.write(visibleText(event.payload.text));
    case "tool.started":
      return io.note(io.dim(`· ${toolText(event.payload)}`));
    case "tool.completed":
      for (const { path } of event.payload.diff) io.note(io.dim(`  wrote ${oneLine(path)}`));
      return;
    case "tool.failed":
      return io.note(`✗ ${toolText(event.payload)}: ${oneLine(event.payload.message)}`);
    case "plan.updated":
      for (const { status, content } of event.payload.entries) io.note(io.dim(`  ${planMarks[status]} ${oneLine(content)}`));
      return;
    case "notice":
      return io.note(`! ${oneLine(event.payload.message, 500)}`);
    case "context.compacted":
      return io.note(io.dim("· The agent summed up the conversation so far."));
    case "run.failed":
    case "run.interrupted":
      return io.note(
        `${event.type === "run.failed" ? "Failed" : "Interrupted"}: ${oneLine(event.payload.message ?? "no reason given", 1000)}${event.payload.code ? ` (${event.payload.code})` : ""}`,
      );
    case "run.cancelled":
      return io.note("Cancelled.");
    default:
      return;
  }
}

const planMarks = { pending: "○", in_progress: "◐", completed: "●" } as const;

function toolText(tool: ToolSnapshot): string {
  return oneLine(tool.title === "" ? tool.kind : tool.title);
}
