import { ok, type Result } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import type { Tool, ToolFault } from "../tool.ts";
import { inputShape } from "./input-shape.ts";
import { normalizeInput } from "./normalize-input.ts";

/** A tool's input as it takes it, from what a model sent; or what is missing and wrong in it, all at once. */
export function readInput<Input>(tool: Tool<Input>, sent: unknown): Result<Input, ToolFault> {
  const shape = inputShape(tool);
  const read = tool.input.safeParse(normalizeInput(sent, shape));
  if (read.success) return ok(read.data);
  const wrong = read.error.issues.slice(0, 8).map(({ path, message }) => ({ field: path.join("."), message }));
  const said = wrong.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`)).join("; ");
  const needs = shape.required.length > 0 ? ` ${tool.name} needs ${shape.required.join(", ")}.` : "";
  const fields = [...new Set(wrong.map(({ field }) => field).filter((field) => field !== ""))];
  return fault("TOOL_INPUT_VALIDATION_FAILED", `${said}.${needs}`, { fields });
}
