import type { Call } from "../conversation/message.ts";
import { readInput } from "../tools/input/read-input.ts";
import type { Mode, Tool, ToolFault } from "../tools/tool.ts";

/** A call that may be run, or why it isn't. `sent`: its input as the model wrote it; `title`: what a person reads of it. */
export type PlannedCall = { call: Call; sent: unknown; title: string } & (
  | { tool: Tool; fault: null }
  | { tool: Tool | null; fault: ToolFault }
);

/** `only`: the names of those that may be called; null: as the mode has it. */
export type Offered = { tools: readonly Tool[]; mode: Mode; only: ReadonlySet<string> | null };

const notMade = "The turn paused before this call, so it wasn't made. Make it again if it is still needed.";

/** Checks a call before anything of it is done: that it may still be made, that there is such a tool, in this mode, and that its input is whole. */
export function planCall(call: Call, { tools, mode, only }: Offered, mayBeMade = true): PlannedCall {
  const written = readArguments(call.arguments);
  const sent = written.ok ? written.value : call.arguments;
  const tool = tools.find(({ name }) => name === call.name) ?? null;
  const refused = { call, sent, title: call.name, tool };
  if (!mayBeMade) return { ...refused, fault: { code: "POLICY_VIOLATION", message: notMade } };
  if (!tool) {
    const names = tools.map(({ name }) => name).join(", ");
    return { ...refused, fault: invalid(`There is no tool ${call.name}. There are: ${names}`) };
  }
  if (!tool.modes.includes(mode)) {
    const message = `${tool.name} isn't available in the mode ${mode}. The person chose this mode.`;
    return { ...refused, fault: { code: "POLICY_VIOLATION", message } };
  }
  if (only && !only.has(tool.name)) {
    const message = `${tool.name} isn't among the tools of this persona: ${[...only].join(", ")}.`;
    return { ...refused, fault: { code: "POLICY_VIOLATION", message } };
  }
  if (!written.ok) return { ...refused, fault: invalid("The arguments are not valid JSON. Call the tool again.") };
  const input = readInput(tool, sent);
  if (!input.ok) return { ...refused, fault: input.error };
  return { call, sent, tool, title: `${tool.name} ${tool.title(input.value)}`.trim(), fault: null };
}

function invalid(message: string): ToolFault {
  return { code: "TOOL_INPUT_VALIDATION_FAILED", message };
}

function readArguments(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text.trim() === "") return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** Reads that follow each other run at once, and everything else alone, in the model's order. */
export function groupsOf(calls: readonly PlannedCall[]): PlannedCall[][] {
  const groups: PlannedCall[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last && isRead(call) && last.every(isRead)) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

function isRead({ tool }: PlannedCall): boolean {
  return tool?.readsOnly ?? true;
}
