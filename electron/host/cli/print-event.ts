import type { RunEvent, ToolSnapshot } from "../../../shared/run-event.ts";
import { mergeTool } from "../../../shared/run-fold.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { oneLine, type CommandTerminal } from "./terminal.ts";

/**
 * A run's events for a person: what the agent says to stdout, what it does to stderr. Knows the run's calls, whose events
 * tell only what is new of them.
 */
export class EventPrinter {
  readonly #io: CommandTerminal;
  readonly #calls = new Map<string, ToolSnapshot>();

  constructor(io: CommandTerminal) {
    this.#io = io;
  }

  readonly print = (event: RunEvent): void => {
    if (!isOfTool(event)) return printEvent(this.#io, event);
    const before = this.#calls.get(event.payload.id);
    const call = before ? mergeTool(before, event.payload) : event.payload;
    this.#calls.set(call.id, call);
    if (event.type === "tool.started" || event.type === "tool.updated") {
      if (!before) this.#io.note(this.#io.dim(`· ${toolText(call)}`));
      return;
    }
    this.#calls.delete(call.id);
    if (event.type === "tool.failed") return this.#io.note(`✗ ${toolText(call)}: ${oneLine(event.payload.message)}`);
    for (const { path } of call.diff) this.#io.note(this.#io.dim(`  wrote ${oneLine(path)}`));
  };
}

type ToolEvent = Extract<RunEvent, { type: "tool.started" | "tool.updated" | "tool.completed" | "tool.failed" }>;

function isOfTool(event: RunEvent): event is ToolEvent {
  return event.type.startsWith("tool.");
}

function printEvent(io: CommandTerminal, event: Exclude<RunEvent, ToolEvent>): void {
  switch (event.type) {
    case "assistant.delta":
      return io.write(visibleText(event.payload.text));
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
