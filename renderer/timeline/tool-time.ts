import type { TimelineItem } from "../../shared/run-fold.ts";
import { msBetween } from "./format.ts";
import type { ToolItem } from "./rows.ts";

/** For how many milliseconds of a tool call's time the person was asked whether it may be done. Pure. */
export function waitOf({ tool, startedAt }: ToolItem, items: readonly TimelineItem[]): number {
  let waited = 0;
  for (const item of items) {
    if (item.kind !== "permission" || item.toolCallId !== tool.id || item.resolvedAt === null) continue;
    // It may be asked before the call is told of.
    waited += msBetween(item.at > startedAt ? item.at : startedAt, item.resolvedAt);
  }
  return waited;
}

/** How a command ended, if that isn't well and the agent told it. */
export function exitCodeOf({ tool, error }: ToolItem): number | null {
  const code = tool.exitCode ?? error?.diagnostics["exitCode"];
  return typeof code === "number" && code !== 0 ? code : null;
}

/** A reason that the exit code says as well. */
export function saysOnlyExit(message: string): boolean {
  return /^It ended with exit code -?\d+$/.test(message);
}
