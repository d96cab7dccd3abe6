import { deciderOf } from "../../../shared/policy-words.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { PermissionAction } from "../../../shared/run-event.ts";
import type { AskOption } from "../../agents/port.ts";
import { fault } from "./fault.ts";
import type { ToolCallContext, ToolFault } from "./tool.ts";

const options: AskOption[] = [
  { id: "allow", name: "Allow once", effect: "allow", lasts: "once" },
  { id: "reject", name: "Reject", effect: "reject", lasts: "once" },
];

/** Asks for what a tool is about to do, as every agent asks: policy, rules, a person. Nothing may be done without it. */
export async function permit(
  { host, callId, signal }: Pick<ToolCallContext, "host" | "callId" | "signal">,
  title: string,
  action: PermissionAction,
): Promise<Result<null, ToolFault>> {
  const outcome = await host.requestPermission({ toolCallId: callId, title, action, options }, signal);
  if (signal.aborted) return fault("CANCELLED", "Stopped");
  if (outcome.kind === "selected" && outcome.allowed) return ok(null);
  const by = outcome.refusedBy ?? null;
  if (by === null && outcome.kind === "cancelled") return fault("CANCELLED", "Nobody answered whether it may be done.");
  const decider = by === null ? "the person" : (deciderOf(by) ?? by);
  const code = by?.startsWith("policy:") ? "POLICY_VIOLATION" : "PERMISSION_DENIED";
  return fault(code, `Not allowed by ${decider}. Don't try it in another way; go on without it, or ask.`);
}
