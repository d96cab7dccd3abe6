import type { ToolPatch } from "../../agents/port.ts";
import { boundAnswer, maxAnswerBytes } from "./answer/bound-answer.ts";
import type { Outputs } from "./answer/outputs.ts";
import { readInput } from "./input/read-input.ts";
import type { Tool, ToolCallContext, ToolFault, ToolOutcome } from "./tool.ts";

/** `text`: what the model is answered, bounded. `fault`: why the call failed. `shown`: what the card shows. */
export type ToolAnswer = { text: string; fault: ToolFault | null; shown: Omit<ToolPatch, "id"> };

/** Carries out a call as a model sent it: its input is read and checked before anything is done. */
export async function callTool(tool: Tool, sent: unknown, call: ToolCallContext): Promise<ToolAnswer> {
  const input = readInput(tool, sent);
  const outcome = input.ok ? await outcomeOf(tool, input.value, call) : input;
  if (outcome.ok) {
    const { text, shown } = outcome.value;
    return { text: await bounded(text, call), fault: null, shown: { output: text, ...shown } };
  }
  const { shown, ...failed } = outcome.error as ToolFault & { shown?: Omit<ToolPatch, "id"> };
  return { text: await bounded(faultText(failed), call), fault: failed, shown: { output: failed.message, ...shown } };
}

async function outcomeOf(tool: Tool, input: unknown, call: ToolCallContext): Promise<ToolOutcome> {
  if (call.signal.aborted) return { ok: false, error: { code: "CANCELLED", message: "Stopped" } };
  return tool.run(input, call);
}

/** The failure as the model reads it: an object that names its kind, then what helps. */
function faultText({ attached, ...envelope }: ToolFault): string {
  return JSON.stringify(envelope) + (attached === undefined ? "" : `\n${attached}`);
}

async function bounded(text: string, call: { outputs: Outputs; answerBytes?: number }): Promise<string> {
  const cut = boundAnswer(text, Math.min(maxAnswerBytes, call.answerBytes ?? maxAnswerBytes));
  if (!cut) return text;
  const { head, tail, skipped, lines } = cut;
  const id = await call.outputs.keep(text);
  const note = `[Lines ${skipped.from}–${skipped.to} of ${lines} are left out. view_output {"id":"${id}","start":${skipped.from}} shows them.]`;
  return [head, note, tail].filter((part) => part !== "").join("\n");
}
