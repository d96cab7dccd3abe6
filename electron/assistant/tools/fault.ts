import { fail } from "../../../shared/result.ts";
import type { ToolErrorCode } from "../../../shared/run-event.ts";
import type { FileFailure } from "../../lib/file-failure.ts";
import type { ToolFault } from "./tool.ts";

export function fault(code: ToolErrorCode, message: string, more: Omit<ToolFault, "code" | "message"> = {}) {
  return fail<ToolFault>({ code, message, ...more });
}

/** A place that may not be touched is told from one where it doesn't work. */
export function fileFault({ code, message }: FileFailure) {
  return fault(code === "PATH_REFUSED" ? "POLICY_VIOLATION" : "EXECUTION_FAILED", message);
}
