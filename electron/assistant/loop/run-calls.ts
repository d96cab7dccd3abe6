import type { AgentHost, ToolPatch } from "../../agents/port.ts";
import { mapFew } from "../../lib/map-few.ts";
import type { Log } from "../../lib/log.ts";
import { callTool, type ToolAnswer } from "../tools/call-tool.ts";
import type { ToolCallContext, ToolFault } from "../tools/tool.ts";
import { groupsOf, type PlannedCall } from "./plan-call.ts";

/** Reads of one reply that run at the same time. */
const atOnce = 4;

/** What all calls of a turn get. */
export type CallsContext = Omit<ToolCallContext, "callId" | "show" | "signal">;

/** What came of a call, as the model is told. */
export type EndedCall = PlannedCall & { text: string; failed: boolean };

/** Runs the calls of one reply and shows each on its card. Those that Stop kept from running, or cut off, say so. */
export async function runCalls(
  calls: readonly PlannedCall[],
  { log, ...context }: CallsContext & { log: Log },
  signal: AbortSignal,
): Promise<EndedCall[]> {
  for (const { call, tool, title, sent } of calls)
    context.host.onUpdate({
      type: "tool",
      tool: { id: call.id, kind: tool?.kind ?? "other", title, status: "pending", input: sent },
    });
  const ended: EndedCall[] = [];
  for (const group of groupsOf(calls))
    ended.push(...(await mapFew(group, atOnce, (each) => runCall(each, { ...context, log }, signal))));
  return ended;
}

async function runCall(planned: PlannedCall, context: CallsContext & { log: Log }, signal: AbortSignal): Promise<EndedCall> {
  const show = showOn(context.host, planned.call.id);
  const { text, fault, shown } = planned.fault ? refusal(planned.fault) : await answerOf(planned, context, show, signal);
  if (!fault) {
    show({ ...shown, status: "completed" });
    return { ...planned, text, failed: false };
  }
  const { code, message, fields } = fault;
  show({ ...shown, status: "failed", failure: { code, message, ...(fields ? { fields } : {}) } });
  return { ...planned, text, failed: true };
}

function showOn(host: Pick<AgentHost, "onUpdate">, id: string) {
  return (patch: Omit<ToolPatch, "id">): void => host.onUpdate({ type: "tool", tool: { id, ...patch } });
}

function answerOf(
  { call, tool, sent }: PlannedCall & { fault: null },
  { log, ...context }: CallsContext & { log: Log },
  show: (patch: Omit<ToolPatch, "id">) => void,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  if (signal.aborted) return Promise.resolve(stopped);
  show({ status: "in_progress" });
  const running = callTool(tool, sent, { ...context, callId: call.id, show, signal }).catch((error: unknown) => {
    log.error("assistant.tool", error, { tool: tool.name });
    const message = error instanceof Error ? error.message : String(error);
    return refusal({ code: "EXECUTION_FAILED", message: `The tool broke: ${message}` });
  });
  // What changes nothing needn't be waited for; a write that has begun is.
  return tool.readsOnly ? Promise.race([running, onceAborted(signal)]) : running;
}

function refusal(fault: ToolFault): ToolAnswer {
  return { text: JSON.stringify(fault), fault, shown: { output: fault.message } };
}

const stopped = refusal({ code: "CANCELLED", message: "Stopped by the person" });

function onceAborted(signal: AbortSignal): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(stopped);
    else signal.addEventListener("abort", () => resolve(stopped), { once: true });
  });
}
