import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Usage } from "../../../shared/run-event.ts";
import type { AgentFailure, TurnEnd } from "../port.ts";
import type { MessageInfo } from "./shapes.ts";

const endings: Readonly<Record<string, TurnEnd["reason"]>> = {
  MessageAbortedError: "cancelled",
  MessageOutputLengthError: "out-of-tokens",
  ContentFilterError: "refused",
};
const finishes: Readonly<Record<string, TurnEnd["reason"]>> = { length: "out-of-tokens", "content-filter": "refused" };

/** How a turn ended whose last message this is. Pure. */
export function turnEnd({ error, finish }: MessageInfo, usage: Usage | null): Result<TurnEnd, AgentFailure> {
  if (!error) return ok({ reason: finishes[finish ?? ""] ?? "done", usage });
  const reason = Object.hasOwn(endings, error.name) ? endings[error.name] : undefined;
  if (reason) return ok({ reason, usage });
  const { message, statusCode } = error.data;
  return fail({
    type: "failed",
    message: (message || error.name).slice(0, 2000),
    diagnostics: { name: error.name, ...(statusCode === undefined ? {} : { status: statusCode }) },
  });
}

/** Whether nothing more is said in the message. */
export function isOver({ error, time }: MessageInfo): boolean {
  return time.completed !== undefined || Boolean(error);
}

/** What a session and its sub-agents used together; the context is the session's own. */
export function addUsage(own: Usage | null, others: readonly (Usage | null)[]): Usage | null {
  const all = [own, ...others].filter((usage) => usage !== null);
  if (all.length === 0) return null;
  const sum = (pick: (usage: Usage) => number | null | undefined): number =>
    all.reduce((total, each) => total + (pick(each) ?? 0), 0);
  return {
    ...own,
    input: sum((usage) => usage.input),
    cached: sum((usage) => usage.cached),
    output: sum((usage) => usage.output),
    reasoning: sum((usage) => usage.reasoning),
    cost: sum((usage) => usage.cost),
  };
}
