import { ok, type Result } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import type { ToolCallContext, ToolFault } from "../tool.ts";
import { ripgrep } from "./ripgrep.ts";

/** Files at or below a path of the working copy, without what `.gitignore` leaves out, in their order. */
export async function listFiles(
  { root, signal }: Pick<ToolCallContext, "root" | "signal">,
  path: string,
  args: readonly string[] = [],
): Promise<Result<string[], ToolFault>> {
  const searched = await ripgrep(root, ["--files", ...args, "--", path === "" ? "." : path], signal);
  if (!searched.ok) return searched;
  if ("wrong" in searched.value) return fault("TOOL_INPUT_VALIDATION_FAILED", searched.value.wrong, { fields: ["pattern"] });
  const paths = searched.value.found.toString("utf8").split("\0").slice(0, -1);
  return ok(paths.map((each) => each.replace(/^\.[/\\]/, "")));
}
